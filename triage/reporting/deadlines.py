"""Kept deadlines (attainment), by month and by what the case is.

Definition: a month's attainment is the targets that fell due in it and were met in time, divided
by all targets that fell due in it. A target met after its time counts as missed, and so does one
that is still open past its time or was stopped after it. Targets whose time has not come yet (as
of now) are not counted, nor those that were stopped before their time (the case was withdrawn or
closed as a duplicate) or that stand still. The month is the one the due time falls in by the
clocks of the service (Europe/Oslo). Closed months are read as they were kept. Source: issue "All
four users", reports on predictability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from triage.reporting import snapshots
from triage.reporting.figures import Share
from triage.reporting.measures import MONTH, Counted, Measure, Sums, columns
from triage.reporting.models import BreachCause
from triage.reporting.scope import Scope
from triage.reporting.snapshots import Kept
from triage.sla.months import Month
from triage.sla.policy import INTERNAL
from triage.tickets.models import TicketClock

NO_CAUSE = "none"
SPLITS = ("kind", "commitment", "priority", "team")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Targets that fell due in one month and are alike in all of `SPLITS`."""

    month: Month
    kind: str
    commitment: str
    priority: str
    team: int
    share: Share


@dataclass(frozen=True)
class Attainment:
    """The cells of a period, to be summed by whatever is asked for, and the sums by product.

    `closed` tells which months were read as they were kept.
    """

    months: tuple[Month, ...]
    cells: tuple[Cell, ...]
    products: dict[int | None, Share]
    closed: Kept

    def total(self) -> Share:
        """Over the whole period."""
        return sum((cell.share for cell in self.cells), Share())

    def by(self, key: Callable[[Cell], Hashable]) -> dict[Hashable, Share]:
        """The shares of the cells with the same key."""
        sums: dict[Hashable, Share] = defaultdict(Share)
        for cell in self.cells:
            sums[key(cell)] += cell.share
        return dict(sums)

    def by_month(self) -> dict[Month, Share]:
        """Each month of the period, those without targets included."""
        found = self.by(lambda cell: cell.month)
        return {month: found.get(month, Share()) for month in self.months}


def _fell_due(scope: Scope) -> Q:
    """Targets whose time came in the period and before now, and were not stopped before it.

    Promises only: what teams have agreed among themselves is in the report on cooperation.
    """
    end = min(scope.period.end, scope.now)
    demand = Q(due_at__gte=scope.period.start, due_at__lt=end)
    demand &= ~Q(kind=INTERNAL)
    demand &= Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("due_at"))
    for name in ("kind", "commitment"):
        if getattr(scope, name):
            demand &= Q(**{name: getattr(scope, name)})
    if scope.cause:
        demand &= _has_cause(scope.cause)
    return demand


def causes_of() -> QuerySet[BreachCause]:
    """The cause that stands for a deadline, for a subquery on deadlines."""
    return BreachCause.objects.filter(
        ticket=OuterRef("ticket"), kind=OuterRef("kind"), number=OuterRef("number"), current=True
    )


def _has_cause(cause: str) -> Exists:
    """The deadlines a cause stands for; `NO_CAUSE` are those nobody has explained."""
    entered = causes_of()
    return ~Exists(entered) if cause == NO_CAUSE else Exists(entered.filter(cause=cause))


def is_kept() -> Q:
    """The condition on a target that fell due: it was met in time."""
    return Q(met_at__lte=F("due_at"))


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """All targets that fell due (`whole`) and those of them that were kept (`part`)."""
    paths = {MONTH: MONTH, "kind": "kind", "commitment": "commitment"}
    rows = (
        TicketClock.objects.filter(_fell_due(scope), scope.holds_ticket())
        .order_by()
        .annotate(month=scope.month_number("due_at"))
        .values_list(*columns(paths, by))
        .annotate(whole=Count("pk"), part=Count(Case(When(is_kept(), then=Value(1)))))
    )
    return ((row[:-2], Sums(*row[-2:])) for row in rows)


MEASURE = Measure(
    name="deadlines",
    version=2,
    splits=("kind", "commitment", "priority", "product", "team", "language", "case_type"),
    count=_count,
    since={"case_type": 2},
)


def attainment(scope: Scope) -> Attainment:
    """Kept and missed targets of the scope."""
    closed = snapshots.kept(MEASURE, scope)
    found = snapshots.figures(MEASURE, scope, (MONTH, *SPLITS), closed)
    products = snapshots.figures(MEASURE, scope, ("product",), closed)
    cells = tuple(
        Cell(
            month=month,
            kind=kind,
            commitment=commitment,
            priority=priority,
            team=team,
            share=Share(sums.part, sums.whole),
        )
        for (month, kind, commitment, priority, team), sums in found.items()
    )
    return Attainment(
        tuple(scope.period),
        cells,
        {product: Share(sums.part, sums.whole) for (product,), sums in products.items()},
        closed,
    )


def by_kind(scope: Scope) -> dict[tuple[Month, str], Share]:
    """Kept of fallen due by month and kind of deadline only: what the key figure needs."""
    closed = snapshots.kept(MEASURE, scope)
    found = snapshots.figures(MEASURE, scope, (MONTH, "kind"), closed)
    return {key: Share(sums.part, sums.whole) for key, sums in found.items()}


def targets(scope: Scope) -> QuerySet[TicketClock]:
    """The targets behind the figures, the last due first."""
    found = TicketClock.objects.filter(_fell_due(scope), scope.holds_ticket())
    return found.order_by("-due_at", "-pk")


def missed(scope: Scope) -> QuerySet[TicketClock]:
    """Those of the targets that were missed, or are open past their time."""
    return targets(scope).filter(Q(met_at__isnull=True) | Q(met_at__gt=F("due_at")))


def lateness(clock: TicketClock, now: datetime) -> timedelta:
    """How long after its time a target was met or stopped, or has been open: wall time."""
    return (clock.met_at or clock.stopped_at or now) - clock.due_at
