"""From scores to probabilities, and from which certainty on a text counts as known. Pure.

Both are learnt from scores of texts the model had not seen; texts outside of all labels are not
needed for either.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar

BINS = 15
WEIGHT_OF_BELIEF = 0.25
SOFTER = 1.6  # the spread of belief is judged over beliefs softened so much
COLDEST, HOTTEST = 0.05, 5.0
PER_TEXT = 1e-12


def softmax(values: np.ndarray) -> np.ndarray:
    """Rows of any numbers as shares that sum to one; there may be several tables of rows."""
    exponent = np.exp(values - np.maximum.reduce(values, axis=-1, keepdims=True))
    return exponent / np.add.reduce(exponent, axis=-1, keepdims=True)


def together(said: Sequence[np.ndarray]) -> np.ndarray:
    """The mean of what each member said: `np.mean`, which takes five times as long for one text."""
    return np.add.reduce(said) / len(said)


def best_temperature(scores: np.ndarray, places: np.ndarray) -> float:
    """What scores are divided by for their softmax to be probabilities, by greatest likelihood.

    One when there is nothing to learn from.
    """
    if not len(places):
        return 1.0

    def surprise(logarithm: float) -> float:
        shares = softmax(scores / np.exp(logarithm))
        return float(-np.log(shares[np.arange(len(places)), places] + PER_TEXT).mean())

    bounds = (np.log(COLDEST), np.log(HOTTEST))
    return float(np.exp(minimize_scalar(surprise, bounds=bounds, method="bounded").x))


def known(scores: np.ndarray, temperature: float) -> np.ndarray:
    """How much a text looks like one of the labels, 0 to 1: one less the evenness of beliefs.

    The evenness of all beliefs tells texts of no label apart better than the strongest does.
    """
    if scores.shape[1] < 2:
        return np.ones(len(scores))
    shares = softmax(scores / (temperature * SOFTER))
    surprise = np.add.reduce(shares * np.log(shares + PER_TEXT), axis=1)
    return _share(1 + surprise / np.log(scores.shape[1]))


def in_scope(nearness: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """How much a text looks like one of the labels, 0 to 1, by its nearness too.

    `nearness` is the cosine to the nearest learnt text, `sure` what `known` found. The distance
    leads; a text that is known lies up to a fifth nearer.
    """
    distance = np.sqrt(_share((1 - nearness) / 2))
    return 1 - distance * np.exp(-WEIGHT_OF_BELIEF * sure)


def confidence_in(said: Sequence[np.ndarray], places: np.ndarray, temperature: float) -> np.ndarray:
    """The probability, 0 to 1, that the label at `places` is right, by what each member said.

    The belief of the mean score is a little too sure and the mean of all beliefs not quite sure
    enough; what lies midway is nearest to the share that is right.
    """
    scores = np.concatenate((said, [together(said)]))
    beliefs = softmax(scores / temperature)[:, np.arange(len(places)), places]
    return _share((beliefs[-1] + together(beliefs[:-1])) / 2)


def _share(values: np.ndarray) -> np.ndarray:
    """Values that rounding has put a little outside of 0 to 1, within."""
    return np.minimum(np.maximum(values, 0), 1)


def threshold_for_more(alone: float, together: float, size: int, members: int) -> float:
    """The threshold for `members` who speak as one, from that for one and that for `size`.

    The more members speak together, the surer they are of what they had not seen; by how much
    falls with one over their number.
    """
    step = (1 / size - 1 / members) / (1 - 1 / size)
    return min(together + (together - alone) * step, 1.0)


def threshold_at_loss(sure: np.ndarray, right: np.ndarray, loss: float) -> float:
    """The highest threshold that rejects at most the share `loss` of texts guessed rightly.

    The share is of all texts, which makes it points of accuracy; 0 when none was right.
    """
    if not right.any():
        return 0.0
    most = int(np.floor(loss * len(right)))
    ordered = np.sort(sure[right])
    return float(ordered[min(most, len(ordered) - 1)])


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    """How far confidence lies from the share that was right, by 15 equally wide bins."""
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    gaps = np.abs(
        np.bincount(bins, weights=confidence, minlength=BINS)
        - np.bincount(bins, weights=right.astype(float), minlength=BINS)
    )
    return float(gaps[counts > 0].sum() / len(confidence))
