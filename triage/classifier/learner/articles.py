"""Which articles answered earlier cases like a text, and how likely it is that any does. Pure.

A search knows what articles say; earlier cases know in which words people ask for them, and what
no article answers. Both are learnt from cases whose article is known, or known to be none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from triage.classifier.learner.calibration import softmax

NO_ARTICLE = ""
MOST_ARTICLES = 300  # that are learnt, those that answered most cases
STRICTNESS = 20.0  # of the linear model
ROUNDS = 150


@dataclass(frozen=True, kw_only=True)
class ArticleModel:
    """A linear model with a label for each article by name, and `NO_ARTICLE` for none.

    `weights` has a row for each column of the classifier's vectoriser and a column for each name.
    """

    names: tuple[str, ...]
    weights: np.ndarray
    intercepts: np.ndarray

    def beliefs(self, row: csr_matrix) -> dict[str, float]:
        """Belief (0 to 1) that each answers the text of this one row, together 1."""
        weights = self.weights[row.indices].astype(np.float32)
        scores = row.data @ weights + self.intercepts
        return dict(zip(self.names, map(float, softmax(scores[None, :])[0]), strict=True))

    def best(self, row: csr_matrix) -> str:
        """The name believed in most for the text of this one row; it may be `NO_ARTICLE`."""
        beliefs = self.beliefs(row)
        return max(beliefs, key=beliefs.__getitem__)


def learn_articles(
    rows: csr_matrix, articles: Sequence[str], *, share_without: float | None = None
) -> ArticleModel | None:
    """Learn from the rows of cases and the article of each; None where there is nothing to tell.

    There must be cases of at least two articles and cases without. Those without count together
    as much as the share (0 to 1) of all cases that is known to have none; None: as many as they
    are. The same rows give the same.
    """
    chosen = _most_used(articles)
    if len(chosen) < 2 or NO_ARTICLE not in articles:
        return None
    kept = [n for n, each in enumerate(articles) if each in chosen or each == NO_ARTICLE]
    model = LogisticRegression(C=STRICTNESS, max_iter=ROUNDS)
    with threadpool_limits(1, user_api="blas"):
        names = [articles[number] for number in kept]
        model.fit(rows[kept], names, sample_weight=_weights(names, share_without))
    return ArticleModel(
        names=tuple(map(str, model.classes_)),
        weights=np.ascontiguousarray(model.coef_.T.astype(np.float16)),
        intercepts=model.intercept_.astype(np.float32),
    )


def _weights(names: Sequence[str], share_without: float | None) -> np.ndarray | None:
    """How much each case counts, 1 on average."""
    if share_without is None or not 0 < share_without < 1:
        return None
    without = np.array([name == NO_ARTICLE for name in names])
    is_share = without.mean()
    return np.where(without, share_without / is_share, (1 - share_without) / (1 - is_share))


def _most_used(articles: Sequence[str]) -> frozenset[str]:
    counts: Mapping[str, int] = Counter(each for each in articles if each != NO_ARTICLE)
    return frozenset(sorted(counts, key=lambda name: (-counts[name], name))[:MOST_ARTICLES])
