"""Handed-over cases that guidance answered: would the first line have needed to hand them over?

Definition: a case counts in the month a second-line team first got it. An existing article
answered it when an answer given after that holds a link to an article that was published, or was
suggested for the case, before it. Left out are cases that are not a case, were closed as a
duplicate, or belong to another desk. What it does not know: articles that answered in other words,
without being linked, and whether the first line should have found them. Consults are shown apart:
cases a second-line team was first asked about in the month while no second-line team has had them.
Closed months are read as they were kept. Source: issue "All four users", reports on efficiency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.functions import Cast

from accounts.models import Team
from accounts.roles import Line
from triage.oversight.models import UsedArticle
from triage.reporting import snapshots
from triage.reporting.figures import Share
from triage.reporting.measures import MONTH, Counted, Measure, Sums, columns
from triage.reporting.scope import Scope
from triage.reporting.snapshots import Kept
from triage.sla.months import Month
from triage.suggestions.models import TicketSuggestion
from triage.tickets.codes import SolutionCode
from triage.tickets.kinds import CaseType, CloseReason
from triage.tickets.models import Involvement, Ticket

ARTICLE = "article:"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Cases second-line teams first got, alike in month, product and the team that got them."""

    month: Month
    product: int | None
    team: int
    share: Share


@dataclass(frozen=True)
class Escalations:
    """The cases second-line teams first got in a period; a share is those guidance answered.

    `closed` tells which months were read as they were kept.
    """

    months: tuple[Month, ...]
    cells: tuple[Cell, ...]
    closed: Kept

    def answered(self, key: Callable[[Cell], Hashable]) -> dict[Hashable, Share]:
        """Answered by an article that was there, of all handed over, by key."""
        sums: dict[Hashable, Share] = defaultdict(Share)
        for cell in self.cells:
            sums[key(cell)] += cell.share
        return dict(sums)


def _teams_by_line() -> dict[str, list[int]]:
    """The ids of the teams of each line, so that the database looks at no other parts."""
    lines: dict[str, list[int]] = {line: [] for line in Line}
    for pk, line in Team.objects.values_list("pk", "line"):
        lines[line].append(pk)
    return lines


def _firsts(scope: Scope) -> QuerySet[Involvement]:
    """The first time a second-line team got each case, for those in the period."""
    parts = Involvement.objects.filter(ticket=OuterRef("ticket"), kind="owner")
    lines = _teams_by_line()
    second = parts.filter(team__in=lines[Line.SECOND])
    earlier = Q(started_at__lt=OuterRef("started_at")) | Q(
        started_at=OuterRef("started_at"), pk__lt=OuterRef("pk")
    )
    return (
        Involvement.objects.filter(
            scope.holds_ticket(),
            ~Exists(second.filter(earlier)),
            ~Exists(parts.filter(team__in=lines[Line.OTHER_DESK])),
            kind="owner",
            team__in=lines[Line.SECOND],
            started_at__gte=scope.period.start,
            started_at__lt=min(scope.period.end, scope.now),
        )
        .exclude(ticket__case_type=CaseType.NOT_A_CASE)
        .exclude(ticket__close_reason__in=[CloseReason.NOT_A_CASE, CloseReason.DUPLICATE])
        .exclude(ticket__solution_code=SolutionCode.OTHER_DESK)
        .annotate(answered=Exists(_suggested()) | Exists(_linked()))
        .order_by()
    )


def _suggested() -> QuerySet[TicketSuggestion]:
    """Articles that were suggested by the hand-over and stood in an answer after it."""
    return TicketSuggestion.objects.filter(
        ticket=OuterRef("ticket"),
        document__startswith=ARTICLE,
        at__lte=OuterRef("started_at"),
        used_at__gte=OuterRef("started_at"),
    )


def _linked() -> QuerySet[UsedArticle]:
    """Articles that were published by the hand-over and stood in an answer after it."""
    return UsedArticle.objects.filter(
        ticket=OuterRef("ticket"),
        document__startswith=ARTICLE,
        published_at__lte=OuterRef("started_at"),
        used_at__gte=OuterRef("started_at"),
    )


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Cases handed over (`whole`), and those guidance answered (`part`).

    The kind is the number of the team that got the case first: its team may be another by now.
    """
    rows = (
        _firsts(scope)
        .annotate(
            month=scope.month_number("started_at"), first=Cast(F("team"), output_field=CharField())
        )
        .values_list(*columns({MONTH: MONTH, "kind": "first"}, by))
        .annotate(whole=Count("pk"), part=Count(Case(When(answered=True, then=1))))
    )
    return ((row[:-2], Sums(*row[-2:])) for row in rows)


_CASE = ("priority", "product", "team", "language")
MEASURE = Measure(name="escalated", version=1, splits=("kind", *_CASE), count=_count)


def escalations(scope: Scope) -> Escalations:
    """The cases second-line teams first got in the period."""
    closed = snapshots.kept(MEASURE, scope)
    found = snapshots.figures(MEASURE, scope, (MONTH, "product", "kind"), closed)
    cells = tuple(
        Cell(month=month, product=product, team=int(team), share=Share(sums.part, sums.whole))
        for (month, product, team), sums in found.items()
    )
    return Escalations(tuple(scope.period), cells, closed)


def _consults(scope: Scope) -> QuerySet[Involvement]:
    """The first time a second-line team was asked about each case the first line kept."""
    second = _teams_by_line()[Line.SECOND]
    parts = Involvement.objects.filter(ticket=OuterRef("ticket"), team__in=second)
    earlier = Q(started_at__lt=OuterRef("started_at")) | Q(
        started_at=OuterRef("started_at"), pk__lt=OuterRef("pk")
    )
    return Involvement.objects.filter(
        scope.holds_ticket(),
        ~Exists(parts.filter(kind="owner")),
        ~Exists(parts.filter(earlier, kind="consulted")),
        kind="consulted",
        team__in=second,
        started_at__gte=scope.period.start,
        started_at__lt=min(scope.period.end, scope.now),
    ).order_by()


def _count_advice(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Cases kept with advice (`whole`)."""
    rows = (
        _consults(scope)
        .annotate(month=scope.month_number("started_at"))
        .values_list(*columns({MONTH: MONTH}, by))
        .annotate(whole=Count("pk"))
    )
    return ((row[:-1], Sums(row[-1])) for row in rows)


ADVICE = Measure(name="advice", version=1, splits=_CASE, count=_count_advice)


def consults(scope: Scope) -> dict[Month, int]:
    """How many cases were kept with advice, by month."""
    closed = snapshots.kept(ADVICE, scope)
    found = snapshots.figures(ADVICE, scope, (MONTH,), closed)
    return {month: sums.whole for (month,), sums in found.items()}


def consulted_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases kept with advice, the newest number first."""
    return Ticket.objects.filter(pk__in=_consults(scope).values("ticket")).order_by("-pk")


def escalated_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases handed over in the period, the newest number first."""
    return Ticket.objects.filter(pk__in=_firsts(scope).values("ticket")).order_by("-pk")


def answered_cases(scope: Scope) -> QuerySet[Ticket]:
    """Those of them that an article that was there answered."""
    found = _firsts(scope).filter(answered=True)
    return Ticket.objects.filter(pk__in=found.values("ticket")).order_by("-pk")
