"""What the words of a query are worth in each candidate; the heart of `search.ranking`.

A BM25 with fields (Robertson and Zaragoza's BM25F: counts are weighted and length-normalised per
field, then saturated together), the same for the best passage, and factors for how much of the
query is covered and for the title. All candidates are computed together, as tables with a row for
each; no row knows of the others, so equal candidates have equal points wherever they stand.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.candidates import BODY, MAX_COUNT, SHIFTS, TITLE, Candidate, Statistics
from search.text.analysis import QueryTerm, QueryWord
from search.types import Reason
from search.weights import Weights

USUAL_PASSAGE = 110.0  # terms
ENOUGH_TO_MATTER = 0.5  # weight of a form that tells how rare a word is
IN_TITLE = MAX_COUNT << SHIFTS[TITLE]
NOT_FOUND = -1
NAMES_OF_PASSAGES = 256  # at the most: a character each


@dataclass(frozen=True, kw_only=True, slots=True)
class WordPoints:
    """What the words found in one candidate are worth.

    `points` is relative to what the query's words matter, `coverage` the share of the query that
    was found, and `title` how much the title and the query have of each other (0 to 1).
    """

    points: float
    coverage: float
    title: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Terms:
    """Terms that may stand for a word: their columns, weights, worths, and why they do."""

    columns: np.ndarray
    weights: np.ndarray
    worth: np.ndarray  # weight times how much finding the term says
    reasons: tuple[str, ...]


class Scorer:
    """Scores candidates for one query by its words; what depends on it alone is computed once."""

    def __init__(self, words: Sequence[QueryWord], statistics: Statistics, weights: Weights):
        self.weights = weights
        self._words = words
        self._statistics = statistics
        terms = [term for word in words for term in (word.exact, *(t.term for t in word.terms()))]
        self._columns = {term: column for column, term in enumerate(dict.fromkeys(terms))}
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

    def score(self, candidates: Sequence[Candidate]) -> list[WordPoints]:
        """Tell what the words are worth in each of the candidates, in their order."""
        if not candidates:
            return []
        packed = self._packed(candidates)
        in_title = (packed & IN_TITLE) != 0
        present = packed != 0
        amounts = self._amounts(packed, candidates)
        rows = len(candidates)
        points, covered, titled = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        reasons: list[list[Reason]] = [[] for _ in candidates]
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
        points += self.weights.passage * self._best_passages(candidates, packed, found_words)
        points *= 1 + self.weights.coverage * coverage
        title = self._title_match(candidates, titled, found_words.sum(axis=1))
        points *= 1 + self.weights.title * title
        points /= self.total_importance
        return [
            WordPoints(
                points=its_points, coverage=its_coverage, title=its_title, reasons=tuple(why)
            )
            for its_points, its_coverage, its_title, why in zip(
                points.tolist(), coverage.tolist(), title.tolist(), reasons, strict=True
            )
        ]

    def _packed(self, candidates: Sequence[Candidate]) -> np.ndarray:
        """The packed counts, a row for each candidate and a column for each term."""
        packed = np.zeros((len(candidates), max(len(self._columns), 1)), np.int64)
        for row, candidate in zip(packed, candidates, strict=True):
            for term, count in candidate.counts.items():
                column = self._columns.get(term)
                if column is not None:
                    row[column] = count
        return packed

    def _amounts(self, packed: np.ndarray, candidates: Sequence[Candidate]) -> np.ndarray:
        """The counts of all fields together, each weighted and normalised by its length."""
        lengths = np.array([each.lengths for each in candidates], np.float64)
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

    def _best_passages(
        self, candidates: Sequence[Candidate], packed: np.ndarray, found_words: np.ndarray
    ) -> np.ndarray:
        """What the words are worth in the best passage of each candidate's body."""
        counts, owners = self._passage_counts(candidates, packed)
        best = np.zeros(len(candidates))
        if not len(owners):
            return best
        b = self.weights.passage_length
        lengths = np.array(
            [each.passage_length or each.lengths[BODY] for each in candidates], np.float64
        )
        scale = (1 / (1 - b + b * lengths / USUAL_PASSAGE))[owners]
        amounts = counts * scale[:, None]
        total = np.zeros(len(owners))
        for number in range(len(self._words)):
            points = self._of_word_in_passages(number, amounts)
            total += np.where(found_words[owners, number], points, 0.0)
        np.maximum.at(best, owners, total)
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

    def _passage_counts(
        self, candidates: Sequence[Candidate], packed: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Counts with a row for each passage that may have a term, and whose passage each is."""
        several = np.array([each.passage_length > 0 for each in candidates], bool)
        (whole,) = np.nonzero(~several)
        found = [
            (owner, column, names)
            for owner in np.nonzero(several)[0].tolist()
            for term, names in candidates[owner].passages.items()
            if (column := self._columns.get(term)) is not None
        ]
        names = np.frombuffer("".join([names for *_, names in found]).encode(), np.uint8)
        times = [len(names) for *_, names in found]
        of_each = np.array([(owner, column) for owner, column, _ in found], np.intp).reshape(-1, 2)
        by_name, columns = np.repeat(of_each, times, axis=0).T
        keys, rows = np.unique(by_name * NAMES_OF_PASSAGES + names, return_inverse=True)
        width = packed.shape[1]
        counted = np.bincount(rows * width + columns, minlength=len(keys) * width)
        in_whole = packed[whole] >> SHIFTS[BODY] & MAX_COUNT
        counts = np.vstack([in_whole, counted.reshape(len(keys), width)])
        return counts, np.append(whole, keys // NAMES_OF_PASSAGES)

    def _title_match(
        self, candidates: Sequence[Candidate], titled: np.ndarray, found: np.ndarray
    ) -> np.ndarray:
        """Return 0 to 1: how much of the query the title has, and of the title the query."""
        lengths = np.array([max(each.lengths[0], 1) for each in candidates], np.float64)
        of_query = titled / self.total_importance
        # Each word leaves about two terms: its stem and its written form.
        of_title = np.minimum(2 * found / lengths, 1.0)
        both = of_query + of_title
        matched = 2 * of_query * of_title / np.where(both > 0, both, 1.0)
        return np.where(titled > 0, matched, 0.0)


def _saturated(amounts: np.ndarray, worth, k1: float) -> np.ndarray:
    """BM25's saturation: many occurrences say little more than some."""
    return worth * amounts * (k1 + 1) / (amounts + k1)
