"""What a committee sees in a text: words in their common form, pairs of them, runs of letters.

Pure. Words next to each other and words with one between count as pairs, the beginning and the end
of the text among them; that carries more of what is meant than words alone. Runs of letters inside
words stand for spelling: typing errors, dialects, inflections no list has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer

from search.text.analysis import plain_words
from search.text.forms import compared_form
from search.text.language import detect_language
from search.text.tokens import fold_case

MOST_COLUMNS = 60_000  # of each view; the most frequent are kept
LONGEST = 4_000  # letters of a text that are read
RUNS = (2, 5)  # letters
VIEWS = 2
START, END = "<", ">"


def word_terms(text: str) -> list[str]:
    """The words of a text in their common form, then pairs of neighbours and near neighbours."""
    language = detect_language(text).code or "nb"
    words = [START, *(compared_form(word, language) for word in plain_words(text)), END]
    next_to = [f"{a} {b}" for a, b in zip(words, words[1:], strict=False)]
    one_between = [f"{a} _ {b}" for a, b in zip(words, words[2:], strict=False)]
    return words[1:-1] + next_to + one_between


class Views(TransformerMixin, BaseEstimator):
    """Turns texts into rows of numbers: both views side by side, each of length one."""

    def __init__(self, most_columns: int = MOST_COLUMNS):
        self.most_columns = most_columns

    def fit(self, texts: Sequence[str], y=None) -> Views:
        """Learn which terms there are, and how rare each is."""
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts: Sequence[str], y=None) -> csr_matrix:
        """Learn from texts and return their rows. Raises ValueError when none has a letter."""
        common = {"sublinear_tf": True, "dtype": np.float32, "max_features": self.most_columns}
        self.words_ = TfidfVectorizer(analyzer=word_terms, **common)
        self.letters_ = TfidfVectorizer(
            analyzer="char_wb", ngram_range=RUNS, preprocessor=fold_case, **common
        )
        texts = _shortened(texts)
        return _beside(self.words_.fit_transform(texts), self.letters_.fit_transform(texts))

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of texts, in order."""
        texts = _shortened(texts)
        return _beside(self.words_.transform(texts), self.letters_.transform(texts))


def _shortened(texts: Sequence[str]) -> list[str]:
    return [text[:LONGEST] for text in texts]


def _beside(first, second) -> csr_matrix:
    return hstack([first, second], format="csr", dtype=np.float32)
