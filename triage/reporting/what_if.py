"""The same cases under two sets of rules: what was kept, and what would have been. Pure.

Definition: a target counts when its time had come as of now and it was not stopped before it; it
is kept when it was met in time. That is the definition of the reports on kept deadlines
(`deadlines.py`). A target is the same under both sets of rules when kind and number are the same;
one that only one of them promises begins or ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Protocol

from triage.sla.clock import Clock

Targets = dict[tuple[str, int], Clock]  # by kind and number


class Outcome(Enum):
    """How a target went as of a moment."""

    KEPT = "kept"
    MISSED = "missed"
    UNDECIDED = "undecided"  # its time has not come, or it was stopped before it


class Ended(Protocol):
    """What decides how a target went: a replayed clock has it, and a stored one."""

    due_at: datetime | None
    met_at: datetime | None
    stopped_at: datetime | None


def outcome(clock: Ended, now: datetime) -> Outcome:
    """How a target went, as of now."""
    if clock.due_at is None or clock.due_at >= now:
        return Outcome.UNDECIDED
    if clock.stopped_at is not None and clock.stopped_at <= clock.due_at:
        return Outcome.UNDECIDED
    in_time = clock.met_at is not None and clock.met_at <= clock.due_at
    return Outcome.KEPT if in_time else Outcome.MISSED


@dataclass(frozen=True)
class Tally:
    """Targets counted under both sets of rules. Tallies of the same kind can be added.

    `due` and `kept` are what fell due and was kept; `gained` were missed and would have been kept,
    `lost` the other way round. `earlier` and `later` are targets both promise whose due time
    differs, with the sum of the seconds they differ by.
    """

    due_before: int = 0
    kept_before: int = 0
    due_after: int = 0
    kept_after: int = 0
    gained: int = 0
    lost: int = 0
    begins: int = 0
    ends: int = 0
    earlier: int = 0
    later: int = 0
    seconds_earlier: int = 0
    seconds_later: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            *(mine + theirs for mine, theirs in zip(self.values, other.values, strict=True))
        )

    @property
    def values(self) -> list[int]:
        """The counts in the order they are declared: how a tally is kept."""
        return [getattr(self, each.name) for each in fields(self)]

    @property
    def changes(self) -> bool:
        """Whether any target ends otherwise, or is due at another time."""
        return any((self.gained, self.lost, self.begins, self.ends, self.earlier, self.later))


def tallies(before: Iterable[Clock], after: Iterable[Clock], now: datetime) -> dict[str, Tally]:
    """The targets of one case under both sets of rules, by kind."""
    old, new = _by_key(before), _by_key(after)
    found: dict[str, Tally] = {}
    for key in {**old, **new}:
        kind = key[0]
        found[kind] = found.get(kind, Tally()) + _one(old.get(key), new.get(key), now)
    return found


def _by_key(clocks: Iterable[Clock]) -> Targets:
    return {(clock.kind, clock.number): clock for clock in clocks}


def _one(before: Clock | None, after: Clock | None, now: datetime) -> Tally:
    """One target, promised by one of the sets of rules or by both."""
    old = outcome(before, now) if before else Outcome.UNDECIDED
    new = outcome(after, now) if after else Outcome.UNDECIDED
    seconds = moved(before, after)
    return Tally(
        due_before=int(old is not Outcome.UNDECIDED),
        kept_before=int(old is Outcome.KEPT),
        due_after=int(new is not Outcome.UNDECIDED),
        kept_after=int(new is Outcome.KEPT),
        gained=int(old is Outcome.MISSED and new is Outcome.KEPT),
        lost=int(old is Outcome.KEPT and new is Outcome.MISSED),
        begins=int(before is None),
        ends=int(after is None),
        earlier=int(seconds < 0),
        later=int(seconds > 0),
        seconds_earlier=max(-seconds, 0),
        seconds_later=max(seconds, 0),
    )


def moved(before: Clock | None, after: Clock | None) -> int:
    """How many seconds later a target is due (earlier: negative); 0 where none can be compared."""
    if before is None or after is None or before.due_at is None or after.due_at is None:
        return 0
    return round((after.due_at - before.due_at).total_seconds())


# --- many cases -----------------------------------------------------------------------------------

# What the cells of a trial are told apart by: month the case came in, kind of target, and so on.
COLUMNS = ("month", "kind", "priority", "case_type")
Cells = dict[tuple[str, ...], Tally]


def added(cells: Cells, more: Mapping[tuple[str, ...], Tally]) -> Cells:
    """Both together."""
    together = dict(cells)
    for key, tally in more.items():
        together[key] = together.get(key, Tally()) + tally
    return together


def by(cells: Cells, *columns: str) -> dict[tuple[str, ...], Tally]:
    """The cells summed by some of `COLUMNS`. Raises ValueError for a column there is not."""
    places = [COLUMNS.index(column) for column in columns]
    sums: Cells = {}
    for key, tally in cells.items():
        at = tuple(key[place] for place in places)
        sums[at] = sums.get(at, Tally()) + tally
    return sums


def as_data(cells: Cells) -> list[list]:
    """Cells as they are kept: the columns, then the counts."""
    return [[*key, *tally.values] for key, tally in sorted(cells.items())]


def from_data(data: Iterable[list]) -> Cells:
    """The cells that `as_data` gave."""
    return dict(_read(data))


def _read(data: Iterable[list]) -> Iterator[tuple[tuple[str, ...], Tally]]:
    width = len(COLUMNS)
    for row in data:
        yield tuple(row[:width]), Tally(*row[width:])
