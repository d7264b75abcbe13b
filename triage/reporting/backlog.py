"""The backlog: what is open now, how old it is, and what of it is overdue.

Definition: open cases as of now, whatever the period. Age is wall time since the case came in, in
classes of days of 24 hours. Overdue means that the case's nearest deadline has passed; a case
whose deadline stands still is not overdue.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Min, Q, QuerySet, Value, When

from triage.reporting.figures import Share
from triage.reporting.scope import Scope
from triage.tickets.models import Ticket

# Code of each class of age with the days it ends before; the last has no end.
AGES: tuple[tuple[str, int | None], ...] = (
    ("0-1", 1),
    ("1-3", 3),
    ("3-7", 7),
    ("7-14", 14),
    ("14-30", 30),
    ("30-", None),
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Open cases alike in everything reported; the share is the overdue ones of them."""

    status: str
    team: int
    priority: str
    product: int | None
    age: str
    overdue: Share
    oldest: datetime


@dataclass(frozen=True)
class Backlog:
    """The cells as of now."""

    cells: tuple[Cell, ...]

    def total(self) -> Share:
        """Overdue of open, of everything."""
        return sum((cell.overdue for cell in self.cells), Share())

    def by(self, key: Callable[[Cell], Hashable]) -> dict[Hashable, Share]:
        """Overdue of open for the cells with the same key."""
        sums: dict[Hashable, Share] = defaultdict(Share)
        for cell in self.cells:
            sums[key(cell)] += cell.overdue
        return dict(sums)

    @property
    def oldest(self) -> datetime | None:
        """When the oldest open case came in."""
        return min((cell.oldest for cell in self.cells), default=None)


def aged(code: str, now: datetime) -> Q:
    """The condition on a ticket's class of age. Raises KeyError for an unknown class."""
    ends = dict(AGES)
    codes = [known for known, _days in AGES]
    position = codes.index(code) if code in ends else -1
    if position < 0:
        raise KeyError(code)
    demand = Q()
    if ends[code] is not None:
        demand &= Q(opened_at__gt=now - timedelta(days=ends[code]))
    if position:
        demand &= Q(opened_at__lte=now - timedelta(days=ends[codes[position - 1]]))
    return demand


def backlog(scope: Scope) -> Backlog:
    """What is open now, in one statement."""
    age = Case(
        *[When(aged(code, scope.now), then=Value(code)) for code, _days in AGES],
        output_field=CharField(),
    )
    rows = (
        scope.tickets()
        .open()
        .order_by()
        .annotate(age=age)
        .values_list("status", "team", "priority", "product", "age")
        .annotate(
            whole=Count("pk"),
            part=Count(Case(When(queue_at__lt=scope.now, then=Value(1)))),
            oldest=Min("opened_at"),
        )
    )
    return Backlog(
        tuple(
            Cell(
                status=status,
                team=team,
                priority=priority,
                product=product,
                age=age,
                overdue=Share(part, whole),
                oldest=oldest,
            )
            for status, team, priority, product, age, whole, part, oldest in rows
        )
    )


def open_cases(scope: Scope) -> QuerySet[Ticket]:
    """The open cases, the newest number first."""
    return scope.tickets().open().order_by("-pk")


def overdue_cases(scope: Scope) -> QuerySet[Ticket]:
    """Those of them whose nearest deadline has passed."""
    return open_cases(scope).filter(queue_at__lt=scope.now)
