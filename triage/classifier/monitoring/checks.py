"""When guesses have become worse, or cases have changed, with enough behind it to say so. Pure.

Every judgement needs both: a difference that matters, and one that chance does not explain. What
rings goes on until it is well again; between the two an alarm neither begins nor ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, lgamma, log, sqrt

import numpy as np

from triage.classifier.labels import CASE_TYPE, NOT_A_CASE, PRIORITY, PRODUCT, TEAM, TOPIC

QUALITY, SHIFT, UNKNOWN = "quality", "shift", "unknown"
# Ten in a hundred below what each label is said from.
BARS = {PRODUCT: 0.7, CASE_TYPE: 0.65, TEAM: 0.65, PRIORITY: 0.6, TOPIC: 0.65}
STRICT_BARS = {NOT_A_CASE: 0.9}
LEAST_DECIDED = 20  # of a label
LEAST_GUESSED = 100  # of a target, before and now
FALSE_ALARM = 0.05  # the chance that any label rings when all are just as good as the bar
UNLIKELY = 0.001  # a shift, when nothing has shifted
SHIFTED = 0.05  # bits two distributions differ by (Jensen–Shannon), of 1 at most
MORE_UNKNOWN = 0.05  # of all words
DRAWS = 4_000
SEED = 20_261_126


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at: `rings`, is `calm`, or neither. `figures` are plain JSON."""

    kind: str
    target: str
    label: str = ""
    rings: bool
    calm: bool
    figures: Mapping = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """How many guesses of a label people have decided about, and how many were right; "" is all
    labels of the target."""

    target: str
    label: str
    decided: int
    right: int


def bar_of(target: str, label: str) -> float:
    """The share of guesses that should be right at least."""
    return STRICT_BARS.get(label, BARS[target])


def quality(counts: Sequence[Decided]) -> list[Finding]:
    """Whether labels are right too seldom; those with few decisions are left out.

    The more labels are looked at, the less chance each has to ring by accident.
    """
    judged = [each for each in counts if each.decided >= LEAST_DECIDED]
    found = []
    for each in judged:
        bar = bar_of(each.target, each.label)
        chance = at_most(each.right, each.decided, bar)
        found.append(
            Finding(
                kind=QUALITY,
                target=each.target,
                label=each.label,
                rings=chance < FALSE_ALARM / len(judged),
                calm=each.right >= bar * each.decided,
                figures={"decided": each.decided, "right": each.right, "bar": bar},
            )
        )
    return found


def at_most(right: int, of: int, share: float) -> float:
    """The chance of at most so many right ones when each is right with this share (0 to 1)."""
    return min(
        1.0,
        sum(
            exp(
                lgamma(of + 1)
                - lgamma(k + 1)
                - lgamma(of - k + 1)
                + k * log(share)
                + (of - k) * log(1 - share)
            )
            for k in range(right + 1)
        ),
    )


def shift(target: str, before: Mapping[str, int], now: Mapping[str, int]) -> Finding | None:
    """Whether other labels are guessed than before; None when there are too few guesses."""
    labels = sorted({label for each in (before, now) for label, count in each.items() if count})
    old = np.array([before.get(label, 0) for label in labels])
    new = np.array([now.get(label, 0) for label in labels])
    if min(old.sum(), new.sum()) < LEAST_GUESSED:
        return None
    distance = float(_divergence(old, new))
    likely = _as_far_by_chance(old, new, distance)
    most = int(np.argmax(new / new.sum() - old / old.sum()))
    return Finding(
        kind=SHIFT,
        target=target,
        rings=distance >= SHIFTED and likely < UNLIKELY,
        calm=distance < SHIFTED,
        figures={
            "distance": round(distance, 4),
            "likely": round(likely, 5),
            "before": int(old.sum()),
            "now": int(new.sum()),
            "label": labels[most],
            "share_before": round(float(old[most] / old.sum()), 4),
            "share_now": round(float(new[most] / new.sum()), 4),
        },
    )


def _divergence(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Jensen–Shannon divergence in bits of counts along the last axis."""
    p = one / one.sum(axis=-1, keepdims=True)
    q = other / other.sum(axis=-1, keepdims=True)
    return _entropy((p + q) / 2) - (_entropy(p) + _entropy(q)) / 2


def _entropy(shares: np.ndarray) -> np.ndarray:
    return -(shares * np.log2(np.where(shares > 0, shares, 1))).sum(axis=-1)


def _as_far_by_chance(old: np.ndarray, new: np.ndarray, distance: float) -> float:
    """How often samples of one and the same distribution lie as far from each other."""
    pooled = (old + new) / (old + new).sum()
    draw = np.random.default_rng(SEED)
    ones = draw.multinomial(old.sum(), pooled, DRAWS)
    others = draw.multinomial(new.sum(), pooled, DRAWS)
    return float((1 + (_divergence(ones, others) >= distance).sum()) / (1 + DRAWS))


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """Shares of unknown words (0 to 1) of so many texts: their sum, and that of their squares."""

    read: int
    sum: float
    squares: float

    @property
    def mean(self) -> float:
        """The mean share."""
        return self.sum / self.read

    @property
    def error(self) -> float:
        """The square of the standard error of the mean."""
        return max(self.squares / self.read - self.mean**2, 0) / max(self.read - 1, 1)


def unknown(target: str, before: Unknown, now: Unknown) -> Finding | None:
    """Whether cases use more words it never met than before; None when too few were read."""
    if min(before.read, now.read) < LEAST_GUESSED:
        return None
    more = now.mean - before.mean
    sure = more > 3.3 * sqrt(before.error + now.error)  # one in two thousand by chance
    return Finding(
        kind=UNKNOWN,
        target=target,
        rings=more >= MORE_UNKNOWN and sure,
        calm=more < MORE_UNKNOWN,
        figures={
            "share_before": round(before.mean, 4),
            "share_now": round(now.mean, 4),
            "before": before.read,
            "now": now.read,
        },
    )
