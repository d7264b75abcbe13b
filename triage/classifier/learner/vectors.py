"""What a committee sees in a text, as numbers: terms of words, and runs of letters. Pure.

Runs of letters inside words stand for spelling: typing errors, dialects, inflections no list has.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfVectorizer

from search.text.tokens import fold_case
from triage.classifier.learner.features import Reader, without_facts

LONGEST = 4_000  # letters of a text that are read
RUNS = range(2, 6)  # letters
VIEWS = 2
WORDS_REMEMBERED, LONGEST_REMEMBERED = 10_000, 40  # with their runs, 40 letters at most


class Vectoriser(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Turns texts into rows of numbers: both views side by side, each of length one.

    `most_columns` is how many terms of each view are kept, the most frequent ones.
    """

    def __init__(self, reader: Reader, most_columns: int):
        self.reader = reader
        self.most_columns = most_columns

    def fit(self, texts: Sequence[str], y=None) -> Vectoriser:
        """Learn which terms there are, and how rare each is."""
        self.fit_transform(texts)
        return self

    def fit_transform(self, texts: Sequence[str], y=None) -> csr_matrix:
        """Learn from texts and return their rows. Raises ValueError when none has a letter."""
        self._make(max_features=self.most_columns)
        texts = _shortened(texts)
        return _beside(self.words_.fit_transform(texts), self.letters_.fit_transform(texts))

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of texts, in order: what scikit-learn makes of them, without its checks.

        Those take longer than the reading when texts come one by one, as they do at a desk.
        """
        known, beside = self.words_.vocabulary_, len(self.words_.vocabulary_)
        columns, weights, ends = [NONE], [np.empty(0, np.float32)], [0]
        for text in _shortened(texts):
            terms = [known[term] for term in self.reader.terms(text) if term in known]
            runs = [self._runs_of(word) for word in without_facts(text).split()]
            found = np.concatenate([np.array(terms, np.int32), *runs])
            found, counts = np.unique(found, return_counts=True)
            columns.append(found)
            words, often = np.searchsorted(found, beside), 1 + np.log(counts)
            weights += [
                _of_length_one(often[:words] * self.words_.idf_[found[:words]]),
                _of_length_one(often[words:] * self.letters_.idf_[found[words:] - beside]),
            ]
            ends.append(ends[-1] + len(found))
        shape = (len(ends) - 1, beside + len(self.letters_.vocabulary_))
        return csr_matrix((np.concatenate(weights), np.concatenate(columns), ends), shape)

    @classmethod
    def of(cls, reader: Reader, words: Learnt, letters: Learnt) -> Vectoriser:
        """One that knows these terms, in the order of their columns, and the rarity of each."""
        made = cls(reader, max(len(words[0]), len(letters[0])))
        made._make()
        for view, (terms, rarity) in ((made.words_, words), (made.letters_, letters)):
            view.vocabulary = {term: column for column, term in enumerate(terms)}
            view.idf_ = rarity
        return made

    def learnt(self) -> tuple[Learnt, Learnt]:
        """For words, then letters: the terms in the order of their columns, and their rarity."""
        words, letters = (
            (sorted(view.vocabulary_, key=view.vocabulary_.get), view.idf_.astype(np.float32))
            for view in (self.words_, self.letters_)
        )
        return words, letters

    def columns_by_word(self, text: str) -> list[tuple[str, list[int]]]:
        """The words of a text as they are written, each with the columns it brings by itself.

        Words that say little, as "and" does, are left out.
        """
        known = self.words_.vocabulary_
        found: dict[str, list[int]] = {}
        for word, terms in self.reader.words(text[:LONGEST]):
            if terms and word not in found:
                columns = {known[term] for term in terms if term in known}
                for part in word.split():
                    columns.update(self._runs_of(part).tolist())
                found[word] = sorted(columns)
        return list(found.items())

    def _make(self, **options) -> None:
        common = {"sublinear_tf": True, "dtype": np.float32, **options}
        self.words_ = TfidfVectorizer(analyzer=self.reader.terms, **common)
        self.letters_ = TfidfVectorizer(analyzer=runs_of_letters, **common)
        self._remembered = lru_cache(WORDS_REMEMBERED)(self._read)

    def _runs_of(self, word: str) -> np.ndarray:
        """The columns of the runs of letters in a word as it is written.

        Most words of a text have been met before, and looking up each run anew takes longer than
        all else that is read.
        """
        return self._remembered(word) if len(word) <= LONGEST_REMEMBERED else self._read(word)

    def _read(self, word: str) -> np.ndarray:
        known, beside = self.letters_.vocabulary_, len(self.words_.vocabulary_)
        columns = [known[run] for run in runs_of_letters(word) if run in known]
        return np.array(columns, np.int32) + np.int32(beside)


def runs_of_letters(text: str) -> list[str]:
    """The runs of letters in the words of a text, the spaces around a word among them."""
    words = [f" {word} " for word in fold_case(without_facts(text)).split()]
    return [
        word[at : at + length]
        for word in words
        for length in RUNS
        for at in range(len(word) - length + 1)
    ]


def letters_read(texts: Sequence[str]) -> int:
    """How many letters of the texts are read, all together."""
    return sum(min(len(text), LONGEST) for text in texts)


Learnt = tuple[Sequence[str], np.ndarray]  # terms, and how rare each is
NONE = np.empty(0, np.int32)


def _of_length_one(weights: np.ndarray) -> np.ndarray:
    length = np.sqrt((weights * weights).sum()) or 1.0
    return (weights / length).astype(np.float32)


def _shortened(texts: Sequence[str]) -> list[str]:
    return [text[:LONGEST] for text in texts]


def _beside(first, second) -> csr_matrix:
    return hstack([first, second], format="csr", dtype=np.float32)
