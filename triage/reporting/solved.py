"""Solved in the first line, and reopened: what became of the cases solved in each month.

Definition: a case counts once, in the month it was solved the first time. It was solved in the
first line when no second-line team had it up to 14 days after that, and it was not reopened
within those 14 days. Left out are cases that are not a case, were closed as a duplicate, or belong
to another desk (solved as passed on to one, or had by a team of another desk). Being asked for
advice is not having the case. Until 14 days after a month's end its figures can still fall.
Source: issue "All four users", reports on efficiency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When

from accounts.roles import Line
from triage.reporting import snapshots
from triage.reporting.figures import Share
from triage.reporting.measures import MONTH, Counted, Measure, Sums, columns
from triage.reporting.months import Month
from triage.reporting.scope import Scope, Seconds
from triage.reporting.snapshots import Kept
from triage.tickets.codes import SolutionCode
from triage.tickets.kinds import CaseType, CloseReason
from triage.tickets.models import Involvement, Ticket, TicketEvent

SETTLED_AFTER = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class Solution:
    """The first time a case was solved, and whether the first line did it for good."""

    ticket: int
    month: Month
    product: int | None
    team: int
    second_line: bool
    reopened: bool

    @property
    def in_first_line(self) -> bool:
        """Solved by the first line alone, and it stayed solved."""
        return not (self.second_line or self.reopened)


@dataclass(frozen=True)
class Solutions:
    """The solved cases of a period."""

    months: tuple[Month, ...]
    rows: tuple[Solution, ...]

    def first_line(self, key: Callable[[Solution], Hashable]) -> dict[Hashable, Share]:
        """Solved in the first line of all solved, by key."""
        return self._by(key, lambda row: row.in_first_line)

    def reopened(self, key: Callable[[Solution], Hashable]) -> dict[Hashable, Share]:
        """Reopened within 14 days of all solved, by key."""
        return self._by(key, lambda row: row.reopened)

    def _by(self, key: Callable, hit: Callable[[Solution], bool]) -> dict[Hashable, Share]:
        sums: dict[Hashable, Share] = defaultdict(Share)
        for row in self.rows:
            sums[key(row)] += Share(int(hit(row)), 1)
        return dict(sums)


def settled_at(month: Month, scope: Scope) -> datetime:
    """When a month's figures can no longer fall."""
    return month.end(scope.period.zone) + SETTLED_AFTER


def _firsts(scope: Scope) -> QuerySet[TicketEvent]:
    """The log line of the first time each case was solved, for those solved in the period."""
    events = TicketEvent.objects.filter(ticket=OuterRef("ticket"))
    earlier = events.filter(kind="resolved", at__lt=OuterRef("at"))
    twin = events.filter(kind="resolved", at=OuterRef("at"), pk__lt=OuterRef("pk"))
    other_desk = Involvement.objects.filter(
        ticket=OuterRef("ticket"), kind="owner", team__line=Line.OTHER_DESK
    )
    return (
        TicketEvent.objects.filter(
            scope.holds_ticket(),
            ~Exists(earlier),
            ~Exists(twin),
            ~Exists(other_desk),
            kind="resolved",
            at__gte=scope.period.start,
            at__lt=min(scope.period.end, scope.now),
        )
        .exclude(ticket__case_type=CaseType.NOT_A_CASE)
        .exclude(ticket__close_reason__in=[CloseReason.NOT_A_CASE, CloseReason.DUPLICATE])
        .exclude(data__code=SolutionCode.OTHER_DESK)
        .order_by()
    )


def _afterwards(firsts: QuerySet[TicketEvent]) -> QuerySet[TicketEvent]:
    """The same log lines with when a second-line team got the case and when it was reopened."""
    second = (
        Involvement.objects.filter(ticket=OuterRef("ticket"), kind="owner", team__line=Line.SECOND)
        .order_by()
        .values("ticket")
        .annotate(first=Min("started_at"))
        .values("first")
    )
    reopened = TicketEvent.objects.filter(
        ticket=OuterRef("ticket"), kind="reopened", at__gte=OuterRef("at")
    ).order_by("at")
    return firsts.annotate(
        solved_at=Seconds("at"),
        second_at=Seconds(Subquery(second)),
        reopened_at=Seconds(Subquery(reopened.values("at")[:1])),
    )


def solutions(scope: Scope) -> Solutions:
    """Every case solved the first time in the period, in one statement."""
    months, settled = tuple(scope.period), SETTLED_AFTER.total_seconds()
    rows = (
        _afterwards(_firsts(scope))
        .annotate(month=scope.month_number("at"))
        .values_list(
            "ticket",
            "month",
            "ticket__product",
            "ticket__team",
            "solved_at",
            "second_at",
            "reopened_at",
        )
    )
    return Solutions(
        months,
        tuple(
            Solution(
                ticket=ticket,
                month=months[month],
                product=product,
                team=team,
                second_line=second_at is not None and second_at < at + settled,
                reopened=reopened_at is not None and reopened_at < at + settled,
            )
            for ticket, month, product, team, at, second_at, reopened_at in rows
        ),
    )


@dataclass(frozen=True)
class Solved:
    """Solved cases of a period in sums: `whole` solved, `part` in the first line, `extra` reopened.

    `closed` tells which months were read as they were kept.
    """

    months: tuple[Month, ...]
    by_month: dict[Month, Sums]
    by_product: dict[int | None, Sums]
    closed: Kept

    def first_line(self, month: Month) -> Share:
        """Solved in the first line of all solved in a month."""
        sums = self.by_month.get(month, Sums())
        return Share(sums.part, sums.whole)

    def reopened(self, month: Month) -> Share:
        """Reopened within 14 days of all solved in a month."""
        sums = self.by_month.get(month, Sums())
        return Share(sums.extra, sums.whole)


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Solved cases (`whole`), those of them solved in the first line (`part`) and reopened."""
    settled = F("solved_at") + int(SETTLED_AFTER.total_seconds())
    reopened = Q(reopened_at__lt=settled)
    alone = Q(second_at__isnull=True) | Q(second_at__gte=settled)
    stayed = Q(reopened_at__isnull=True) | Q(reopened_at__gte=settled)
    rows = (
        _afterwards(_firsts(scope))
        .annotate(month=scope.month_number("at"))
        .values_list(*columns({MONTH: MONTH}, by))
        .annotate(
            whole=Count("pk"),
            part=Count(Case(When(alone & stayed, then=1))),
            extra=Count(Case(When(reopened, then=1))),
        )
    )
    return ((row[:-3], Sums(*row[-3:])) for row in rows)


MEASURE = Measure(
    name="solved", version=1, splits=("priority", "product", "team", "language"), count=_count
)


def solved(scope: Scope) -> Solved:
    """The sums of the period by month and by product."""
    closed = snapshots.kept(MEASURE, scope)
    months = snapshots.figures(MEASURE, scope, (MONTH,), closed)
    products = snapshots.figures(MEASURE, scope, ("product",), closed)
    return Solved(
        tuple(scope.period),
        {month: sums for (month,), sums in months.items()},
        {product: sums for (product,), sums in products.items()},
        closed,
    )


def solved_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases solved the first time in the period, the newest number first."""
    return Ticket.objects.filter(pk__in=_firsts(scope).values("ticket")).order_by("-pk")


def ids_where(scope: Scope, hit: Callable[[Solution], bool]) -> list[int]:
    """The ids of those that fit, as the figures count them, the newest number first."""
    return sorted((row.ticket for row in solutions(scope).rows if hit(row)), reverse=True)
