"""Solved in the first line, and reopened: what became of the cases solved in each month.

Definition: a case counts once, in the month it was solved the first time. It was solved in the
first line when no second-line team had it up to 14 days after that, and it was not reopened
within those 14 days. Left out are cases that are not a case, were closed as a duplicate, or belong
to another desk (solved as passed on to one, or had by a team of another desk). Being asked for
advice is not having the case. Until 14 days after a month's end its figures can still fall.
Source: issue "All four users", reports on efficiency.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import Combinable

from accounts.roles import Line
from triage.reporting import snapshots
from triage.reporting.figures import Share
from triage.reporting.measures import MONTH, Counted, Measure, Sums, columns
from triage.reporting.scope import Scope, Seconds
from triage.reporting.snapshots import Kept
from triage.sla.months import Month
from triage.tickets.codes import SolutionCode
from triage.tickets.kinds import CaseType, CloseReason
from triage.tickets.models import Involvement, Ticket, TicketEvent

SETTLED_AFTER = timedelta(days=14)


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


def _reopened() -> Q:
    """The case was reopened before it had settled."""
    return Q(reopened_at__lt=_settled())


def _alone() -> Q:
    """Neither: the first line solved it, and it stayed solved."""
    stayed = Q(reopened_at__isnull=True) | Q(reopened_at__gte=_settled())
    return stayed & (Q(second_at__isnull=True) | Q(second_at__gte=_settled()))


def _settled() -> Combinable:
    return F("solved_at") + int(SETTLED_AFTER.total_seconds())


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Solved cases (`whole`), those of them solved in the first line (`part`) and reopened."""
    rows = (
        _afterwards(_firsts(scope))
        .annotate(month=scope.month_number("at"))
        .values_list(*columns({MONTH: MONTH}, by))
        .annotate(
            whole=Count("pk"),
            part=Count(Case(When(_alone(), then=1))),
            extra=Count(Case(When(_reopened(), then=1))),
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
    return _cases(_firsts(scope))


def first_line_cases(scope: Scope) -> QuerySet[Ticket]:
    """Those of them the first line solved for good."""
    return _cases(_afterwards(_firsts(scope)).filter(_alone()))


def reopened_cases(scope: Scope) -> QuerySet[Ticket]:
    """Those of them that were reopened within 14 days."""
    return _cases(_afterwards(_firsts(scope)).filter(_reopened()))


def _cases(firsts: QuerySet[TicketEvent]) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk__in=firsts.values("ticket")).order_by("-pk")
