"""The cases behind every figure, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.desk.words import short_moment, span
from portal.insight import words
from portal.insight.breaches import breach_address, cause_cell
from portal.insight.questions import Question
from portal.insight.shapes import Figure
from portal.positions import read_number, read_position
from triage.reporting import deadlines
from triage.reporting.breaches import current_causes
from triage.reporting.models import BreachCause
from triage.sla.policy import INTERNAL
from triage.tickets.models import Ticket, TicketClock

PAGE_SIZE = 50


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case in the list, with the deadline in question when the figure is about deadlines.

    `at` is when the case came in or when the deadline was due, `when` the same in words.
    """

    ticket: Ticket
    address: str
    at: datetime
    when: str
    deadline: str = ""
    outcome: str = ""
    late: bool = False
    cause: str = ""
    cause_address: str = ""


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of cases; `following` is where the next begins, "" on the last."""

    rows: tuple[CaseRow, ...]
    count: int
    following: str
    of_deadlines: bool

    @property
    def count_words(self) -> str:
        """How many there are in all, grouped as the language does."""
        return words.number(self.count)


def page(figure: Figure, question: Question, after: str) -> CasePage:
    """One page of the rows behind a figure, and how many there are in all."""
    found = figure.rows(question.scope)
    count = found.order_by().count()
    if found.model is TicketClock:
        return _page(_clocks(found, question, after), count, of_deadlines=True)
    return _page(_tickets(found, question, after), count)


def _page(rows: list[tuple[CaseRow, str]], count: int, *, of_deadlines: bool = False) -> CasePage:
    shown = rows[:PAGE_SIZE]
    return CasePage(
        rows=tuple(row for row, _position in shown),
        count=count,
        following=shown[-1][1] if len(rows) > PAGE_SIZE else "",
        of_deadlines=of_deadlines,
    )


def _tickets(found: QuerySet[Ticket], question: Question, after: str) -> list[tuple[CaseRow, str]]:
    before = read_number(after)
    if before is not None:
        found = found.filter(pk__lt=before)
    tickets = found.select_related("product", "team", "organisation")[: PAGE_SIZE + 1]
    return [
        (
            CaseRow(
                ticket=ticket,
                address=_address(ticket.pk),
                at=ticket.opened_at,
                when=short_moment(ticket.opened_at, question.now),
            ),
            str(ticket.pk),
        )
        for ticket in tickets
    ]


def _clocks(
    found: QuerySet[TicketClock], question: Question, after: str
) -> list[tuple[CaseRow, str]]:
    position = read_position(after)
    if position is not None:
        moment, pk = position
        found = found.filter(due_at__lte=moment).exclude(Q(due_at=moment, pk__gte=pk))
    clocks = found.select_related("ticket__product", "ticket__team", "ticket__organisation")
    shown = list(clocks[: PAGE_SIZE + 1])
    causes = current_causes(shown)
    return [
        (
            _clock_row(
                clock, causes.get((clock.ticket_id, clock.kind, clock.number)), question.now
            ),
            f"{clock.due_at.isoformat()}_{clock.pk}",
        )
        for clock in shown
    ]


def _clock_row(clock: TicketClock, cause: BreachCause | None, now: datetime) -> CaseRow:
    late = clock.met_at is None or clock.met_at > clock.due_at
    explained = clock.kind != INTERNAL  # causes are entered for what was promised
    length = span(deadlines.lateness(clock, now))
    if not late:
        outcome = pgettext("deadline", "Kept")
    elif clock.met_at is None and clock.stopped_at is None:
        outcome = _("%(time)s late, still open") % {"time": length}
    else:
        outcome = _("%(time)s late") % {"time": length}
    return CaseRow(
        ticket=clock.ticket,
        address=_address(clock.ticket_id),
        deadline=words.kind(clock.kind),
        at=clock.due_at,
        when=short_moment(clock.due_at, now),
        outcome=outcome,
        late=late,
        cause=cause_cell(clock, cause).words if late and explained else "",
        cause_address=breach_address(clock) if late and explained else "",
    )


def _address(ticket_id: int) -> str:
    return reverse("desk_case", args=[ticket_id])
