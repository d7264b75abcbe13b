"""Kept deadlines (attainment), by month and by what the case is.

Definition: a month's attainment is the targets that fell due in it and were met in time, divided
by all targets that fell due in it. A target met after its time counts as missed, and so does one
that is still open past its time or was stopped after it. Targets whose time has not come yet (as
of now) are not counted, nor those that were stopped before their time (the case was withdrawn or
closed as a duplicate) or that stand still. The month is the one the due time falls in by the
clocks of the service (Europe/Oslo). Source: issue "All four users", reports on predictability.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from triage.reporting.figures import Share
from triage.reporting.months import Month
from triage.reporting.scope import Scope
from triage.tickets.models import TicketClock

SPLITS = ("kind", "commitment", "priority", "product", "team")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Targets that fell due in one month and are alike in everything reported."""

    month: Month
    kind: str
    commitment: str
    priority: str
    product: int | None
    team: int
    share: Share


@dataclass(frozen=True)
class Attainment:
    """The cells of a period, to be summed by whatever is asked for."""

    months: tuple[Month, ...]
    cells: tuple[Cell, ...]

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


def _fell_due(scope: Scope, prefix: str = "") -> Q:
    """Targets whose time came in the period and before now, and were not stopped before it."""
    end = min(scope.period.end, scope.now)
    demand = Q(**{f"{prefix}due_at__gte": scope.period.start, f"{prefix}due_at__lt": end})
    demand &= Q(**{f"{prefix}stopped_at__isnull": True}) | Q(
        **{f"{prefix}stopped_at__gt": F(f"{prefix}due_at")}
    )
    for name in ("kind", "commitment"):
        if getattr(scope, name):
            demand &= Q(**{f"{prefix}{name}": getattr(scope, name)})
    return demand


def _met(prefix: str = "") -> Q:
    return Q(**{f"{prefix}met_at__lte": F(f"{prefix}due_at")})


def attainment(scope: Scope) -> Attainment:
    """Kept and missed targets of the scope, in one statement."""
    months = tuple(scope.period)
    rows = (
        TicketClock.objects.filter(_fell_due(scope), scope.holds_ticket())
        .order_by()
        .annotate(month=scope.month_number("due_at"))
        .values_list(
            "month",
            "kind",
            "commitment",
            "ticket__priority",
            "ticket__product",
            "ticket__team",
        )
        .annotate(whole=Count("pk"), part=Count(Case(When(_met(), then=Value(1)))))
    )
    cells = [
        Cell(
            month=months[month],
            kind=kind,
            commitment=commitment,
            priority=priority,
            product=product,
            team=team,
            share=Share(part, whole),
        )
        for month, kind, commitment, priority, product, team, whole, part in rows
    ]
    return Attainment(months, tuple(cells))


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
