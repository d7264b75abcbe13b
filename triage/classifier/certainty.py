"""How sure a guess is, and when to say nothing. Pure.

Beliefs of a model are no probabilities. From guesses on texts whose families the model has not
seen, `Certainty.learn` finds how often a belief of that strength was right, and per label the
least certainty from which guesses are right often enough to be worth saying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

NEVER = 1.01  # above every certainty: a label that is not said at all
GUESSES_BEHIND_THE_MEAN = 20  # how many guesses the mean of all labels counts as
LEAST_LEAD = 0.02  # of the strongest belief before the next
LEAST_CERTAIN = 0.45  # what is less likely right than this is not said, whatever the label
EPSILON = 1e-6


@dataclass(frozen=True, kw_only=True)
class Certainty:
    """Turns the strongest belief and its lead into a probability of being right."""

    base: float
    belief: float
    lead: float
    thresholds: Mapping[str, float]

    def probability(self, beliefs: np.ndarray) -> float:
        """The probability (0 to 1) that the strongest of one row of beliefs is right."""
        first, second = _first_two(beliefs)
        value = self.base + self.belief * _logit(first) + self.lead * (first - second)
        return float(1 / (1 + np.exp(-value)))

    def speaks(self, label: str, beliefs: np.ndarray) -> bool:
        """Whether the guess `label` from one row of beliefs is sure enough to be shown."""
        first, second = _first_two(beliefs)
        if first - second < LEAST_LEAD:  # between two that are equally likely, nothing is said
            return False
        return self.probability(beliefs) >= self.thresholds.get(label, NEVER)

    @classmethod
    def learn(
        cls,
        beliefs: np.ndarray,
        classes: Sequence[str],
        truth: Sequence[str],
        *,
        wanted: float,
        least_spoken: float,
    ) -> Certainty:
        """Learn from guesses on unseen families.

        `wanted` is the share of guesses of a label that should be right; thresholds are lowered
        together until at least `least_spoken` of all texts get a guess.
        """
        places = beliefs.argmax(axis=1)
        right = np.array([classes[p] == t for p, t in zip(places, truth, strict=True)])
        pairs = [_first_two(row) for row in beliefs]
        columns = np.array([[_logit(first), first - second] for first, second in pairs])
        if right.all() or not right.any():
            base, slopes = (4.0 if right.all() else -4.0), (0.0, 0.0)
        else:
            model = LogisticRegression(C=1.0).fit(columns, right)
            base, slopes = float(model.intercept_[0]), model.coef_[0]
        plain = cls(base=base, belief=float(slopes[0]), lead=float(slopes[1]), thresholds={})
        sure = np.array([plain.probability(row) for row in beliefs])
        labels = np.array([classes[place] for place in places])
        thresholds = choose_thresholds(
            labels, sure, right, wanted=wanted, least_spoken=least_spoken
        )
        return cls(base=plain.base, belief=plain.belief, lead=plain.lead, thresholds=thresholds)


def choose_thresholds(
    labels: np.ndarray,
    sure: np.ndarray,
    right: np.ndarray,
    *,
    wanted: float,
    least_spoken: float,
) -> dict[str, float]:
    """Per label the least certainty worth speaking at, with enough spoken in all."""
    for target in np.arange(wanted, 0.29, -0.01):
        found = {
            str(label): _threshold(
                sure[labels == label], right[labels == label], target, sure, right
            )
            for label in np.unique(labels)
        }
        spoken = np.mean([s >= found[label] for label, s in zip(labels, sure, strict=True)])
        if spoken >= least_spoken:
            break
    return found


def _threshold(own, own_right, wanted: float, everybody, everybody_right) -> float:
    """The least certainty of a label at which what lies above is right often enough.

    A label with few guesses leans on what the same certainty is worth for all labels.
    """
    best = NEVER
    cuts = np.unique(np.floor(own * 1000) / 1000)
    for cut in cuts[cuts >= LEAST_CERTAIN][::-1]:
        above, all_above = own >= cut, everybody >= cut
        prior = everybody_right[all_above].mean() if all_above.any() else 0.0
        count = above.sum()
        share = (own_right[above].sum() + GUESSES_BEHIND_THE_MEAN * prior) / (
            count + GUESSES_BEHIND_THE_MEAN
        )
        if share >= wanted:
            best = float(cut)
    return best


def _first_two(beliefs: np.ndarray) -> tuple[float, float]:
    if len(beliefs) < 2:
        return float(beliefs[0]), 0.0
    second, first = np.partition(beliefs, -2)[-2:]
    return float(first), float(second)


def _logit(share: float) -> float:
    inside = min(max(share, EPSILON), 1 - EPSILON)
    return float(np.log(inside / (1 - inside)))
