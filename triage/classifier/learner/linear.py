"""Linear machines beside a network, one for each question, as one table of weights. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from triage.classifier.learner.network import rows_of, whole

FEWEST = 3  # labels; two are told apart well enough by the network
NEVER_MET = -1.0  # the margin of a label that was not among the texts


class LinearMachines:
    """Draws a line between each label of a question and its others; `sizes` labels a question.

    `strictness` is how dearly a text on the wrong side is paid; with `balanced`, the more dearly
    the rarer its label.
    """

    def __init__(self, sizes: Sequence[int], strictness: float = 1.0, *, balanced: bool = False):
        self.sizes = tuple(sizes)
        self.strictness = strictness
        self.balanced = balanced

    def fit(self, rows: csr_matrix, places: np.ndarray) -> LinearMachines:
        """Learn from rows and, a column for each question, the place of the label; -1 unknown."""
        self.weights_ = np.zeros((rows.shape[1], sum(self.sizes)), np.float16)
        self.intercepts_ = np.full(sum(self.sizes), NEVER_MET, np.float32)
        starts = np.cumsum([0, *self.sizes])
        for start, truth in zip(starts, places.T, strict=False):
            known = truth >= 0
            if len(np.unique(truth[known])) < FEWEST:
                continue
            weights = "balanced" if self.balanced else None
            machine = LinearSVC(C=self.strictness, class_weight=weights, dual=False)
            machine.fit(rows[known], truth[known])
            self.weights_[:, start + machine.classes_] = machine.coef_.T
            self.intercepts_[start + machine.classes_] = machine.intercept_
        return self

    def margins(self, columns: np.ndarray, near: csr_matrix) -> np.ndarray:
        """The margin of each label for each row of `near`, whose columns are `columns` of all."""
        return near @ whole(rows_of(self.weights_, columns)) + self.intercepts_
