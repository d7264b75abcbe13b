"""How lines and teams work together, and by which channels cases come.

Definitions, all by month: cases that came in; handed over (given to a team), handed back (a
bounce: a team gave the case back to the first line) and asked for advice (a consult: the case
stays where it is), each as the number of times and the number of cases it happened to. Shares are
cases of those that came in during the same month. Source: domain facts on reports, cooperation.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from triage.reporting.months import Month
from triage.reporting.scope import Scope
from triage.tickets.models import Ticket, TicketEvent

KINDS = ("handed_over", "handed_back", "consulted")


@dataclass(frozen=True)
class Moves:
    """How often something happened and to how many cases."""

    times: int = 0
    cases: int = 0


@dataclass(frozen=True)
class Cooperation:
    """Moves by month and kind, and cases that came in by month and channel."""

    months: tuple[Month, ...]
    moves: dict[tuple[Month, str], Moves]
    came_in: dict[tuple[Month, str], int]

    def move(self, month: Month, kind: str) -> Moves:
        """The moves of a kind in a month."""
        return self.moves.get((month, kind), Moves())

    def opened(self, month: Month) -> int:
        """How many cases came in during a month."""
        return sum(count for (at, _channel), count in self.came_in.items() if at == month)

    def channels(self) -> dict[str, int]:
        """How many cases came by each channel in the whole period."""
        sums: dict[str, int] = defaultdict(int)
        for (_month, channel), count in self.came_in.items():
            sums[channel] += count
        return dict(sums)


def _moved(scope: Scope, kinds: tuple[str, ...]) -> QuerySet[TicketEvent]:
    return TicketEvent.objects.filter(
        scope.holds_ticket(),
        kind__in=kinds,
        at__gte=scope.period.start,
        at__lt=min(scope.period.end, scope.now),
    ).order_by()


def opened_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases that came in during the period, the newest number first."""
    end = min(scope.period.end, scope.now)
    found = scope.tickets().filter(opened_at__gte=scope.period.start, opened_at__lt=end)
    return found.order_by("-pk")


def cooperation(scope: Scope) -> Cooperation:
    """Moves and channels of the period, in two statements."""
    months = tuple(scope.period)
    moves = (
        _moved(scope, KINDS)
        .annotate(month=scope.month_number("at"))
        .values_list("month", "kind")
        .annotate(times=Count("pk"), cases=Count("ticket", distinct=True))
    )
    came_in = (
        opened_cases(scope)
        .order_by()
        .annotate(month=scope.month_number("opened_at"))
        .values_list("month", "channel")
        .annotate(count=Count("pk"))
    )
    return Cooperation(
        months,
        {(months[month], kind): Moves(times, cases) for month, kind, times, cases in moves},
        {(months[month], channel): count for month, channel, count in came_in},
    )


def moved_cases(scope: Scope, kind: str) -> QuerySet[Ticket]:
    """The cases something happened to in the period, the newest number first."""
    return Ticket.objects.filter(pk__in=_moved(scope, (kind,)).values("ticket")).order_by("-pk")
