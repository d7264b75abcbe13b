"""When a guess is sure enough to be said. Pure.

From answers on texts whose families had not been seen, `choose_thresholds` finds for each label
the least certainty from which guesses are right often enough to be worth saying.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from triage.classifier.learner.committee import Answer

NEVER = 1.01  # above every certainty: a label that is not said at all
GUESSES_BEHIND_THE_MEAN = 20  # how many guesses the mean of all labels counts as
LEAST_CERTAIN = 0.45  # what is less likely right than this is not said, whatever the label
LEAST_CERTAIN_STRICTLY = 0.75  # nor this of a strict one, however many surer guesses make up for it


def speaks(answer: Answer, thresholds: Mapping[str, float]) -> bool:
    """Whether an answer is sure enough to be shown: known at all, and certain for its label."""
    return not answer.abstained and answer.confidence >= thresholds.get(answer.label, NEVER)


def choose_thresholds(
    labels: np.ndarray,
    sure: np.ndarray,
    right: np.ndarray,
    *,
    wanted: float,
    least_spoken: float,
    strict: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """Per label the least certainty worth speaking at.

    `wanted` is the share of guesses of a label that should be right; thresholds are lowered
    together until at least `least_spoken` of all texts get a guess. The share of a label in
    `strict` stands whatever is spoken, is counted on its own guesses alone, and each of those is
    itself at least `LEAST_CERTAIN_STRICTLY`.
    """
    strict = strict or {}
    for target in np.arange(wanted, 0.29, -0.01):
        found = {
            str(label): _threshold(
                sure,
                right,
                labels == label,
                max(target, strict.get(label, 0)),
                0 if label in strict else GUESSES_BEHIND_THE_MEAN,
            )
            for label in np.unique(labels)
        }
        for label in strict.keys() & found.keys():
            found[label] = max(found[label], LEAST_CERTAIN_STRICTLY)
        spoken = np.mean([s >= found[label] for label, s in zip(labels, sure, strict=True)])
        if spoken >= least_spoken:
            break
    return found


def _threshold(sure, right, is_own: np.ndarray, wanted: float, behind: int) -> float:
    """The least certainty of a label at which what lies above is right often enough.

    A label with few guesses leans on what the same certainty is worth for all labels, as if that
    were `behind` guesses of its own.
    """
    best, own, own_right = NEVER, sure[is_own], right[is_own]
    cuts = np.unique(np.floor(own * 1000) / 1000)
    for cut in cuts[cuts >= LEAST_CERTAIN][::-1]:
        above, all_above = own >= cut, sure >= cut
        prior = right[all_above].mean() if all_above.any() else 0.0
        share = (own_right[above].sum() + behind * prior) / (above.sum() + behind)
        if share >= wanted:
            best = float(cut)
    return best
