"""Open time as prefix sums: how much a calendar has been open before an instant, and back.

Instants are integer microseconds since 1970 in UTC, so nothing is rounded and daylight saving
time is out of the way. The sums are anchored where the first compiled year begins and stay the
same when more years are added on either side, so results from before and after an extension can
be mixed. An extension replaces the whole table in one assignment; threads never see half of one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR, LAST_YEAR = 1900, 2400
MOST_INTERVALS = 500_000  # of one calendar: two and a half openings a day in all its years
_PIECE = 8  # years compiled before it is looked whether that is too many

Interval = tuple[int, int]


class CalendarError(ValueError):
    """The calendar cannot be used as it stands; the message names the field and the remedy."""


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC. A datetime without a time zone is refused."""
    try:
        delta = instant - EPOCH
    except TypeError:
        raise ValueError(f"{instant} has no time zone: give an instant with an offset") from None
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_micros(micros: int) -> datetime:
    """The instant in UTC."""
    return EPOCH + timedelta(microseconds=micros)


def span_micros(span: timedelta) -> int:
    """A duration as microseconds, exactly."""
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Sorted, disjoint intervals covering the same time; empty and inverted ones are dropped."""
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


@dataclass(frozen=True, slots=True)
class _Table:
    """Open intervals of the years `first` to `last` - 1, with the open time at the end of each."""

    first: int
    last: int
    begin: int
    end: int
    anchor: int
    starts: list[int]
    ends: list[int]
    after: list[int]


class Opening:
    """Open time of one calendar. Grows by whole years when somebody asks beyond the edge.

    `intervals_of(first, last)` gives the open intervals of the local years `first` to
    `last` - 1, `year_start(year)` the instant a local year begins; `stops` is the first year in
    which nothing opens any more, for calendars that are open on single dates only.
    """

    def __init__(
        self,
        intervals_of: Callable[[int, int], list[Interval]],
        year_start: Callable[[int], int],
        stops: int = LAST_YEAR,
    ) -> None:
        self._intervals_of = intervals_of
        self._year_start = year_start
        self._stops = stops
        self._table: _Table | None = None

    @property
    def size(self) -> int:
        """How many open intervals are compiled so far."""
        return len(self._table.starts) if self._table else 0

    def forget(self) -> None:
        """Let go of what is compiled; it is compiled again when somebody asks."""
        self._table = None

    def open_before(self, instant: int) -> int:
        """Open microseconds from the anchor to the instant (negative before the anchor)."""
        table = self._table
        if table is None or not table.begin <= instant < table.end:
            table = self._covering(instant)
        i = bisect_right(table.starts, instant) - 1
        if i < 0:
            return table.anchor
        end = table.ends[i]
        return table.after[i] if instant >= end else table.after[i] - (end - instant)

    def instant_of(self, opened: int) -> int:
        """Earliest instant with that much open time before it: closing time, not next opening."""
        table = self._table
        if table is None or not table.after or table.after[-1] < opened:
            table = self._reaching(lambda table: bool(table.after) and table.after[-1] >= opened)
        i = bisect_left(table.after, opened)
        return table.ends[i] - (table.after[i] - opened)

    def next_open(self, instant: int) -> int:
        """The instant itself when open, otherwise the next opening."""
        self._covering(instant)
        table = self._reaching(lambda table: bool(table.ends) and table.ends[-1] > instant)
        i = bisect_right(table.ends, instant)
        return max(instant, table.starts[i])

    def between(self, start: int, end: int) -> list[Interval]:
        """The open intervals within [start, end), clipped to it."""
        self._covering(start)
        table = self._covering(end)
        first = bisect_right(table.ends, start)
        last = bisect_left(table.starts, end)
        pairs = zip(table.starts[first:last], table.ends[first:last], strict=True)
        return [(max(a, start), min(b, end)) for a, b in pairs]

    def _covering(self, instant: int) -> _Table:
        table = self._table
        if table is not None and table.begin <= instant < table.end:
            return table
        year = (EPOCH + timedelta(microseconds=instant)).year
        if not FIRST_YEAR < year < LAST_YEAR - 1:
            raise CalendarError(
                f"year {year} is outside what calendars cover ({FIRST_YEAR}–{LAST_YEAR})"
            )
        first = year if self._year_start(year) <= instant else year - 1
        last = first + 2
        if table is not None:
            first, last = min(first, table.first), max(last, table.last)
        return self._grown(first, last)

    def _reaching(self, enough: Callable[[_Table], bool]) -> _Table:
        table = self._table
        assert table is not None, "ask for a position before asking for an instant"
        while not enough(table):
            if table.last >= self._stops:
                raise CalendarError(
                    f"the calendar has too few open hours before {table.last}: "
                    "open more days or lower the target"
                )
            step = min(32, max(2, table.last - table.first))
            table = self._grown(table.first, min(table.last + step, LAST_YEAR))
        return table

    def _grown(self, first: int, last: int) -> _Table:
        old = self._table
        if old is None:
            table = self._built(first, last, self._intervals(first, last), 0)
        else:
            left = merged(self._intervals(first, old.first, old))
            known = list(zip(old.starts, old.ends, strict=True))
            right = self._intervals(old.last, last, old)
            anchor = old.anchor - sum(end - start for start, end in left)
            table = self._built(first, last, left + known + right, anchor)
        self._table = table
        return table

    def _intervals(self, first: int, last: int, old: _Table | None = None) -> list[Interval]:
        """The open intervals of those years, unless they are too many beside the known ones."""
        found: list[Interval] = []
        known = len(old.starts) if old else 0
        for year in range(first, last, _PIECE):
            found += self._intervals_of(year, min(year + _PIECE, last))
            if known + len(found) > MOST_INTERVALS:
                raise CalendarError(
                    f"the calendar opens more often than can be counted from {first} to {last}: "
                    "join some of its frames or lower the target"
                )
        return found

    def _built(self, first: int, last: int, intervals: list[Interval], anchor: int) -> _Table:
        disjoint = merged(intervals)
        lengths = [end - start for start, end in disjoint]
        return _Table(
            first=first,
            last=last,
            begin=self._year_start(first),
            end=self._year_start(last),
            anchor=anchor,
            starts=[start for start, _ in disjoint],
            ends=[end for _, end in disjoint],
            after=list(accumulate(lengths, initial=anchor))[1:],
        )
