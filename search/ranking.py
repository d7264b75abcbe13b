"""The order of the hits: one pure function of candidates, query words and corpus statistics.

Every engine hands over the same values, so every engine gives the same order. The score is a
BM25 with fields (Robertson and Zaragoza's BM25F: counts are weighted and length-normalised per
field, then saturated together), times factors for how much of the query is covered, the title,
the language, authority, the product's life and age. All weights have names here.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from search.text.analysis import QueryTerm, QueryWord
from search.types import Authority, ProductStatus, Reason

FIELDS = ("title", "summary", "headings", "body", "search_words")
BITS_PER_FIELD = 6
MAX_COUNT = 2**BITS_PER_FIELD - 1
# Where each field's count lies in a packed number: body lowest, since most terms occur only there.
SHIFTS = tuple(BITS_PER_FIELD * place for place in (3, 2, 1, 0, 4))
_TITLE = MAX_COUNT << SHIFTS[0]
DEFAULT_LENGTHS = (12.0, 40.0, 40.0, 500.0, 10.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Everything that can be tuned. Order of field weights as in `FIELDS`."""

    fields: tuple[float, ...] = (3.0, 1.6, 1.6, 1.0, 2.5)
    length: tuple[float, ...] = (0.4, 0.4, 0.5, 0.75, 0.4)  # BM25's b per field
    saturation: float = 2.0  # BM25's k1
    exact: float = 0.3  # added for the word as written
    coverage: float = 1.0  # how strongly covering more of the query's words counts
    title: float = 0.5  # a title that says the same as the query
    other_language: float = 0.75  # factor for another language than the reader's
    other_norwegian: float = 0.9  # factor for the other written standard
    authority: Mapping[int, float] = field(
        default_factory=lambda: {
            Authority.COMMUNITY: 0.9,
            Authority.EXPERIENCE: 0.95,
            Authority.GUIDANCE: 1.0,
            Authority.BINDING: 1.05,
        }
    )
    product_status: Mapping[str, float] = field(
        default_factory=lambda: {ProductStatus.WINDING_DOWN: 0.75, ProductStatus.ENDED: 0.55}
    )
    recency: float = 0.1  # most that age can take away
    half_life_days: float = 730.0
    good_answer: float = 0.5  # `answerable` from here on is a good answer


WEIGHTS = Weights()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A document an engine found, with what ranking needs to know of it.

    `counts` maps a term to its packed counts per field (`pack_counts`), `lengths` holds the
    number of terms per field, `products` the slugs.
    """

    id: str
    kind: str
    counts: Mapping[str, int]
    lengths: Sequence[int]
    language: str = ""
    products: tuple[str, ...] = ()
    authority: int = Authority.GUIDANCE
    product_status: str = ProductStatus.NONE
    updated_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """What the index as a whole says: how many documents, and how many have each term."""

    documents: int
    frequencies: Mapping[str, int]
    average_lengths: Sequence[float] = DEFAULT_LENGTHS

    def rarity(self, term: str) -> float:
        """Return BM25's inverse document frequency of a term."""
        having = min(self.frequencies.get(term, 0), self.documents)
        return math.log(1 + (self.documents - having + 0.5) / (having + 0.5))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """What is known of the one who asks: language of the query or the interface, and the time."""

    language: str = ""
    named_products: frozenset[str] = frozenset()
    now: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranked:
    """A candidate with its score, the share of the query it covers, and why it was found."""

    candidate: Candidate
    score: float
    coverage: float
    reasons: tuple[Reason, ...]


def pack_counts(counts: Iterable[int]) -> int:
    """Pack one count per field of `FIELDS` into an integer, each at most `MAX_COUNT`."""
    packed = 0
    for shift, count in zip(SHIFTS, counts, strict=True):
        packed |= min(count, MAX_COUNT) << shift
    return packed


def unpack_counts(packed: int) -> tuple[int, ...]:
    """Return the counts per field that `pack_counts` packed."""
    return tuple(packed >> shift & MAX_COUNT for shift in SHIFTS)


def rank(
    candidates: Iterable[Candidate],
    words: Sequence[QueryWord],
    statistics: Statistics,
    reader: Reader = Reader(),
    weights: Weights = WEIGHTS,
) -> list[Ranked]:
    """Return the candidates best first; equal scores are ordered by id."""
    scorer = Scorer(words, statistics, weights)
    ranked = [scorer.ranked(candidate, reader) for candidate in candidates]
    return sorted(ranked, key=lambda each: (-each.score, each.candidate.id))


def answerable(ranked: Sequence[Ranked]) -> float:
    """Return 0 to 1: how well the best hits cover the content words of the query."""
    if not ranked:
        return 0.0
    return max(each.coverage for each in ranked[:3])


class Scorer:
    """Scores candidates for one query; what depends on the query alone is computed once."""

    def __init__(self, words: Sequence[QueryWord], statistics: Statistics, weights: Weights):
        self.words = words
        self.statistics = statistics
        self.weights = weights
        self.rarity = {
            term: statistics.rarity(term)
            for word in words
            for term in (word.exact, *(each.term for each in word.terms()))
        }
        self.importance = [self._importance(word) for word in words]
        self.total_importance = sum(self.importance) or 1.0
        self.norms = [
            weight / max(average, 1.0)
            for weight, average in zip(weights.length, statistics.average_lengths, strict=True)
        ]

    def _importance(self, word: QueryWord) -> float:
        """How much a word matters: the rarity of its commonest form, as if found once."""
        found = [
            self.rarity[each.term]
            for each in word.alternatives
            if self.statistics.frequencies.get(each.term) and each.weight >= 0.5
        ]
        return min(found, default=math.log(1 + self.statistics.documents / 0.5))

    def ranked(self, candidate: Candidate, reader: Reader) -> Ranked:
        """Score one candidate."""
        scales = self._field_scales(candidate.lengths)
        points, covered, in_title, reasons = 0.0, 0.0, 0.0, []
        for word, importance in zip(self.words, self.importance, strict=True):
            found = self._word_points(word, candidate.counts, scales)
            if found is None:
                continue
            word_points, share, title, reason = found
            points += word_points
            covered += share * importance
            in_title += title * importance
            reasons.append(reason)
        coverage = covered / self.total_importance
        points *= 1 + self.weights.coverage * coverage
        points *= 1 + self.weights.title * self._title_match(candidate, in_title, len(reasons))
        points *= self._prior(candidate, reader)
        return Ranked(candidate=candidate, score=points, coverage=coverage, reasons=tuple(reasons))

    def _field_scales(self, lengths: Sequence[int]) -> list[float]:
        return [
            weight / (1 - b + norm * length)
            for weight, b, norm, length in zip(
                self.weights.fields, self.weights.length, self.norms, lengths, strict=True
            )
        ]

    def _word_points(self, word: QueryWord, counts: Mapping[str, int], scales: list[float]):
        """Return (points, share found, share in title, reason) of one word, or None."""
        best, reason, share, title = 0.0, None, 0.0, 0.0
        for each in word.alternatives:
            points = self._term_points(each, counts, scales)
            if points > best:
                best, reason, share = points, each.reason, each.weight
                title = each.weight * (counts[each.term] & _TITLE > 0)
        pieces = [each for each in word.elements if each.term in counts]
        together = sum(self._term_points(each, counts, scales) for each in pieces)
        if together > best:
            best = together
            reason = reason if reason == "code" else pieces[0].reason
            share = min(sum(each.weight for each in pieces), 1.0)
            title = sum(each.weight for each in pieces if counts[each.term] & _TITLE)
        if reason is None:
            return None
        if word.exact in counts:
            exact = QueryTerm(term=word.exact, weight=self.weights.exact, reason="exact")
            best += self._term_points(exact, counts, scales)
            reason = "exact" if reason == "word-form" else reason
        return best, share, title, Reason(word=word.text, how=reason)

    def _term_points(
        self, term: QueryTerm, counts: Mapping[str, int], scales: list[float]
    ) -> float:
        packed = counts.get(term.term)
        if not packed:
            return 0.0
        amount = 0.0
        for shift, scale in zip(SHIFTS, scales, strict=True):
            count = packed >> shift & MAX_COUNT
            if count:
                amount += count * scale
        k1 = self.weights.saturation
        return term.weight * self.rarity[term.term] * amount * (k1 + 1) / (amount + k1)

    def _title_match(self, candidate: Candidate, in_title: float, found: int) -> float:
        """Return 0 to 1: how much of the query the title has, and of the title the query."""
        if not in_title:
            return 0.0
        of_query = in_title / self.total_importance
        # Each word leaves about two terms: its stem and its written form.
        of_title = min(2 * found / max(candidate.lengths[0], 1), 1.0)
        return 2 * of_query * of_title / (of_query + of_title)

    def _prior(self, candidate: Candidate, reader: Reader) -> float:
        factor = self._language(candidate.language, reader.language)
        factor *= self.weights.authority.get(candidate.authority, 1.0)
        if not reader.named_products.intersection(candidate.products):
            factor *= self.weights.product_status.get(candidate.product_status, 1.0)
        if reader.now and candidate.updated_at:
            days = max((reader.now - candidate.updated_at).total_seconds() / 86400, 0.0)
            freshness = 0.5 ** (days / self.weights.half_life_days)
            factor *= 1 - self.weights.recency * (1 - freshness)
        return factor

    def _language(self, own: str, wanted: str) -> float:
        if not own or not wanted or own == wanted:
            return 1.0
        if "en" in (own, wanted):
            return self.weights.other_language
        return self.weights.other_norwegian
