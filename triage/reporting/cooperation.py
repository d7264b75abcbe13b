"""How lines and teams work together, and by which channels cases come.

Definitions, all by month: cases that came in; handed over (given to a team), handed back (a team
gave the case back to the first line), bounced (by either, the case came back to a team that had
had it up to `BOUNCED_WITHIN` before) and asked for advice (a consult: the case stays where it is),
each as the number of times and the number of cases it happened to. Shares are cases of those that
came in during the same month. Time in each line is wall time: of the cases solved the first time
in the month, how long each line had them until then. Source: domain facts on reports, cooperation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Least

from triage.reporting import snapshots
from triage.reporting.measures import MONTH, Counted, Measure, Sums, columns
from triage.reporting.scope import Scope, Seconds
from triage.reporting.snapshots import Kept
from triage.sla.months import Month
from triage.tickets.models import Involvement, Ticket, TicketEvent

KINDS = ("handed_over", "handed_back", "consulted")
OPENED, BOUNCED, CASES = "opened", "bounced", "cases"
BOUNCED_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Moves:
    """How often something happened and to how many cases."""

    times: int = 0
    cases: int = 0


@dataclass(frozen=True)
class Held:
    """How many of the solved cases a line had, and for how long in all, in seconds."""

    cases: int = 0
    seconds: int = 0

    @property
    def mean(self) -> float | None:
        """Seconds for each case it had; None when it had none."""
        return self.seconds / self.cases if self.cases else None


@dataclass(frozen=True)
class Cooperation:
    """Moves by month and kind, and cases that came in by month and channel."""

    months: tuple[Month, ...]
    moves: dict[tuple[Month, str], Moves]
    came_in: dict[tuple[Month, str], int]
    closed: Kept

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


@dataclass(frozen=True)
class Lines:
    """Cases solved by month, and what each line had of them."""

    months: tuple[Month, ...]
    solved: dict[Month, int]
    held: dict[tuple[Month, str], Held]
    closed: Kept

    def of(self, month: Month, line: str) -> Held:
        """What a line had of the cases solved in a month."""
        return self.held.get((month, line), Held())


def _moved(scope: Scope, kinds: tuple[str, ...]) -> QuerySet[TicketEvent]:
    return TicketEvent.objects.filter(
        scope.holds_ticket(),
        kind__in=kinds,
        at__gte=scope.period.start,
        at__lt=min(scope.period.end, scope.now),
    ).order_by()


def _bounced(scope: Scope) -> QuerySet[Involvement]:
    """The times a team got a case back that it had had a short while before."""
    before = Involvement.objects.filter(
        ticket=OuterRef("ticket"),
        team=OuterRef("team"),
        kind="owner",
        started_at__lt=OuterRef("started_at"),
        ended_at__lte=OuterRef("started_at"),
        ended_at__gte=OuterRef("started_at") - BOUNCED_WITHIN,
    )
    return Involvement.objects.filter(
        Exists(before),
        scope.holds_ticket(),
        kind="owner",
        started_at__gte=scope.period.start,
        started_at__lt=min(scope.period.end, scope.now),
    ).order_by()


def opened_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases that came in during the period, the newest number first."""
    end = min(scope.period.end, scope.now)
    found = scope.tickets().filter(opened_at__gte=scope.period.start, opened_at__lt=end)
    return found.order_by("-pk")


def _firsts(scope: Scope) -> QuerySet[TicketEvent]:
    """The log line of the first time each case was solved, for those solved in the period."""
    events = TicketEvent.objects.filter(ticket=OuterRef("ticket"), kind="resolved")
    earlier = events.filter(at__lt=OuterRef("at"))
    twin = events.filter(at=OuterRef("at"), pk__lt=OuterRef("pk"))
    return _moved(scope, ("resolved",)).filter(~Exists(earlier), ~Exists(twin))


def _count_moves(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Times something happened (`whole`) and cases it happened to (`part`), by kind at least."""
    sums = {"whole": Count("pk"), "part": Count("ticket", distinct=True)}
    moved = _moved(scope, KINDS).annotate(month=scope.month_number("at"))
    yield from _summed(moved.values_list(*columns({MONTH: MONTH, "kind": "kind"}, by)), sums)
    bounced = _bounced(scope).annotate(month=scope.month_number("started_at"), what=Value(BOUNCED))
    yield from _summed(bounced.values_list(*columns({MONTH: MONTH, "kind": "what"}, by)), sums)
    yield from _count_opened(scope, by)


def _count_opened(scope: Scope, by: tuple[str, ...]) -> Counted:
    came = opened_cases(scope).order_by()
    came = came.annotate(month=scope.month_number("opened_at"), what=Value(OPENED))
    paths = {name: name for name in by} | {"kind": "what"}
    yield from _summed(
        came.values_list(*columns(paths, by)), {"whole": Count("pk"), "part": Count("pk")}
    )


def _count_held(scope: Scope, by: tuple[str, ...]) -> Counted:
    """Cases a line had (`whole`) and for how many seconds (`part`); all solved as `CASES`."""
    solved = _firsts(scope).annotate(month=scope.month_number("at"), what=Value(CASES))
    yield from _summed(
        solved.values_list(*columns({MONTH: MONTH, "kind": "what"}, by)), {"whole": Count("pk")}
    )
    solved_at = Seconds("at")
    until = Least(Coalesce(Seconds("ticket__involvements__ended_at"), solved_at), solved_at)
    had = solved.filter(
        ticket__involvements__kind="owner", ticket__involvements__started_at__lt=F("at")
    ).annotate(
        line=F("ticket__involvements__team__line"),
        seconds=ExpressionWrapper(
            until - Seconds("ticket__involvements__started_at"), output_field=BigIntegerField()
        ),
    )
    yield from _summed(
        had.values_list(*columns({MONTH: MONTH, "kind": "line"}, by)),
        {"whole": Count("ticket", distinct=True), "part": Sum("seconds")},
    )


def _summed(rows: QuerySet, sums: dict) -> Iterator:
    for row in rows.annotate(**sums):
        yield row[: -len(sums)], Sums(*row[-len(sums) :])


_CASE = ("priority", "product", "team", "language")
MOVES = Measure(name="moves", version=1, splits=("kind", "channel", *_CASE), count=_count_moves)
HELD = Measure(name="lines", version=1, splits=("kind", *_CASE), count=_count_held)


def cooperation(scope: Scope) -> Cooperation:
    """Moves and channels of the period."""
    closed = snapshots.kept(MOVES, scope)
    found = snapshots.figures(MOVES, scope, (MONTH, "kind", "channel"), closed)
    moves: dict[tuple[Month, str], Moves] = defaultdict(Moves)
    for (month, kind, _channel), sums in found.items():
        so_far = moves[month, kind]
        moves[month, kind] = Moves(so_far.times + sums.whole, so_far.cases + sums.part)
    came_in = {
        (month, channel): sums.whole
        for (month, kind, channel), sums in found.items()
        if kind == OPENED
    }
    return Cooperation(tuple(scope.period), dict(moves), came_in, closed)


def lines(scope: Scope) -> Lines:
    """How long each line had the cases solved in the period."""
    closed = snapshots.kept(HELD, scope)
    found = snapshots.figures(HELD, scope, (MONTH, "kind"), closed)
    solved = {month: sums.whole for (month, kind), sums in found.items() if kind == CASES}
    held = {key: Held(sums.whole, sums.part) for key, sums in found.items() if key[1] != CASES}
    return Lines(tuple(scope.period), solved, held, closed)


def moved_cases(scope: Scope, kind: str) -> QuerySet[Ticket]:
    """The cases something happened to in the period, the newest number first."""
    rows = _bounced(scope) if kind == BOUNCED else _moved(scope, (kind,))
    return Ticket.objects.filter(pk__in=rows.values("ticket")).order_by("-pk")


def solved_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases solved the first time in the period, the newest number first."""
    return Ticket.objects.filter(pk__in=_firsts(scope).values("ticket")).order_by("-pk")


def held_cases(scope: Scope, line: str) -> QuerySet[Ticket]:
    """Those of them a line had before they were solved."""
    had = _firsts(scope).filter(
        ticket__involvements__kind="owner",
        ticket__involvements__started_at__lt=F("at"),
        ticket__involvements__team__line=line,
    )
    return Ticket.objects.filter(pk__in=had.values("ticket")).order_by("-pk")
