"""Measures that closed months are kept by, and their figures from the log.

A measure counts rows of the log (deadlines, moves, solved cases) in three sums, `whole`, `part` and
`extra`, for any split of the columns in `SPLITS`. Sums of cells add up to those of a larger whole,
so a month that is closed can be kept as its finest cells and still answer every split and filter.
When a definition changes what is counted, its version goes up: closed months keep the version they
were counted by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from triage.reporting.scope import Scope

# What cells of closed months are told apart by, beside the month.
SPLITS = (
    *("kind", "commitment", "channel", "priority", "product", "team", "language"),
    "case_type",
)
MONTH = "month"


@dataclass(frozen=True)
class Sums:
    """Three sums that mean what their measure says.

    `single` is what cannot be had from sums: the single values behind a median or a group (see
    `single.py`). They have no order, and sums are equal without them.
    """

    whole: int = 0
    part: int = 0
    extra: int = 0
    single: bytes = field(default=b"", compare=False, repr=False)

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.whole + other.whole,
            self.part + other.part,
            self.extra + other.extra,
            self.single + other.single,
        )


Key = tuple
# Sums by the values of the columns asked for, in order; a month is its number in the period.
Counted = Iterable[tuple[Key, Sums]]


@dataclass(frozen=True)
class Measure:
    """One measure: its name, the version of its definition, and how the log is counted.

    `splits` are those of `SPLITS` it tells apart; `since` names those that months kept by an
    earlier version of the definition do not hold, with the version that began to. `count` gives
    the sums by any of `MONTH` and the splits, for the months of the scope, as the log has it now;
    a key may come more than once.
    """

    name: str
    version: int
    splits: tuple[str, ...]
    count: Callable[[Scope, tuple[str, ...]], Counted]
    since: Mapping[str, int] = field(default_factory=dict)


def columns(paths: dict[str, str], by: tuple[str, ...]) -> list[str]:
    """Where a query finds each column asked for."""
    return [paths.get(name, f"ticket__{name}") for name in by]
