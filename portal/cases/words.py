"""State and promise of a case in the words of the one who asked, with icon and tone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.templatetags.design import moment_in_words
from triage.sla.policy import FIRST_RESPONSE, RESOLUTION
from triage.tickets.kinds import CloseReason
from triage.tickets.models import Ticket, TicketClock
from triage.tickets.states import Status

NEUTRAL, INFO, WARNING, DANGER = ("neutral", "info", "warning", "danger")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A few words with an icon and a tone: never colour alone."""

    words: str
    icon: str
    tone: str


def state_mark(ticket: Ticket, *, waits_for_me: bool) -> Mark:
    """Where the case stands, for somebody on the requester's side."""
    if ticket.status == Status.WAITING_CUSTOMER:
        if waits_for_me:
            return Mark(words=_("Waits for your reply"), icon="PersonPencil", tone=WARNING)
        return Mark(words=_("Waits for the one who asked"), icon="Hourglass", tone=NEUTRAL)
    if ticket.status == Status.CLOSED:
        return Mark(words=_closed(ticket), icon="Minus", tone=NEUTRAL)
    if ticket.status == Status.NEW or _waits_for_somebody(ticket):
        return Mark(words=_("Received, waits for an answer"), icon="Inbox", tone=INFO)
    words, icon, tone = {
        Status.IN_PROGRESS: (_("We are working on it"), "PersonHeadset", INFO),
        Status.WAITING_THIRD_PARTY: (_("We wait for somebody else"), "Hourglass", NEUTRAL),
        Status.RESOLVED: (_("Solved"), "CheckmarkCircle", NEUTRAL),
    }[Status(ticket.status)]
    return Mark(words=words, icon=icon, tone=tone)


def _waits_for_somebody(ticket: Ticket) -> bool:
    """Whether nobody has an open case and nobody has answered: handed over, or open again."""
    return (
        ticket.status == Status.IN_PROGRESS
        and ticket.assignee_id is None
        and ticket.first_responded_at is None
    )


def _closed(ticket: Ticket) -> str:
    if ticket.close_reason == CloseReason.DUPLICATE:
        return _("Goes on in another case")
    if ticket.close_reason == CloseReason.WITHDRAWN:
        return _("Withdrawn")
    return _("Closed")


def latest(clocks: Iterable[TicketClock]) -> dict[str, TicketClock]:
    """The latest clock of each kind."""
    return {clock.kind: clock for clock in sorted(clocks, key=lambda clock: clock.number)}


def promise_mark(clocks: Iterable[TicketClock], *, now: datetime) -> Mark | None:
    """The promise that counts now: the answer, then the solution; None when nothing is promised."""
    known = latest(clocks)
    first, solution = known.get(FIRST_RESPONSE), known.get(RESOLUTION)
    if first is not None and first.met_at is None and first.stopped_at is None:
        return answer_mark(first, now=now)
    if solution is not None and (mark := solution_mark(solution, now=now)) is not None:
        return mark
    return answer_mark(first, now=now) if first is not None else None


def answer_mark(clock: TicketClock, *, now: datetime) -> Mark | None:
    """How the promise of an answer stands; None when the case ended before it was answered."""
    if clock.met_at is not None:
        if clock.breached_at is None:
            return Mark(words=_("Answered in time"), icon="Checkmark", tone=NEUTRAL)
        return Mark(words=_("Answered later than promised"), icon="Clock", tone=NEUTRAL)
    if clock.stopped_at is not None or clock.due_at is None:
        return None
    moment = {"moment": moment_in_words(clock.due_at, now)}
    if clock.due_at < now:
        words = _("We are late: you should have had an answer by %(moment)s") % moment
        return Mark(words=words, icon="ExclamationmarkTriangle", tone=DANGER)
    return Mark(words=_("Answer by %(moment)s") % moment, icon="Clock", tone=NEUTRAL)


def solution_mark(clock: TicketClock, *, now: datetime) -> Mark | None:
    """How the goal of a solution stands; None when the case ended without one."""
    if clock.met_at is not None:
        if clock.breached_at is None:
            return Mark(words=_("Solved in time"), icon="Checkmark", tone=NEUTRAL)
        return Mark(words=_("Solved later than promised"), icon="Clock", tone=NEUTRAL)
    if clock.stopped_at is not None:
        return None
    if clock.due_at is None:
        words = _("The time for a solution stands still while the case waits")
        return Mark(words=words, icon="Pause", tone=NEUTRAL)
    moment = {"moment": moment_in_words(clock.due_at, now)}
    if clock.due_at < now:
        words = _("We are late: it should have been solved by %(moment)s") % moment
        return Mark(words=words, icon="ExclamationmarkTriangle", tone=DANGER)
    return Mark(words=_("Solution by %(moment)s") % moment, icon="Clock", tone=NEUTRAL)
