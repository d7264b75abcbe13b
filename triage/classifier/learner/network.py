"""A small network with one hidden layer over sparse rows, for many labels. Pure.

scikit-learn's own updates every weight at every step; here only the rows of those features that
occur in a batch are touched, which makes it quick on texts. While it learns, half of a text's
features are hidden from it, so that no single word is trusted with the whole answer. Several
questions about the same texts share the hidden layer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin

from triage.classifier.learner.calibration import softmax

BATCH = 64
RATE = 0.05  # of learning, falling to nothing
FEATURES_HIDDEN = 0.65
UNITS_HIDDEN = 0.2
DOUBT = 0.05  # of each answer is shared by all labels
TINY = 1e-8
SIGN_AND_REST = np.int32(~0x70000000)  # of a half-width number moved to a whole one's place
STEP = np.float32(2.0**112)  # between what the exponents of both widths count from


class Network(ClassifierMixin, BaseEstimator):
    """Learns, for each question, the place of the right label among so many, for sparse rows.

    `sizes` is how many labels each question has, `rounds` how often each row is seen.
    """

    def __init__(self, sizes: Sequence[int], rounds: int = 15, seed: int = 0, hidden: int = 192):
        self.sizes = sizes
        self.rounds = rounds
        self.seed = seed
        self.hidden = hidden

    def fit(self, rows: csr_matrix, places: np.ndarray) -> Network:
        """Learn from rows and, a column for each question, the place of the label; -1 unknown."""
        random = np.random.default_rng(self.seed)
        self._start(random, rows.shape[1])
        steps = self.rounds * -(-rows.shape[0] // BATCH)
        step = 0
        for _ in range(self.rounds):
            order = random.permutation(rows.shape[0])
            for start in range(0, len(order), BATCH):
                chosen = order[start : start + BATCH]
                rate = np.float32(RATE * (1 - step / steps))
                self._learn(rows[chosen], places[chosen], rate, random)
                step += 1
        del self._seen, self._seen_inside
        self.inside_ = self.inside_.astype(np.float16)  # half the memory, the same answers
        return self

    def scores(self, columns: np.ndarray, near: csr_matrix) -> np.ndarray:
        """A score for each label of each row of `near`, whose columns are `columns` of all.

        The softmax over the labels of a question is a belief.
        """
        return self.shown(columns, near) @ self.out_ + self.bias_[1]

    def shown(self, columns: np.ndarray, near: csr_matrix) -> np.ndarray:
        """What the hidden units show for each row."""
        return np.maximum(near @ whole(rows_of(self.inside_, columns)) + self.bias_[0], 0)

    def _start(self, random: np.random.Generator, features: int) -> None:
        labels = sum(self.sizes)
        wide = np.float32(np.sqrt(2 / self.hidden))
        self.inside_ = random.standard_normal((features, self.hidden), dtype=np.float32) * wide
        self.out_ = random.standard_normal((self.hidden, labels), dtype=np.float32)
        self.out_ *= np.float32(np.sqrt(1 / self.hidden))
        self.bias_ = [np.zeros(self.hidden, np.float32), np.zeros(labels, np.float32)]
        self._seen_inside = np.full(features, TINY, np.float32)
        self._seen = [np.full_like(each, TINY) for each in (self.out_, *self.bias_)]

    def _learn(self, rows, places, rate: np.float32, random: np.random.Generator) -> None:
        """One step: half the features hidden, the error sent back, weights moved (Adagrad)."""
        columns, rows = _with_some_hidden(rows, random)
        weights = self.inside_[columns]
        before = rows @ weights + self.bias_[0]
        shown = (random.random(before.shape, dtype=np.float32) > UNITS_HIDDEN) & (before > 0)
        open_ = shown.astype(np.float32) / np.float32(1 - UNITS_HIDDEN)
        hidden = before * open_
        error = self._error(hidden @ self.out_ + self.bias_[1], places)
        back = (error @ self.out_.T) * open_
        moved = rows.T @ back
        self._seen_inside[columns] += np.einsum("ij,ij->i", moved, moved) / self.hidden
        self.inside_[columns] = (
            weights - moved * (rate / np.sqrt(self._seen_inside[columns]))[:, None]
        )
        slopes = (hidden.T @ error, back.sum(axis=0), error.sum(axis=0))
        for own, seen, slope in zip((self.out_, *self.bias_), self._seen, slopes, strict=True):
            seen += slope * slope
            own -= rate * slope / np.sqrt(seen)

    def _error(self, scores: np.ndarray, places: np.ndarray) -> np.ndarray:
        """How far each belief is from the truth; nothing where the truth is not known."""
        error = np.zeros_like(scores)
        start = 0
        for size, truth in zip(self.sizes, places.T, strict=True):
            known = np.flatnonzero(truth >= 0)
            own = softmax(scores[known, start : start + size]) - np.float32(DOUBT / size)
            own[np.arange(len(known)), truth[known]] -= np.float32(1 - DOUBT)
            error[known, start : start + size] = own
            start += size
        return error / np.float32(len(places))


def rows_of(table: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The rows of a table of weights that belong to those columns of texts.

    Taken, which is five times quicker than by an index; every member does it for every guess.
    """
    return table.take(columns, axis=0)


def whole(halves: np.ndarray) -> np.ndarray:
    """Finite half-width numbers at usual width, the same ones.

    Five times quicker than numpy's own way, which takes a third of the time of a guess.
    """
    bits = halves.view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= SIGN_AND_REST
    found = bits.view(np.float32)
    found *= STEP
    return found


def compact(rows: csr_matrix) -> tuple[np.ndarray, csr_matrix]:
    """The columns that occur in any of the rows, and the rows over just those."""
    columns, places = np.unique(rows.indices, return_inverse=True)
    near = csr_matrix(
        (rows.data, places.astype(np.int32), rows.indptr), (rows.shape[0], len(columns))
    )
    return columns, near


def _with_some_hidden(
    rows: csr_matrix, random: np.random.Generator
) -> tuple[np.ndarray, csr_matrix]:
    """The features that are left in any row, and the rows over just those."""
    kept = random.random(len(rows.data), dtype=np.float32) > FEATURES_HIDDEN
    columns, places = np.unique(rows.indices[kept], return_inverse=True)
    starts = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    data = rows.data[kept] / np.float32(1 - FEATURES_HIDDEN)
    shape = (rows.shape[0], len(columns))
    return columns, csr_matrix((data, places.astype(np.int32), starts), shape)
