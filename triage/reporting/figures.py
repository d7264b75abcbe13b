"""Arithmetic of the reports. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Fewer than this and a person could be recognised: the figures are not shown.
FEWEST_SHOWN = 5


@dataclass(frozen=True)
class Share:
    """So many of so many. Shares of the same kind are added to those of a larger whole."""

    part: int = 0
    whole: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.part + other.part, self.whole + other.whole)

    @property
    def rest(self) -> int:
        """How many of the whole are not of the part."""
        return self.whole - self.part

    @property
    def percent(self) -> float | None:
        """The share in per cent, not rounded; None of nothing."""
        return 100 * self.part / self.whole if self.whole else None


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest value that at least `percent` per cent of the values do not exceed.

    Nearest rank, as in ISO 3534: always one of the values. None when there are none.
    """
    return _percentile(sorted(values), percent)


def _percentile(ordered: Sequence[float], percent: float) -> float | None:
    if not ordered:
        return None
    if not 0 < percent <= 100:
        raise ValueError(f"a percentile is above 0 and at most 100, not {percent}")
    rank = -(-len(ordered) * percent // 100)
    return ordered[int(max(rank, 1)) - 1]


def median(values: Sequence[float]) -> float | None:
    """The middle value, or the mean of the two in the middle. None when there are none."""
    return _median(sorted(values))


def _median(ordered: Sequence[float]) -> float | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


@dataclass(frozen=True)
class Spread:
    """Median and 90th percentile of a number of values, in the values' own unit."""

    count: int
    median: float | None
    p90: float | None

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of values."""
        return cls.of_ordered(sorted(values))

    @classmethod
    def of_ordered(cls, values: Sequence[float]) -> Spread:
        """The spread of values that are in order, the smallest first."""
        return cls(len(values), _median(values), _percentile(values, 90))

    @property
    def hidden(self) -> bool:
        """Whether there are some, but too few to be shown."""
        return 0 < self.count < FEWEST_SHOWN
