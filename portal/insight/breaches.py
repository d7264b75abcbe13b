"""Missed deadlines: what was the cause, and what is done about it?"""

from __future__ import annotations

from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.desk.words import span
from portal.insight import parts, words
from portal.insight.questions import Question
from portal.insight.shapes import Cell, Figure, Row, Section, Table, lines
from triage.reporting import breaches, deadlines
from triage.reporting.breaches import Counts
from triage.reporting.deadlines import NO_CAUSE
from triage.reporting.models import BreachCause
from triage.tickets.models import TicketClock

NAME = "brudd"
TITLE = gettext_lazy("Missed deadlines")
FIGURES = {
    "unexplained": Figure(
        gettext_lazy("Missed guarantees without a cause"), breaches.unexplained_guarantees
    )
}
MOST_BREACHES = 10
OF_ALL_MONTHS = True  # the key figure is of everything asked for: what waits is not of a month


def sections(question: Question) -> tuple[Section, ...]:
    """What is to be explained first, and the causes that were entered."""
    counts = breaches.counts(question.scope)
    return (_list(question, counts), _causes(question, counts.missed))


def headline(question: Question) -> str:
    """How many missed guarantees nobody has explained, in every month asked for."""
    return _sentence(breaches.counts(question.scope))


def _sentence(counts: Counts) -> str:
    if not counts.missed:
        return _("No deadline was missed.")
    if not counts.unexplained:
        return _("No missed guarantee is without a cause.")
    return ngettext(
        "%(count)s missed guarantee has no cause yet.",
        "%(count)s missed guarantees have no cause yet.",
        counts.unexplained,
    ) % {"count": words.number(counts.unexplained)}


def breach_address(clock: TicketClock) -> str:
    """Where the cause of a missed deadline is entered and read."""
    return reverse("report_breach", args=[clock.ticket_id, clock.kind, clock.number])


def cause_cell(clock: TicketClock, cause: BreachCause | None) -> Cell:
    """The cause with the way to its form, or the way to enter one."""
    if cause is None:
        return Cell(words=_("Enter the cause"), value="", address=breach_address(clock))
    said = str(cause.get_cause_display())
    return Cell(words=said, value=said, address=breach_address(clock))


def _list(question: Question, counts: Counts) -> Section:
    scope, related = question.scope, ("ticket", "ticket__team")
    unexplained = breaches.unexplained_guarantees(scope)
    first = list(unexplained.select_related(*related)[:MOST_BREACHES]) if counts.unexplained else []
    rest = breaches.other_breaches(scope).select_related(*related)
    clocks = list(chain(first, rest[: MOST_BREACHES - len(first)]))
    causes = breaches.current_causes(clocks)
    return Section(
        code="missed",
        title=_("To be explained first"),
        sentences=(_sentence(counts),),
        table=Table(
            code="missed",
            caption=_("Missed deadlines, guarantees without a cause first"),
            columns=(
                _("Case"),
                _("Subject"),
                _("Deadline"),
                _("Commitment"),
                _("Priority"),
                _("Team"),
                _("Was due"),
                _("Late by"),
                _("Cause"),
                _("What is done about it"),
            ),
            rows=tuple(
                _row(clock, causes.get((clock.ticket_id, clock.kind, clock.number)), question)
                for clock in clocks
            ),
            textual=True,
            unprinted=frozenset({_("Priority"), _("Team")}),
        ),
        definition=_(
            "Deadlines that fell due in the period and were missed. A guarantee binds, so a "
            "missed one is to have a cause and what is done about it; the service owner reads "
            "both in the delivery report."
        ),
        more=question.cases("unexplained" if counts.unexplained > MOST_BREACHES else "missed"),
    )


def _row(clock: TicketClock, cause: BreachCause | None, question: Question) -> Row:
    ticket, late = clock.ticket, deadlines.lateness(clock, question.now)
    said = span(late)
    if clock.met_at is None and clock.stopped_at is None:
        said = _("%(time)s, still open") % {"time": said}
    commitment = words.commitment(clock.commitment)
    measure = cause.measure if cause else ""
    return Row(
        name=ticket.reference,
        cells=(
            Cell(
                words=ticket.subject,
                value=ticket.subject,
                address=reverse("desk_case", args=[ticket.pk]),
            ),
            Cell(words=words.kind(clock.kind), value=words.kind(clock.kind)),
            Cell(words=commitment, value=commitment),
            Cell(words=ticket.priority, value=ticket.priority),
            Cell(words=ticket.team.name, value=ticket.team.name),
            parts.moment_cell(clock.due_at, question.now),
            Cell(words=said, value=round(late.total_seconds() / 3600, 2), unit="hours"),
            cause_cell(clock, cause),
            Cell(words=measure, value=measure),
        ),
    )


def _causes(question: Question, missed: int) -> Section:
    found = breaches.causes(question.scope)
    named = parts.coded(BreachCause.Cause.choices)
    counts = [(item.name, item.value, found[item.value]) for item in named if item.value in found]
    counts.sort(key=lambda row: -row[2])
    without = missed - sum(found.values())
    if without > 0:
        counts.append((_("No cause entered"), NO_CAUSE, without))
    rows = [
        Row(
            name=name,
            cells=(parts.count_cell(count, question.cases("missed", cause=code)),),
        )
        for name, code, count in counts
    ]
    points = [(name, count, words.number(count)) for name, _code, count in counts]
    most = max((count for _name, _code, count in counts), default=0)
    title = _("Missed deadlines by cause")
    return Section(
        code="causes",
        title=_("Causes"),
        sentences=_most_common(counts, missed),
        chart=lines(title, _("Causes"), points, most) if points else None,
        table=Table(
            code="causes",
            caption=title,
            columns=(_("Cause"), _("Missed deadlines")),
            rows=tuple(rows),
        ),
        definition=_(
            "The cause that stands now for each missed deadline of the period, as a manager "
            "entered it. Earlier entries are kept with each deadline."
        ),
        secondary=True,
    )


def _most_common(counts: list[tuple[str, str, int]], missed: int) -> tuple[str, ...]:
    """The commonest cause, and how many have one."""
    entered = [row for row in counts if row[1] != NO_CAUSE]
    if not entered:
        return ()
    said = {
        "cause": entered[0][0],
        "count": words.number(sum(count for _name, _code, count in entered)),
        "missed": words.number(missed),
    }
    return (
        _("%(count)s of %(missed)s missed deadlines have a cause. Most common: %(cause)s.") % said,
    )
