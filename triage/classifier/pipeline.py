"""The estimators a classifier is made of, not fitted yet. Pure; no Django.

Features of a text feed one linear support vector machine for each question. A naive Bayes beside
it, or instead of it, made cross-validation over families worse.
"""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from triage.classifier.features import Analysed

SEED = 20260401
STRICTNESS = 0.5  # of the machine: how dearly a training text on the wrong side is paid
SHARE_OF_CHARACTERS = 0.7  # of characters beside words
WORD_COLUMNS = 2**16
CHARACTER_COLUMNS = 2**15
SHARPNESS = 4.0  # from margins to beliefs


def build_lines() -> LinearSVC:
    """An unfitted machine that draws a line between each label and the others."""
    return LinearSVC(C=STRICTNESS, class_weight="balanced", random_state=SEED, max_iter=3000)


def beliefs(lines: LinearSVC, rows) -> np.ndarray:
    """Belief in each of `lines.classes_` for rows of features; each row sums to one."""
    margins = lines.decision_function(rows)
    if margins.ndim == 1:
        margins = np.stack([-margins, margins], axis=1)
    return softmax(SHARPNESS * margins)


def towards(lines: LinearSVC, label: str) -> np.ndarray:
    """How much each feature speaks for a label."""
    place = list(lines.classes_).index(label)
    rows = lines.coef_
    return rows[place] if len(rows) > 1 else rows[0] * (1 if place else -1)


def softmax(values: np.ndarray) -> np.ndarray:
    """Rows of any numbers as shares that sum to one."""
    exponent = np.exp(values - values.max(axis=1, keepdims=True))
    return exponent / exponent.sum(axis=1, keepdims=True)


def build_features(concepts: str) -> FeatureUnion:
    """Unfitted features of texts: words and concepts, and runs of characters, weighed by rarity.

    Terms are hashed to columns, so that no vocabulary has to be stored; the few that share a
    column do no harm (measured).
    """
    words = Pipeline(
        [
            ("analysed", Analysed(concepts)),
            ("columns", _hashed(WORD_COLUMNS, token_pattern=r"\S+", lowercase=False)),  # noqa: S106  no password
            ("weights", TfidfTransformer(sublinear_tf=True)),
        ]
    )
    characters = Pipeline(
        [
            ("columns", _hashed(CHARACTER_COLUMNS, analyzer="char_wb", ngram_range=(3, 5))),
            ("weights", TfidfTransformer(sublinear_tf=True)),
        ]
    )
    return FeatureUnion(
        [("words", words), ("characters", characters)],
        transformer_weights={"characters": SHARE_OF_CHARACTERS},
    )


def _hashed(columns: int, **options) -> HashingVectorizer:
    return HashingVectorizer(n_features=columns, alternate_sign=False, norm=None, **options)


def reasons(
    features: FeatureUnion, lines: LinearSVC, text: str, label: str, most: int = 4
) -> list[str]:
    """The words of the text that spoke most for a label, the strongest first."""
    steps = dict(features.transformer_list)["words"].named_steps
    words = list(steps["analysed"].words(text))
    if not words:
        return []
    counts = steps["columns"].transform(" ".join(terms) for _word, terms in words)
    rarity = steps["weights"].idf_
    points = counts @ (rarity * towards(lines, label)[: len(rarity)])
    scores: dict[str, float] = {}
    for (word, _terms), score in zip(words, points, strict=True):
        scores[word] = max(scores.get(word, 0.0), float(score))
    best = sorted((item for item in scores.items() if item[1] > 0), key=lambda item: -item[1])
    return [word for word, _score in best[:most]]
