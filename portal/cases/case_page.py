"""One case as its requester's side sees it: what was said in public, the way it has gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Team, User
from accounts.roles import Line
from portal.cases import words
from portal.cases.promise import days_off, ended_words, why
from portal.cases.words import Mark
from triage.sla.clock import current_clocks
from triage.sla.policy import FIRST_RESPONSE, RESOLUTION
from triage.sla.service_model import service_model
from triage.tickets import queries
from triage.tickets.clocks import ended_promise, replay
from triage.tickets.models import Attachment, Message, Participant, Ticket, TicketEvent
from triage.tickets.policies import REQUESTER_ACTIONS, is_requester_side
from triage.tickets.reopening import reopen_days, reopens_in_time
from triage.tickets.states import ENDED_STATUSES, Action, Status, allowed_actions

SENT, FIRST_LINE, SPECIALISTS, WITH_YOU, WITH_OTHERS, SOLVED, ENDED, AGAIN = (
    "sent",
    "first_line",
    "specialists",
    "with_you",
    "with_others",
    "solved",
    "ended",
    "again",
)
ICONS = {
    SENT: "PaperplaneFill",
    FIRST_LINE: "PersonHeadset",
    SPECIALISTS: "PersonGroup",
    WITH_YOU: "PersonPencil",
    WITH_OTHERS: "Hourglass",
    SOLVED: "CheckmarkCircle",
    ENDED: "Minus",
    AGAIN: "ArrowCirclepath",
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One public message: who wrote it, whose side they are on, and the words."""

    id: int
    side: str
    author: str
    role: str
    icon: str
    at: datetime
    body: str
    masked: int
    attachments: list[Attachment]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A stretch of the case's way. The last one is where it is now."""

    name: str
    icon: str
    at: datetime
    current: bool


@dataclass(frozen=True, kw_only=True)
class PromiseLines:
    """The promises and how they stand, and why the time of an answer was what it was."""

    marks: list[Mark]
    why: str
    days: list[str]
    ended: str


@dataclass(frozen=True)
class Links:
    """Other cases in which the matter goes on or began: those the person may see.

    `is_continued` says that the case goes on in a new one, seen or not.
    """

    merged_into: Ticket | None
    continued_by: Ticket | None
    continues: Ticket | None
    is_continued: bool


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """Everything on the page but the forms."""

    ticket: Ticket
    state: Mark
    promise: PromiseLines
    steps: list[Step]
    conversation: list[Said]
    followers: list[str]
    waits_for_me: bool
    may_reply: bool
    may_close: bool
    may_reopen: bool
    may_add: bool
    answered: bool
    reopen_in_time: bool
    reopen_days: int
    links: Links


def case_view(ticket: Ticket, user: User, *, now: datetime) -> CaseView:
    """What this person sees of the case; a constant number of statements."""
    actions = possible(ticket, user)
    events = list(ticket.events.order_by("at", "pk"))
    followers = list(Participant.objects.filter(ticket=ticket).select_related("user"))
    own = ticket.requester_id == user.pk or user.pk in {part.user_id for part in followers}
    waits = ticket.status == Status.WAITING_CUSTOMER and own
    ended = ticket.status in ENDED_STATUSES
    links = _links(ticket, user, ended=ended)
    return CaseView(
        ticket=ticket,
        state=words.state_mark(ticket, waits_for_me=waits),
        promise=promise_lines(ticket, events, now=now),
        steps=timeline(ticket, events, own=own),
        conversation=conversation(ticket, user),
        followers=[part.user.display_name for part in followers],
        waits_for_me=waits,
        may_reply=Action.CUSTOMER_REPLY in actions and not ended,
        may_close=Action.WITHDRAW in actions and not ended,
        may_reopen=Action.REOPEN in actions and not links.is_continued,
        may_add=bool(ticket.organisation_id) and Action.CUSTOMER_REPLY in actions,
        answered=ticket.first_responded_at is not None,
        reopen_in_time=reopens_in_time(ticket, now=now),
        reopen_days=reopen_days(ticket),
        links=links,
    )


def possible(ticket: Ticket, user: User) -> frozenset[Action]:
    """What the requester's side may do as the case stands."""
    if not is_requester_side(user, ticket):
        return frozenset()
    return frozenset(allowed_actions(ticket.status)) & REQUESTER_ACTIONS


def _links(ticket: Ticket, user: User, *, ended: bool) -> Links:
    """The cases this one goes on in, and from; nothing is read for an ordinary open one."""
    later = Ticket.objects.filter(continues=ticket).values_list("pk", flat=True) if ended else ()
    continued_by = next(iter(later), None)
    numbers = (ticket.duplicate_of_id, continued_by, ticket.continues_id)
    wanted = [pk for pk in numbers if pk is not None]
    seen = Ticket.objects.visible_to(user).in_bulk(wanted) if wanted else {}
    return Links(*map(seen.get, numbers), is_continued=continued_by is not None)


# --- what was said ------------------------------------------------------------------------------


def conversation(ticket: Ticket, user: User) -> list[Said]:
    """The public messages, oldest first."""
    return [
        _said(message, ticket, user) for message in queries.conversation(ticket, internal=False)
    ]


def _said(message: Message, ticket: Ticket, user: User) -> Said:
    side, role, icon = _side(message, ticket, user)
    if message.author is not None:
        author = message.author.display_name
    else:
        author = ticket.requester_name if message.from_requester else ""
    return Said(
        id=message.pk,
        side=side,
        author=author,
        role=role,
        icon=icon,
        at=message.created_at,
        body=message.body,
        masked=message.masked_numbers,
        attachments=list(message.attachments.all()),
    )


def _side(message: Message, ticket: Ticket, user: User) -> tuple[str, str, str]:
    if message.automatic:
        return "ours", _("Automatic reply"), "Robot"
    if not message.from_requester:
        return "ours", _("Answer from us"), "PersonHeadset"
    if message.author_id == user.pk:
        return "mine", _("You"), "Person"
    if message.author_id is None or message.author_id == ticket.requester_id:
        return "mine", _("Asked"), "Person"
    return "mine", _("Colleague"), "Person"


# --- the way it has gone --------------------------------------------------------------------------


def timeline(ticket: Ticket, events: Sequence[TicketEvent], *, own: bool) -> list[Step]:
    """The stretches of the case from its log, one after another; none twice in a row."""
    lines = _lines(events)
    found: list[tuple[str, datetime]] = [(SENT, ticket.opened_at), (FIRST_LINE, ticket.opened_at)]
    place = FIRST_LINE
    for event in events:
        if event.kind in ("handed_over", "handed_back"):
            place = _place(lines.get(event.data.get("to", ""), Line.FIRST))
        if event.kind == "customer_reply" and found[-1][0] != WITH_YOU:
            continue  # it changes nothing but when the case waited for it
        for name in _stretches(event, place):
            if found[-1][0] != name:
                found.append((name, event.at))
    last = len(found) - 1
    return [
        Step(name=_name(name, own=own), icon=ICONS[name], at=at, current=number == last)
        for number, (name, at) in enumerate(found)
    ]


def _lines(events: Iterable[TicketEvent]) -> dict[str, str]:
    """The line of each team that has had the case, by slug; nothing is read for an ordinary one."""
    slugs = {event.data.get("to") for event in events if event.kind == "handed_over"}
    return dict(Team.objects.filter(slug__in=slugs).values_list("slug", "line")) if slugs else {}


def _place(line: str) -> str:
    return FIRST_LINE if line == Line.FIRST else SPECIALISTS


def _stretches(event: TicketEvent, place: str) -> tuple[str, ...]:
    """What begins with an event."""
    return {
        "handed_over": (place,),
        "handed_back": (place,),
        "waiting_customer": (WITH_YOU,),
        "waiting_third_party": (WITH_OTHERS,),
        "customer_reply": (place,),
        "resumed": (place,),
        "resolved": (SOLVED,),
        "closed": (ENDED,),
        "reopened": (AGAIN, place),
    }.get(event.kind, ())


def _name(name: str, *, own: bool) -> str:
    names = {
        SENT: pgettext("case", "Sent"),
        FIRST_LINE: _("With the first line"),
        SPECIALISTS: _("With specialists"),
        WITH_YOU: _("Waits for you") if own else _("Waits for the one who asked"),
        WITH_OTHERS: _("Waits for somebody else"),
        SOLVED: pgettext("case", "Solved"),
        ENDED: pgettext("case", "Ended"),
        AGAIN: _("Taken up again"),
    }
    return names[name]


# --- the promise ----------------------------------------------------------------------------------


def promise_lines(ticket: Ticket, events: Sequence[TicketEvent], *, now: datetime) -> PromiseLines:
    """How the promises stand, and how the time of an answer is counted."""
    stored = words.latest(ticket.clocks.all())
    marks = []
    if FIRST_RESPONSE in stored:
        marks.append(words.answer_mark(stored[FIRST_RESPONSE], now=now))
    if RESOLUTION in stored:
        marks.append(words.solution_mark(stored[RESOLUTION], now=now))
    clocks = current_clocks(replay(ticket, events, now=now))
    first = clocks.get(FIRST_RESPONSE)
    running = first is not None and first.running
    ended = ended_promise(ticket, events)
    shown = [mark for mark in marks if mark is not None]
    return PromiseLines(
        marks=shown,
        why=why(first, service_model(first.version)) if shown and first is not None else "",
        days=days_off(first, service_model(first.version), now) if running else [],
        ended=ended_words(ended) if ended and not marks else "",
    )
