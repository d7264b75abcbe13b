"""What the words of a query are worth in each candidate; the heart of `search.ranking`.

A BM25 with fields (Robertson and Zaragoza's BM25F: counts are weighted and length-normalised per
field, then saturated together), the same for the best passage, and factors for how much of the
query is covered and for the title. All candidates are computed together, as tables with a row for
each; no row knows of the others, so equal candidates have equal points wherever they stand.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from search.candidates import BODY, MAX_COUNT, SHIFTS, TITLE, Candidate, Candidates, Statistics
from search.text.analysis import QueryTerm, QueryWord, terms_of
from search.types import Reason
from search.weights import Weights

USUAL_PASSAGE = 110.0  # terms
ENOUGH_TO_MATTER = 0.5  # weight of a form that tells how rare a word is
IN_TITLE = MAX_COUNT << SHIFTS[TITLE]
NOT_FOUND = -1
MOST_WORDS = 1 << 16  # of a body, so also the most passages
PLACES = 64  # as many as a number has bits; a passage seldom has more words
WORDS_APART = 2  # at the most, for words that stand together


class WordPoints(NamedTuple):
    """What the words found are worth, for each candidate in their order.

    `points` are relative to what the query's words matter, `coverage` the share of the query that
    was found, `title` how much the title and the query have of each other (0 to 1), and
    `closeness` how much of the query's words stand together in the body as they do in the query
    (0 to 2).
    """

    points: np.ndarray
    coverage: np.ndarray
    title: np.ndarray
    closeness: np.ndarray
    reasons: list[list[Reason]]


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms that may stand for a word: their columns, weights, worths, and why they do."""

    columns: np.ndarray
    weights: np.ndarray
    worth: np.ndarray  # weight times how much finding the term says
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Occurrences:
    """Where terms are in bodies: passages with any, and for each time one is there the passage's
    row, the term's column and its place, as one bit."""

    owners: np.ndarray  # of each passage, the row of its candidate
    lengths: np.ndarray  # of each passage, in terms
    rows: np.ndarray
    columns: np.ndarray
    places: np.ndarray

    def counts(self, width: int) -> np.ndarray:
        """How often each of `width` terms is in each passage."""
        height = len(self.owners)
        counted = np.bincount(self.rows * width + self.columns, minlength=height * width)
        return counted.reshape(height, width)

    def places_of(self, word: _Terms, width: int) -> np.ndarray:
        """The places of a word in each passage, whatever of `width` terms stands for it."""
        standing = np.zeros(width, bool)
        standing[word.columns[word.weights >= ENOUGH_TO_MATTER]] = True
        own = standing[self.columns]
        places = np.zeros(len(self.owners), np.uint64)
        np.bitwise_or.at(places, self.rows[own], self.places[own])
        return places


class Scorer:
    """Scores candidates for one query by its words; what depends on it alone is computed once."""

    def __init__(self, words: Sequence[QueryWord], statistics: Statistics, weights: Weights):
        self.weights = weights
        self._words = words
        self._statistics = statistics
        self._columns = {term: column for column, term in enumerate(terms_of(words))}
        self._rarity = {term: statistics.rarity(term) for term in self._columns}
        rarest = [self._rarest(word) for word in words]
        self.importance = [each * word.strength for word, each in zip(words, rarest, strict=True)]
        self.total_importance = sum(self.importance) or 1.0
        self._alternatives = [
            self._terms(word, word.alternatives, each)
            for word, each in zip(words, rarest, strict=True)
        ]
        self._elements = [
            self._terms(word, word.elements, each) for word, each in zip(words, rarest, strict=True)
        ]
        self._exact = [
            (self._columns[word.exact], weights.exact * (self._rarity[word.exact] * word.strength))
            for word in words
        ]
        averages = [max(average, 1.0) for average in statistics.average_lengths]
        self._lengthening = np.array(weights.length) / np.array(averages)

    def _rarest(self, word: QueryWord) -> float:
        """How much a word matters: how rare its commonest form is, else its other names."""
        found = [
            (each.reason == "synonym", self._rarity[each.term])
            for each in word.alternatives
            if self._statistics.frequencies.get(each.term) and each.weight >= ENOUGH_TO_MATTER
        ]
        return min(found, default=(False, math.log(1 + self._statistics.documents / 0.5)))[1]

    def _terms(self, word: QueryWord, terms: Sequence[QueryTerm], rarest: float) -> _Terms:
        """Make terms of a word ready. Another name says no more than the word itself.

        (In a corpus with little English every English word is rare, and says no more for it.)
        """
        worth = []
        for each in terms:
            rarity = self._rarity[each.term]
            rarity = min(rarity, rarest) if each.reason == "synonym" else rarity
            worth.append(each.weight * (rarity * word.strength))
        return _Terms(
            columns=np.array([self._columns[each.term] for each in terms], np.intp),
            weights=np.array([each.weight for each in terms], np.float64),
            worth=np.array(worth, np.float64),
            reasons=tuple(each.reason for each in terms),
        )

    def score(self, candidates: Candidates) -> WordPoints:
        """Tell what the words are worth in each of the candidates.

        Raises ValueError for candidates that tell of other terms than those of the words.
        """
        if candidates.terms != tuple(self._columns):
            raise ValueError("These candidates were read for other words")
        packed, documents = candidates.counts, candidates.documents
        in_title = (packed & IN_TITLE) != 0
        present = packed != 0
        amounts = self._amounts(packed, documents)
        rows = len(documents)
        points, covered, titled = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        reasons: list[list[Reason]] = [[] for _ in documents]
        found_words = np.zeros((rows, len(self._words)), bool)
        for number, importance in enumerate(self.importance):
            word_points, share, title, how = self._of_word(number, amounts, present, in_title)
            found = how != NOT_FOUND
            found_words[:, number] = found
            points += np.where(found, word_points, 0.0)
            covered += np.where(found, share * importance, 0.0)
            titled += np.where(found, title * importance, 0.0)
            self._explain(number, how, present, reasons)
        coverage = covered / self.total_importance
        occurrences = self._occurrences(candidates)
        points += self.weights.passage * self._best_passages(occurrences, found_words)
        points *= 1 + self.weights.coverage * coverage
        title = self._title_match(documents, titled, found_words.sum(axis=1))
        points *= 1 + self.weights.title * title
        points /= self.total_importance
        closeness = self._closeness(occurrences, rows)
        return WordPoints(points, coverage, title, closeness, reasons)

    def _amounts(self, packed: np.ndarray, documents: Sequence[Candidate]) -> np.ndarray:
        """The counts of all fields together, each weighted and normalised by its length."""
        lengths = np.array([each.lengths for each in documents], np.float64)
        lengths = lengths.reshape(-1, len(SHIFTS))
        b = np.array(self.weights.length)
        scales = np.array(self.weights.fields) / (1 - b + self._lengthening * lengths)
        amounts = np.zeros(packed.shape)
        for place, shift in enumerate(SHIFTS):
            amounts += (packed >> shift & MAX_COUNT) * scales[:, place, None]
        return amounts

    def _of_word(
        self, number: int, amounts: np.ndarray, present: np.ndarray, in_title: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return points, share found, share in the title and reason (its number) of one word.

        Of what stands for the word by itself the best counts; its elements count together.
        """
        own, k1 = self._alternatives[number], self.weights.saturation
        each = _saturated(amounts[:, own.columns], own.worth, k1)
        first = each.argmax(axis=1)
        points = np.take_along_axis(each, first[:, None], axis=1)[:, 0]
        share = own.weights[first]
        title = share * in_title[np.arange(len(first)), own.columns[first]]
        how = np.where(points > 0, first, NOT_FOUND)
        pieces = self._elements[number]
        if len(pieces.columns):
            together = _saturated(amounts[:, pieces.columns], pieces.worth, k1).sum(axis=1)
            better = together > points
            here = present[:, pieces.columns]
            points = np.where(better, together, points)
            share = np.where(better, np.minimum((here * pieces.weights).sum(axis=1), 1.0), share)
            titled = (in_title[:, pieces.columns] * pieces.weights).sum(axis=1)
            title = np.where(better, titled, title)
            is_code = np.array([reason == "code" for reason in own.reasons])
            keeps = (how != NOT_FOUND) & is_code[np.maximum(how, 0)]
            how = np.where(better & ~keeps, len(own.columns) + here.argmax(axis=1), how)
        column, worth = self._exact[number]
        points = points + _saturated(amounts[:, column], worth, k1)
        return points, share, title, how

    def _explain(
        self, number: int, how: np.ndarray, present: np.ndarray, reasons: list[list[Reason]]
    ) -> None:
        """Add to the reasons of each candidate why it was found by one word."""
        word = self._words[number]
        names = self._alternatives[number].reasons + self._elements[number].reasons
        plain = [Reason(word=word.text, how=name) for name in names]
        as_written = Reason(word=word.text, how="exact")
        exact = present[:, self._exact[number][0]].tolist()
        for which, is_exact, why in zip(how.tolist(), exact, reasons, strict=True):
            if which != NOT_FOUND:
                own = plain[which]
                close = is_exact and own.how in ("word-form", "synonym")
                why.append(as_written if close else own)

    def _best_passages(self, found: _Occurrences, found_words: np.ndarray) -> np.ndarray:
        """What the words are worth in the best passage of each candidate's body."""
        best = np.zeros(len(found_words))
        if not len(found.owners):
            return best
        b = self.weights.passage_length
        scale = 1 / (1 - b + b * found.lengths / USUAL_PASSAGE)
        amounts = found.counts(len(self._columns)) * scale[:, None]
        total = np.zeros(len(found.owners))
        for number in range(len(self._words)):
            points = self._of_word_in_passages(number, amounts)
            total += np.where(found_words[found.owners, number], points, 0.0)
        np.maximum.at(best, found.owners, total)
        return best

    def _of_word_in_passages(self, number: int, amounts: np.ndarray) -> np.ndarray:
        k1 = self.weights.passage_saturation
        own, pieces = self._alternatives[number], self._elements[number]
        points = _saturated(amounts[:, own.columns], own.worth, k1).max(axis=1)
        if len(pieces.columns):
            together = _saturated(amounts[:, pieces.columns], pieces.worth, k1).sum(axis=1)
            points = np.maximum(points, together)
        column, worth = self._exact[number]
        exact = _saturated(amounts[:, column], worth, k1)
        return np.where(points > 0, points + exact, 0.0)

    def _occurrences(self, candidates: Candidates) -> _Occurrences:
        """Where the query's terms are in the bodies of the candidates."""
        documents, places = candidates.documents, candidates.places
        words = np.array([each.passage_words or MOST_WORDS for each in documents], np.intp)
        passages = places.numbers // words[places.rows]
        keys, rows = np.unique(places.rows * MOST_WORDS + passages, return_inverse=True)
        owners = keys // MOST_WORDS
        lengths = [each.passage_length or each.lengths[BODY] for each in documents]
        return _Occurrences(
            owners=owners,
            lengths=np.array(lengths, np.float64)[owners],
            rows=rows,
            columns=places.columns,
            places=np.left_shift(np.uint64(1), (places.numbers % PLACES).astype(np.uint64)),
        )

    def _closeness(self, found: _Occurrences, rows: int) -> np.ndarray:
        """How much of the query stands together in each body, in the order of the query.

        Of each two words with at most one between them, here and there, what the lesser matters.
        """
        close = np.zeros(rows)
        places = [found.places_of(each, len(self._columns)) for each in self._alternatives]
        before = [_at_or_before(each) for each in places]
        for gap in range(1, WORDS_APART + 1):
            for one, other in enumerate(range(gap, len(places))):
                together = np.zeros(rows, bool)
                together[found.owners[places[one] & before[other] != 0]] = True
                close += together * min(self.importance[one], self.importance[other])
        return close / self.total_importance

    def _title_match(
        self, documents: Sequence[Candidate], titled: np.ndarray, found: np.ndarray
    ) -> np.ndarray:
        """Return 0 to 1: how much of the query the title has, and of the title the query."""
        lengths = np.array([max(each.lengths[TITLE], 1) for each in documents], np.float64)
        of_query = titled / self.total_importance
        # Each word leaves about two terms: its stem and its written form.
        of_title = np.minimum(2 * found / lengths, 1.0)
        both = of_query + of_title
        matched = 2 * of_query * of_title / np.where(both > 0, both, 1.0)
        return np.where(titled > 0, matched, 0.0)


def _saturated(amounts: np.ndarray, worth, k1: float) -> np.ndarray:
    """BM25's saturation: many occurrences say little more than some."""
    return worth * amounts * (k1 + 1) / (amounts + k1)


def _at_or_before(places: np.ndarray) -> np.ndarray:
    """The places, and those up to `WORDS_APART` before each; before the first is the last."""
    near = places.copy()
    for by in range(1, WORDS_APART + 1):
        near |= places >> np.uint64(by) | places << np.uint64(PLACES - by)
    return near
