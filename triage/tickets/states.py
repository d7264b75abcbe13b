"""The state machine of a ticket as tables. Pure; who may do an action is decided elsewhere.

`python -m triage.tickets.states` prints the document about it, docs/ticket-states.md.
"""

from __future__ import annotations

from enum import StrEnum

from triage.tickets.kinds import CloseReason


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Action(StrEnum):
    """What somebody does with a ticket."""

    TAKE = "take"
    ASSIGN = "assign"
    REPLY = "reply"
    ASK_BACK = "ask_back"
    WAIT_THIRD_PARTY = "wait_third_party"
    RESUME = "resume"
    CUSTOMER_REPLY = "customer_reply"
    AUTOMATIC_REPLY = "automatic_reply"
    CORRECT_TYPE = "correct_type"
    CORRECT_PRODUCT = "correct_product"
    CORRECT_LANGUAGE = "correct_language"
    CORRECT_PRIORITY = "correct_priority"
    HAND_OVER = "hand_over"
    HAND_BACK = "hand_back"
    CONSULT = "consult"
    ADD_NOTE = "add_note"
    ABSORB_DUPLICATE = "absorb_duplicate"
    MARK_NOT_A_CASE = "mark_not_a_case"
    MARK_DUPLICATE = "mark_duplicate"
    WITHDRAW = "withdraw"
    CLOSE_ANSWERED = "close_answered"
    RESOLVE = "resolve"
    REOPEN = "reopen"


class InvalidTransition(Exception):
    """The action is not possible in this status; both are named in the message."""

    def __init__(self, status: str, action: str) -> None:
        self.status = status
        self.action = action
        super().__init__(f"the action {action} is not possible in the status {status}")


INITIAL_STATUS = Status.NEW
OPENING_EVENT = "opened"

OPEN_STATUSES = (
    Status.NEW,
    Status.IN_PROGRESS,
    Status.WAITING_CUSTOMER,
    Status.WAITING_THIRD_PARTY,
)
WAITING_STATUSES = (Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY)
ENDED_STATUSES = (Status.RESOLVED, Status.CLOSED)

# Who has the next move in each status.
OWNERS: dict[Status, str] = {
    Status.NEW: "first_line",
    Status.IN_PROGRESS: "handler",
    Status.WAITING_CUSTOMER: "requester",
    Status.WAITING_THIRD_PARTY: "third_party",
    Status.RESOLVED: "requester",
    Status.CLOSED: "nobody",
}

# The event each action leaves in the log; triage.sla.clock knows those that matter to clocks.
EVENTS: dict[Action, str] = {
    Action.TAKE: "taken",
    Action.ASSIGN: "assigned",
    Action.REPLY: "public_reply",
    Action.ASK_BACK: "waiting_customer",
    Action.WAIT_THIRD_PARTY: "waiting_third_party",
    Action.RESUME: "resumed",
    Action.CUSTOMER_REPLY: "customer_reply",
    Action.AUTOMATIC_REPLY: "automatic_reply",
    Action.CORRECT_TYPE: "type_changed",
    Action.CORRECT_PRODUCT: "product_changed",
    Action.CORRECT_LANGUAGE: "language_changed",
    Action.CORRECT_PRIORITY: "priority_changed",
    Action.HAND_OVER: "handed_over",
    Action.HAND_BACK: "handed_back",
    Action.CONSULT: "consulted",
    Action.ADD_NOTE: "noted",
    Action.ABSORB_DUPLICATE: "merged",
    Action.MARK_NOT_A_CASE: "closed",
    Action.MARK_DUPLICATE: "closed",
    Action.WITHDRAW: "closed",
    Action.CLOSE_ANSWERED: "closed",
    Action.RESOLVE: "resolved",
    Action.REOPEN: "reopened",
}

CLOSE_REASONS: dict[Action, CloseReason] = {
    Action.MARK_NOT_A_CASE: CloseReason.NOT_A_CASE,
    Action.MARK_DUPLICATE: CloseReason.DUPLICATE,
    Action.WITHDRAW: CloseReason.WITHDRAWN,
    Action.CLOSE_ANSWERED: CloseReason.COMMUNITY,
}

_, _WORK, _CUSTOMER, _THIRD, _RESOLVED, _CLOSED = Status

_ENDINGS = {
    Action.RESOLVE: _RESOLVED,
    Action.MARK_NOT_A_CASE: _CLOSED,
    Action.MARK_DUPLICATE: _CLOSED,
    Action.WITHDRAW: _CLOSED,
    Action.CLOSE_ANSWERED: _CLOSED,
}

# Actions that lead to another status.
MOVES: dict[Status, dict[Action, Status]] = {
    Status.NEW: {
        Action.TAKE: _WORK,
        Action.ASSIGN: _WORK,
        Action.REPLY: _WORK,
        Action.HAND_OVER: _WORK,
        Action.ASK_BACK: _CUSTOMER,
        **_ENDINGS,
    },
    Status.IN_PROGRESS: {
        Action.ASK_BACK: _CUSTOMER,
        Action.WAIT_THIRD_PARTY: _THIRD,
        **_ENDINGS,
    },
    Status.WAITING_CUSTOMER: {
        Action.CUSTOMER_REPLY: _WORK,
        Action.RESUME: _WORK,
        Action.WAIT_THIRD_PARTY: _THIRD,
        **_ENDINGS,
    },
    Status.WAITING_THIRD_PARTY: {
        Action.RESUME: _WORK,
        Action.ASK_BACK: _CUSTOMER,
        **_ENDINGS,
    },
    Status.RESOLVED: {Action.REOPEN: _WORK},
    Status.CLOSED: {Action.REOPEN: _WORK},
}

_MESSAGES = (Action.CUSTOMER_REPLY, Action.AUTOMATIC_REPLY, Action.ADD_NOTE)
_LABELS = (Action.CORRECT_TYPE, Action.CORRECT_PRODUCT, Action.CORRECT_LANGUAGE)
_WORKED_ON = (
    *_LABELS,
    Action.CORRECT_PRIORITY,
    Action.CONSULT,
    Action.ABSORB_DUPLICATE,
    Action.AUTOMATIC_REPLY,
    Action.ADD_NOTE,
)
_HANDLED = (Action.TAKE, Action.ASSIGN, Action.REPLY, Action.HAND_OVER, Action.HAND_BACK)

# Actions that leave the status as it is. No message is ever refused.
STAYS: dict[Status, tuple[Action, ...]] = {
    Status.NEW: (Action.CUSTOMER_REPLY, *_WORKED_ON),
    Status.IN_PROGRESS: (Action.CUSTOMER_REPLY, *_HANDLED, *_WORKED_ON),
    Status.WAITING_CUSTOMER: (Action.ASK_BACK, *_HANDLED, *_WORKED_ON),
    Status.WAITING_THIRD_PARTY: (Action.CUSTOMER_REPLY, *_HANDLED, *_WORKED_ON),
    Status.RESOLVED: (Action.REPLY, Action.ABSORB_DUPLICATE, *_LABELS, *_MESSAGES),
    Status.CLOSED: _MESSAGES,
}

# From each status: action -> status after it. What is not here is not possible.
TRANSITIONS: dict[Status, dict[Action, Status]] = {
    status: {**MOVES[status], **dict.fromkeys(STAYS[status], status)} for status in Status
}


def check_transition(status: str, action: str) -> Status:
    """The status after the action. Raises InvalidTransition when it is not possible."""
    try:
        return TRANSITIONS[Status(status)][Action(action)]
    except (KeyError, ValueError):
        raise InvalidTransition(status, action) from None


def allowed_actions(status: str) -> tuple[Action, ...]:
    """The actions possible in a status, in the order of `Action`. Raises ValueError if unknown."""
    possible = TRANSITIONS[Status(status)]
    return tuple(action for action in Action if action in possible)


def mermaid() -> str:
    """The moves between statuses as a Mermaid state diagram; actions that stay are left out."""
    lines = ["stateDiagram-v2", f"    [*] --> {INITIAL_STATUS}: {OPENING_EVENT}"]
    for status, moves in MOVES.items():
        for after in Status:
            actions = [action for action in Action if moves.get(action) == after]
            if actions:
                lines.append(f"    {status} --> {after}: {', '.join(actions)}")
    return "\n".join(lines)


def document() -> str:
    """The text of docs/ticket-states.md, from the tables."""
    owners = [f"| {status} | {OWNERS[status]} | {_staying(status)} |" for status in Status]
    events = [
        f"| {action} | {event} | {CLOSE_REASONS.get(action, '')} |"
        for action, event in EVENTS.items()
    ]
    return "\n".join(
        [
            "# The states of a ticket",
            "",
            "Printed by `python -m triage.tickets.states > docs/ticket-states.md` from the tables "
            "in `triage/tickets/states.py`; do not edit it by hand.",
            "",
            "```mermaid",
            mermaid(),
            "```",
            "",
            "| Status | Next move | Actions that leave the status as it is |",
            "| --- | --- | --- |",
            *owners,
            "",
            "| Action | Event in the log | Reason of closing |",
            "| --- | --- | --- |",
            *events,
            "",
        ]
    )


def _staying(status: Status) -> str:
    return ", ".join(action for action in Action if action in STAYS[status])


if __name__ == "__main__":
    print(document(), end="")
