"""Comparing how long cases took in two groups, and how many cases that needs. Pure.

Times are compared by the Mann-Whitney test: a case may be unsolved when the time of following it
is over (it then counts as the longest), and times have a long tail. Simulated, it finds a change
nearly as often as a t-test of logarithms where times have one hump, and clearly more often where
they are those of a queue (`tests/triage/experiments/test_statistics.py --thorough -s` prints both).
The size of the change is the ratio that makes the two groups alike, and its interval holds every
ratio the test would not reject. `SURE` is two standard deviations: 95.4 of 100 trials where there
is nothing find nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, erfc, exp, log, sqrt

import numpy as np

SURE = 2.0  # standard deviations to each side
PROMISED = 0.80  # of trials find the change they were planned for
# History is a sample, and the months to come are not those that were: plan for a little more.
PLANNED_FOR = 1.036  # standard deviations below which 85 of 100 lie
FEWEST_KNOWN = 100  # earlier cases, for a plan
FEWEST_IN_A_GROUP = 10  # for a comparison
HALVINGS = 50
FARTHEST = log(50.0)  # a change beyond this is not looked for


class TooLittleKnown(ValueError):
    """There are too few cases to say anything."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How long the first group took beside the second: a `ratio` of 0.9 is 10 % less time.

    `low` and `high` are between which ratios the true one lies; `p` is how likely a difference as
    large is where there is none; `found` whether there is one.
    """

    ratio: float
    low: float
    high: float
    p: float

    @property
    def found(self) -> bool:
        """Whether chance is not enough to explain the difference."""
        return not self.low <= 1 <= self.high


def cases_needed(history: Sequence[float], *, effect: float, longest: float) -> int:
    """How many cases each group must have to find times shorter by the share `effect`.

    By Noether's formula, on earlier times beside the same times shortened; `longest` is how long a
    case is followed. Raises TooLittleKnown, also where the change could never be seen.
    """
    if not 0 < effect < 1:
        raise ValueError(f"an effect is a share between 0 and 1, not {effect}")
    if len(history) < FEWEST_KNOWN:
        raise TooLittleKnown(f"{len(history)} earlier cases, and {FEWEST_KNOWN} are needed")
    times = np.minimum(np.asarray(history, float), longest)
    shorter = np.minimum(np.asarray(history, float) * (1 - effect), longest)
    count = len(times)
    # A case is not held against itself: it would always win.
    own = (shorter < times).sum() + (shorter == times).sum() / 2
    apart = (_pairs_won(shorter, times) - own) / (count * (count - 1)) - 0.5
    _values, ties = np.unique(np.concatenate([times, shorter]), return_counts=True)
    spread = 1 - float(((ties / (2 * count)) ** 3).sum())
    if apart <= 0:
        raise TooLittleKnown("nearly all earlier cases took as long as they are followed")
    return ceil((SURE + PLANNED_FOR) ** 2 * spread / (6 * apart**2))


def compare(first: Sequence[float], second: Sequence[float], *, longest: float) -> Compared:
    """The times of two groups; whatever was not over by `longest` has that time or more.

    Raises TooLittleKnown when a group has fewer than ten.
    """
    if min(len(first), len(second)) < FEWEST_IN_A_GROUP:
        raise TooLittleKnown("a group has fewer than ten cases")

    def apart(logarithm: float) -> float:
        return deviations(first, second, exp(logarithm), longest)

    ratio, low, high = (exp(_where(apart, level)) for level in (0.0, -SURE, SURE))
    return Compared(ratio=ratio, low=low, high=high, p=erfc(abs(apart(0.0)) / sqrt(2)))


def deviations(
    first: Sequence[float], second: Sequence[float], ratio: float, longest: float
) -> float:
    """How many standard deviations the first is shorter than the second times `ratio`.

    A change is found where this is more than `SURE` to either side for the ratio 1. Beyond the
    shorter of both ways of following nobody knows: those count as equally long.
    """
    one, other = np.asarray(first, float), np.asarray(second, float)
    known = longest * min(1.0, ratio)
    a, b = np.minimum(one, known), np.minimum(other * ratio, known)
    _values, ties = np.unique(np.concatenate([a, b]), return_counts=True)
    whole = len(a) + len(b)
    tied = float((ties.astype(float) ** 3 - ties).sum()) / (whole * (whole - 1))
    variance = len(a) * len(b) / 12 * (whole + 1 - tied)
    if variance <= 0:
        return 0.0
    return (_pairs_won(a, b) - len(a) * len(b) / 2) / sqrt(variance)


def _pairs_won(a: np.ndarray, b: np.ndarray) -> float:
    """In how many pairs the one of `a` is less than the one of `b`; equal ones are half a pair."""
    ordered = np.sort(b)
    after = len(b) - np.searchsorted(ordered, a, side="right")
    equal = np.searchsorted(ordered, a, side="right") - np.searchsorted(ordered, a, side="left")
    return float(after.sum() + equal.sum() / 2)


def _where(rising, level: float) -> float:
    """The logarithm of the ratio at which a rising function passes a level."""
    low, high = -FARTHEST, FARTHEST
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2
