"""The order of the hits: one pure function of candidates, query words and corpus statistics.

Every engine hands over the same values, so every engine gives the same order. The heart is a
BM25 with fields (Robertson and Zaragoza's BM25F: counts are weighted and length-normalised per
field, then saturated together), and the same for the best passage, times factors for how much
of the query is covered and for the title. To that, relative to the best candidate, come how near
the meanings are and how alike the title's letters; and on all of it factors for language,
authority, the product's life and age. All weights have names here; docs/decisions tells how they
were chosen.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from search.likeness import TitleLikeness
from search.text.analysis import QueryTerm, QueryWord
from search.text.tokens import fold_letters
from search.types import Authority, ProductStatus, Reason

FIELDS = ("title", "summary", "headings", "body", "search_words", "link_texts", "questions")
BODY = FIELDS.index("body")
BITS_PER_FIELD = 6
MAX_COUNT = 2**BITS_PER_FIELD - 1
# Where each field's count lies in a packed number: body lowest, since most terms occur only there.
SHIFTS = tuple(BITS_PER_FIELD * place for place in (3, 2, 1, 0, 4, 5, 6))
_TITLE = MAX_COUNT << SHIFTS[0]
FIFTH, TWENTIETH = 4, 19  # the places the best is compared with, from 0
ENOUGH_COVERED = 0.55  # of a query; more says little more
MOST_OUTSTANDING = 19.0  # points
MOST_AGREEING = 2.0  # of a score: the best in words, and much more by meaning and title
USUAL_PASSAGE = 110.0  # terms
DEFAULT_LENGTHS = (12.0, 40.0, 40.0, 500.0, 10.0, 10.0, 20.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Everything that can be tuned. Order of field weights as in `FIELDS`."""

    fields: tuple[float, ...] = (5.0, 1.6, 1.15, 1.0, 2.5, 2.5, 2.5)
    length: tuple[float, ...] = (0.55, 0.4, 0.5, 0.75, 0.4, 0.4, 0.4)  # BM25's b per field
    saturation: float = 2.0  # BM25's k1
    exact: float = 0.3  # added for the word as written
    passage: float = 0.27  # the best passage, beside the document as a whole
    passage_length: float = 0.97  # BM25's b for passages
    passage_saturation: float = 4.5
    coverage: float = 1.0  # how strongly covering more of the query's words counts
    title: float = 0.65  # a title that says the same as the query
    nearness: float = 0.2  # of meaning; the best score of words is 1
    nearness_of_letter: float = 0.5  # where single words say less, from `letter` words on
    letter: tuple[int, int] = (3, 9)  # words: below the first a query, from the second a letter
    likeness: float = 0.3  # of the title's letters
    other_language: float = 0.75  # factor for another language than the reader's
    other_norwegian: float = 0.95  # factor for the other written standard
    other_version: float = 0.8  # least share of its best version's score that a page has
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
    # Of `answerable`: enough covered, words stand out, coverage stands out, title, all agree.
    answerable: tuple[float, ...] = (0.7, 0.3, 0.2, 0.15, 0.45)
    # Nine of ten judged queries that have an answer reach this, one of fifteen far-off ones.
    good_answer: float = 0.54


WEIGHTS = Weights()


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A document an engine found, with what ranking needs to know of it.

    `counts` maps a term to its packed counts per field (`pack_counts`), `lengths` holds the
    number of terms per field, `products` the slugs. Of a body with several passages, `passages`
    maps a term to a character for each time it occurs, the passage's own, and `passage_length`
    is their number of terms. `meaning` is the stored vector (`search.meaning.packed`).
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
    passages: Mapping[str, str] = field(default_factory=dict)
    passage_length: float = 0.0
    title_words: tuple[str, ...] = ()
    translation_key: str = ""
    meaning: bytes = b""


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
    """A candidate with its score, the share of the query it covers, and why it was found.

    `points` are what its words are worth, relative to what the query's words matter; `title` is
    how much its title and the query have of each other, and `nearness` and `likeness` (0 to 1)
    are those of its meaning and of its title's letters.
    """

    candidate: Candidate
    score: float
    coverage: float
    reasons: tuple[Reason, ...]
    points: float = 0.0
    title: float = 0.0
    nearness: float = 0.0
    likeness: float = 0.0


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
    nearness: Mapping[str, float] | None = None,
) -> list[Ranked]:
    """Return the candidates best first; equal scores are ordered by id.

    `nearness` maps ids to how near the meaning is to the query's (a cosine).
    """
    near = nearness or {}
    scorer = Scorer(words, statistics, weights)
    found = [scorer.ranked(candidate) for candidate in candidates]
    best = max((each.points for each in found), default=0.0) or 1.0
    nearness_weight = _weight_of_nearness(len(words), weights)
    scored = []
    for each in found:
        cosine, likeness = near.get(each.candidate.id, 0.0), scorer.likeness(each.candidate)
        score = each.points / best
        score += nearness_weight * max(cosine, 0.0) + weights.likeness * likeness
        score *= prior(each.candidate, reader, weights)
        scored.append(replace(each, score=score, nearness=cosine, likeness=likeness))
    return sorted(_lifted(scored, weights), key=lambda each: (-each.score, each.candidate.id))


def _weight_of_nearness(words: int, weights: Weights) -> float:
    shortest, longest = weights.letter
    share = min(max((words - shortest) / (longest - shortest), 0.0), 1.0)
    return weights.nearness + share * (weights.nearness_of_letter - weights.nearness)


def _lifted(ranked: Sequence[Ranked], weights: Weights) -> list[Ranked]:
    """Let what one version of a page says count for its other versions, somewhat less."""
    best: dict[str, float] = {}
    for each in ranked:
        key = each.candidate.translation_key
        if key:
            best[key] = max(best.get(key, 0.0), each.score)
    return [
        replace(each, score=max(each.score, lifted))
        if (lifted := weights.other_version * best.get(each.candidate.translation_key, 0.0))
        else each
        for each in ranked
    ]


def answerable(ranked: Sequence[Ranked], weights: Weights = WEIGHTS) -> float:
    """Return 0 to 1: how well the best hits cover what was asked.

    By how much of the query the first hit and the best of the first three have, how far the
    best words stand out from the twentieth's and the best coverage from the fifth's, whether a
    title among the first three says it, and whether words, meaning and title agree on the first.
    """
    if not ranked:
        return 0.0
    first, best = ranked[0], ranked[:3]
    coverage = (first.coverage + max(each.coverage for each in best)) / 2
    ahead = min(_ahead_of(TWENTIETH, [each.points for each in ranked]), MOST_OUTSTANDING)
    parts = (
        min(coverage / ENOUGH_COVERED, 1.0),
        math.log1p(ahead) / math.log1p(MOST_OUTSTANDING),
        _ahead_of(FIFTH, [each.coverage for each in ranked]),
        max(each.title for each in best),
        min(first.score / MOST_AGREEING, 1.0),
    )
    total = sum(weight * each for weight, each in zip(weights.answerable, parts, strict=True))
    return min(total / sum(weights.answerable), 1.0)


def _ahead_of(place: int, values: list[float]) -> float:
    """How far the largest is ahead of the one in this place, of 0 when there are not so many."""
    values.sort(reverse=True)
    return values[0] - (values[place] if len(values) > place else 0.0)


def prior(candidate: Candidate, reader: Reader, weights: Weights = WEIGHTS) -> float:
    """Return the factor for what is known of a document whatever is asked."""
    factor = _language(candidate.language, reader.language, weights)
    factor *= weights.authority.get(candidate.authority, 1.0)
    if not reader.named_products.intersection(candidate.products):
        factor *= weights.product_status.get(candidate.product_status, 1.0)
    if reader.now and candidate.updated_at:
        days = max((reader.now - candidate.updated_at).total_seconds() / 86400, 0.0)
        freshness = 0.5 ** (days / weights.half_life_days)
        factor *= 1 - weights.recency * (1 - freshness)
    return factor


def _language(own: str, wanted: str, weights: Weights) -> float:
    if not own or not wanted or own == wanted:
        return 1.0
    return weights.other_language if "en" in (own, wanted) else weights.other_norwegian


class Scorer:
    """Scores candidates for one query by its words; what depends on it alone is computed once."""

    def __init__(self, words: Sequence[QueryWord], statistics: Statistics, weights: Weights):
        self.words = words
        self.statistics = statistics
        self.weights = weights
        self.rarity = {
            term: statistics.rarity(term)
            for word in words
            for term in (word.exact, *(each.term for each in word.terms()))
        }
        self.exact = [
            QueryTerm(term=word.exact, weight=weights.exact, reason="exact") for word in words
        ]
        rarest = [self._importance(word) for word in words]
        self.importance = [each * word.strength for word, each in zip(words, rarest, strict=True)]
        self.worth = [self._worth(word, each) for word, each in zip(words, rarest, strict=True)]
        self.total_importance = sum(self.importance) or 1.0
        self.norms = [
            weight / max(average, 1.0)
            for weight, average in zip(weights.length, statistics.average_lengths, strict=True)
        ]
        self._titles = TitleLikeness(
            {
                fold_letters(word.exact[1:]): importance
                for word, importance in zip(words, self.importance, strict=True)
            }
        )

    def _worth(self, word: QueryWord, importance: float) -> dict[str, float]:
        """How much finding each term says: its rarity, another name no more than the word itself.

        (In a corpus with little English every English word is rare, and says no more for it.)
        """
        worth = {word.exact: self.rarity[word.exact] * word.strength}
        for each in word.terms():
            rarity = self.rarity[each.term]
            rarity = min(rarity, importance) if each.reason == "synonym" else rarity
            worth[each.term] = rarity * word.strength
        return worth

    def likeness(self, candidate: Candidate) -> float:
        """Return 0 to 1: how alike the letters of the title and of the query are."""
        return self._titles.of(candidate.title_words)

    def _importance(self, word: QueryWord) -> float:
        """How much a word matters: how rare its commonest form is, else its other names."""
        found = [
            (each.reason == "synonym", self.rarity[each.term])
            for each in word.alternatives
            if self.statistics.frequencies.get(each.term) and each.weight >= 0.5
        ]
        return min(found, default=(False, math.log(1 + self.statistics.documents / 0.5)))[1]

    def ranked(self, candidate: Candidate) -> Ranked:
        """Tell what one candidate's words are worth; the score is not known yet."""
        scales = self._field_scales(candidate.lengths)
        points, covered, in_title, reasons = 0.0, 0.0, 0.0, []
        passages: dict[str, float] = {}
        for number, (word, importance) in enumerate(zip(self.words, self.importance, strict=True)):
            found = self._word_points(number, candidate.counts, scales)
            if found is None:
                continue
            word_points, share, title, reason = found
            points += word_points
            covered += share * importance
            in_title += title * importance
            reasons.append(reason)
            self._add_passages(passages, number, word, candidate)
        coverage = covered / self.total_importance
        points += self.weights.passage * max(passages.values(), default=0.0)
        points *= 1 + self.weights.coverage * coverage
        title = self._title_match(candidate, in_title, len(reasons))
        points *= 1 + self.weights.title * title
        return Ranked(
            candidate=candidate,
            score=0.0,
            coverage=coverage,
            reasons=tuple(reasons),
            points=points / self.total_importance,
            title=title,
        )

    def _add_passages(self, passages: dict[str, float], number: int, word, candidate) -> None:
        """Add what one word is worth in each passage of the body."""
        b = self.weights.passage_length
        length = candidate.passage_length or candidate.lengths[BODY]
        scale = 1 / (1 - b + b * length / USUAL_PASSAGE)
        best: dict[str, float] = {}
        for each in word.alternatives:
            for passage, points in self._in_passages(number, each, candidate, scale):
                if points > best.get(passage, 0.0):
                    best[passage] = points
        together: dict[str, float] = {}
        for each in word.elements:
            for passage, points in self._in_passages(number, each, candidate, scale):
                together[passage] = together.get(passage, 0.0) + points
        for passage, points in together.items():
            best[passage] = max(best.get(passage, 0.0), points)
        for passage, points in self._in_passages(number, self.exact[number], candidate, scale):
            if passage in best:
                best[passage] += points
        for passage, points in best.items():
            passages[passage] = passages.get(passage, 0.0) + points

    def _in_passages(self, number: int, term: QueryTerm, candidate: Candidate, scale: float):
        """Yield each passage with the term, and what the term is worth there."""
        packed = candidate.counts.get(term.term)
        if not packed:
            return
        places = candidate.passages.get(term.term, "")
        if candidate.passage_length:
            counts = Counter(places)
        else:
            in_body = packed >> SHIFTS[BODY] & MAX_COUNT
            counts = {"": in_body} if in_body else {}
        k1 = self.weights.passage_saturation
        worth = term.weight * self.worth[number][term.term] * (k1 + 1)
        for passage, count in counts.items():
            amount = count * scale
            yield passage, worth * amount / (amount + k1)

    def _field_scales(self, lengths: Sequence[int]) -> list[float]:
        return [
            weight / (1 - b + norm * length)
            for weight, b, norm, length in zip(
                self.weights.fields, self.weights.length, self.norms, lengths, strict=True
            )
        ]

    def _word_points(self, number: int, counts: Mapping[str, int], scales: list[float]):
        """Return (points, share found, share in title, reason) of one word, or None."""
        word = self.words[number]
        best, reason, share, title = 0.0, None, 0.0, 0.0
        for each in word.alternatives:
            points = self._term_points(number, each, counts, scales)
            if points > best:
                best, reason, share = points, each.reason, each.weight
                title = each.weight * (counts[each.term] & _TITLE > 0)
        pieces = [each for each in word.elements if each.term in counts]
        together = sum(self._term_points(number, each, counts, scales) for each in pieces)
        if together > best:
            best = together
            reason = reason if reason == "code" else pieces[0].reason
            share = min(sum(each.weight for each in pieces), 1.0)
            title = sum(each.weight for each in pieces if counts[each.term] & _TITLE)
        if reason is None:
            return None
        if word.exact in counts:
            best += self._term_points(number, self.exact[number], counts, scales)
            reason = "exact" if reason in ("word-form", "synonym") else reason
        return best, share, title, Reason(word=word.text, how=reason)

    def _term_points(
        self, number: int, term: QueryTerm, counts: Mapping[str, int], scales: list[float]
    ) -> float:
        packed = counts.get(term.term)
        if not packed:
            return 0.0
        if packed <= MAX_COUNT:  # most terms occur in the body only
            amount = packed * scales[BODY]
        else:
            amount = 0.0
            for shift, scale in zip(SHIFTS, scales, strict=True):
                count = packed >> shift & MAX_COUNT
                if count:
                    amount += count * scale
        k1 = self.weights.saturation
        worth = term.weight * self.worth[number][term.term]
        return worth * amount * (k1 + 1) / (amount + k1)

    def _title_match(self, candidate: Candidate, in_title: float, found: int) -> float:
        """Return 0 to 1: how much of the query the title has, and of the title the query."""
        if not in_title:
            return 0.0
        of_query = in_title / self.total_importance
        # Each word leaves about two terms: its stem and its written form.
        of_title = min(2 * found / max(candidate.lengths[0], 1), 1.0)
        return 2 * of_query * of_title / (of_query + of_title)
