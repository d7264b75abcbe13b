"""The state machine of a ticket."""

from pathlib import Path

import pytest

from triage.sla.clock import CLOCK_EVENTS
from triage.tickets.states import (
    CLOSE_REASONS,
    ENDED_STATUSES,
    EVENTS,
    INITIAL_STATUS,
    MOVES,
    OPEN_STATUSES,
    OPENING_EVENT,
    OWNERS,
    STAYS,
    TRANSITIONS,
    WAITING_STATUSES,
    Action,
    InvalidTransition,
    Status,
    allowed_actions,
    check_transition,
    document,
    mermaid,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "ticket-states.md"


@pytest.mark.parametrize(
    ("status", "action", "after"),
    [
        ("new", "take", "in_progress"),
        ("new", "assign", "in_progress"),
        ("new", "reply", "in_progress"),
        ("new", "ask_back", "waiting_customer"),
        ("new", "hand_over", "in_progress"),
        ("new", "resolve", "resolved"),
        ("new", "mark_not_a_case", "closed"),
        ("new", "customer_reply", "new"),
        ("in_progress", "ask_back", "waiting_customer"),
        ("in_progress", "wait_third_party", "waiting_third_party"),
        ("in_progress", "hand_back", "in_progress"),
        ("in_progress", "resolve", "resolved"),
        ("waiting_customer", "customer_reply", "in_progress"),
        ("waiting_customer", "automatic_reply", "waiting_customer"),
        ("waiting_customer", "reply", "waiting_customer"),
        ("waiting_customer", "resume", "in_progress"),
        ("waiting_third_party", "customer_reply", "waiting_third_party"),
        ("waiting_third_party", "resume", "in_progress"),
        ("waiting_third_party", "withdraw", "closed"),
        ("resolved", "customer_reply", "resolved"),
        ("resolved", "reopen", "in_progress"),
        ("closed", "reopen", "in_progress"),
    ],
)
def test_a_move_leads_to_its_status(status, action, after):
    assert check_transition(status, action) is Status(after)


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("new", "wait_third_party"),  # before anybody works on it
        ("new", "hand_back"),
        ("new", "resume"),
        ("new", "reopen"),
        ("in_progress", "resume"),
        ("in_progress", "reopen"),
        ("resolved", "assign"),
        ("resolved", "take"),
        ("resolved", "resolve"),
        ("resolved", "ask_back"),
        ("resolved", "correct_priority"),
        ("closed", "reply"),
        ("closed", "resolve"),
        ("closed", "correct_type"),
        ("lost", "take"),
        ("new", "dance"),
    ],
)
def test_an_impossible_move_is_refused_and_named(status, action):
    with pytest.raises(InvalidTransition) as caught:
        check_transition(status, action)
    assert (caught.value.status, caught.value.action) == (status, action)
    assert str(caught.value) == f"the action {action} is not possible in the status {status}"


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_allowed_actions_are_those_that_pass_the_check(status, action):
    if action in allowed_actions(status):
        assert check_transition(status, action) in Status
    else:
        with pytest.raises(InvalidTransition):
            check_transition(status, action)


def test_an_unknown_status_allows_nothing():
    with pytest.raises(ValueError, match="'lost'"):
        allowed_actions("lost")


def test_every_status_is_open_or_ended_has_an_owner_and_can_be_reached_and_left():
    assert (*OPEN_STATUSES, *ENDED_STATUSES) == tuple(Status)
    assert set(WAITING_STATUSES) < set(OPEN_STATUSES)
    assert set(OWNERS) == set(TRANSITIONS) == set(Status)
    reached = {after for moves in MOVES.values() for after in moves.values()}
    assert reached | {INITIAL_STATUS} == set(Status)
    assert all(MOVES.values())


def test_every_action_leaves_an_event_and_is_possible_somewhere():
    assert set(EVENTS) == set(Action)
    assert {action for moves in TRANSITIONS.values() for action in moves} == set(Action)


@pytest.mark.parametrize("status", Status)
def test_no_action_both_moves_and_stays(status):
    assert not set(MOVES[status]) & set(STAYS[status])
    assert status not in MOVES[status].values()


@pytest.mark.parametrize("status", Status)
def test_messages_and_notes_are_never_refused(status):
    kept = {Action.CUSTOMER_REPLY, Action.AUTOMATIC_REPLY, Action.ADD_NOTE}
    assert kept <= set(allowed_actions(status))


def test_closing_always_has_a_reason():
    closing = {a for moves in MOVES.values() for a, after in moves.items() if after == "closed"}
    assert closing == set(CLOSE_REASONS)
    assert {EVENTS[action] for action in closing} == {"closed"}


def test_every_event_of_the_clocks_is_left_by_an_action():
    rules_changed = "rules_changed"  # by those who answer for the service model, for all open cases
    assert set(CLOCK_EVENTS) - {rules_changed} <= {OPENING_EVENT, *EVENTS.values()}


def test_waiting_statuses_are_named_as_their_events():
    assert {EVENTS[Action.ASK_BACK], EVENTS[Action.WAIT_THIRD_PARTY]} == set(WAITING_STATUSES)


def test_the_diagram_shows_moves_and_leaves_out_what_stays():
    lines = mermaid().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> new: opened"]
    assert "    waiting_customer --> in_progress: resume, customer_reply" in lines
    assert not [line for line in lines if "add_note" in line]


def test_the_document_is_up_to_date():
    found = DOCUMENT.read_text(encoding="utf-8")
    assert found == document(), "run: python -m triage.tickets.states > docs/ticket-states.md"
