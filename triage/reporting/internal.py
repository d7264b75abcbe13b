"""Kept internal deadlines of second-line teams, by month and team.

Definition: as for kept deadlines (`deadlines.py`), of what teams have agreed among themselves: the
parts of cases whose time came in the month and were done in time (handed back or on, or solved),
divided by all parts whose time came in it. A part belongs to the team that had it then, whichever
team has the case now. Security cases count for those who may read them. Closed months are read as
they were kept. Source: issue "The service model", internal agreements.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from accounts.models import Team
from triage.reporting import snapshots
from triage.reporting.deadlines import is_kept
from triage.reporting.figures import Share
from triage.reporting.measures import MONTH, Counted, Measure, Sums, columns
from triage.reporting.scope import Scope
from triage.reporting.snapshots import Kept
from triage.sla.months import Month
from triage.sla.policy import INTERNAL
from triage.tickets.models import TicketClock


@dataclass(frozen=True)
class KeptByTeams:
    """Kept of fallen due by month and team, by the team's number; 0 for teams that are gone."""

    months: tuple[Month, ...]
    shares: dict[tuple[Month, int], Share]
    closed: Kept

    def of(self, month: Month, team: int) -> Share:
        """A team in a month."""
        return self.shares.get((month, team), Share())

    def teams(self) -> list[int]:
        """The teams something fell due for."""
        return sorted({team for _month, team in self.shares})


def parts(scope: Scope) -> QuerySet[TicketClock]:
    """The parts of cases whose time came in the period and before now, the last due first."""
    end = min(scope.period.end, scope.now)
    found = TicketClock.objects.filter(team=scope.of_team) if scope.of_team else TicketClock.objects
    return found.filter(
        Q(stopped_at__isnull=True) | Q(stopped_at__gt=F("due_at")),
        scope.holds_ticket(),
        kind=INTERNAL,
        due_at__gte=scope.period.start,
        due_at__lt=end,
    ).order_by("-due_at", "-pk")


def late_parts(scope: Scope) -> QuerySet[TicketClock]:
    """Those of them that were late, or are open past their time."""
    return parts(scope).filter(~is_kept() | Q(met_at__isnull=True))


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Parts whose time came (`whole`) and those done in time (`part`); `kind` is the team's number.

    The cell's own `team` is the one that has the case now, as in other measures.
    """
    number = Subquery(Team.objects.filter(slug=OuterRef("team")).values("pk")[:1])
    rows = (
        parts(scope)
        .order_by()
        .annotate(
            month=scope.month_number("due_at"),
            had=Coalesce(Cast(number, CharField()), Value("0")),
        )
        .values_list(*columns({MONTH: MONTH, "kind": "had"}, by))
        .annotate(whole=Count("pk"), part=Count(Case(When(is_kept(), then=Value(1)))))
    )
    return ((row[:-2], Sums(*row[-2:])) for row in rows)


MEASURE = Measure(
    name="internal",
    version=1,
    splits=("kind", "priority", "product", "team", "language"),
    count=_count,
)


def kept_by_teams(scope: Scope) -> KeptByTeams:
    """Kept and late parts of the scope."""
    closed = snapshots.kept(MEASURE, scope)
    found = snapshots.figures(MEASURE, scope, (MONTH, "kind"), closed)
    shares = {
        (month, int(team)): Share(sums.part, sums.whole) for (month, team), sums in found.items()
    }
    return KeptByTeams(tuple(scope.period), shares, closed)
