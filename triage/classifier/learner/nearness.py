"""How near a text lies to the nearest text that was learnt, as one model scores both. Pure.

Texts of one label get scores in the same proportions over all labels. A text of a label nobody has
taught may well be believed to have one, but its scores stand in proportions none of that label's
texts has. That tells it apart better than any belief does, once there are many texts to be near to.
"""

from __future__ import annotations

import numpy as np

from triage.classifier.learner.network import whole

MOST_KEPT = 4_000  # texts
TINY = 1e-9


class Nearness:
    """Keeps the scores of some learnt texts, evenly over labels, in proportions alone."""

    def __init__(self, scores: np.ndarray, places: np.ndarray, seed: int, most: int = MOST_KEPT):
        chosen = evenly(places, most, seed)
        self.proportions_ = _unit(scores[chosen]).astype(np.float16)
        self.starts_ = np.searchsorted(places[chosen], np.arange(scores.shape[1] + 1))

    def of(self, scores: np.ndarray, guessed: np.ndarray) -> np.ndarray:
        """The cosine (-1 to 1) of each row to the nearest kept text of the label guessed for it.

        A label without kept texts is compared with all texts.
        """
        rows = _unit(scores)
        found = np.empty(len(rows), np.float32)
        for place in np.unique(guessed):
            asked = guessed == place
            start, end = self.starts_[place : place + 2]
            kept = self.proportions_[start:end] if end > start else self.proportions_
            found[asked] = (rows[asked] @ whole(kept).T).max(axis=1)
        return np.clip(found, -1, 1)


def evenly(places: np.ndarray, most: int, seed: int) -> np.ndarray:
    """At most `most` numbers of texts in the order of their labels, no label favoured.

    Labels with few texts keep them all; what they leave over goes to those with more.
    """
    order = np.random.default_rng(seed).permutation(len(places))
    order = order[np.argsort(places[order], kind="stable")]
    counts = np.bincount(places)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    turn = np.arange(len(order)) - np.repeat(starts, counts)  # of a text within its label
    return order[np.sort(np.argsort(turn, kind="stable")[:most])]


def _unit(scores: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(scores, axis=1, keepdims=True)
    return (scores / np.maximum(lengths, TINY)).astype(np.float32)
