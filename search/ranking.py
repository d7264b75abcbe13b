"""The order of the hits: one pure function of candidates, query words and corpus statistics.

Every engine hands over the same values, so every engine gives the same order. The heart is what
the words found are worth (`search.scoring`). To that, relative to the best candidate, come how
near the meanings are and how alike the title's letters; and on all of it factors for language,
authority, the product's life and age (`search.weights`).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from search.candidates import Candidate, Statistics
from search.likeness import TitleLikeness
from search.scoring import Scorer
from search.text.analysis import QueryWord
from search.text.tokens import fold_letters
from search.types import Reason
from search.weights import WEIGHTS, Weights

FIFTH, TWENTIETH = 4, 19  # the places the best is compared with, from 0
ENOUGH_COVERED = 0.55  # of a query; more says little more
MOST_OUTSTANDING = 19.0  # points
MOST_AGREEING = 2.3  # of a score: the best in words, and much more by meaning and title


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
    near, candidates = nearness or {}, list(candidates)
    scorer = Scorer(words, statistics, weights)
    titles = TitleLikeness(_importance_of_letters(words, scorer.importance))
    found = scorer.score(candidates)
    best = max((each.points for each in found), default=0.0) or 1.0
    nearness_weight = _weight_of_nearness(len(words), weights)
    alike = titles.of_all([candidate.title_words for candidate in candidates])
    ranked = []
    for candidate, each, likeness in zip(candidates, found, alike, strict=True):
        cosine = near.get(candidate.id, 0.0)
        score = each.points / best
        score += nearness_weight * max(cosine, 0.0) + weights.likeness * likeness
        score += weights.closeness * each.closeness
        score *= prior(candidate, reader, weights)
        ranked.append(
            Ranked(
                candidate=candidate,
                score=score,
                coverage=each.coverage,
                reasons=each.reasons,
                points=each.points,
                title=each.title,
                nearness=cosine,
                likeness=likeness,
            )
        )
    ranked = _own_version_first(_lifted(ranked, weights), reader.language)
    return sorted(ranked, key=lambda each: (-each.score, each.candidate.id))


def _importance_of_letters(
    words: Sequence[QueryWord], importance: Sequence[float]
) -> dict[str, float]:
    return {
        fold_letters(word.exact[1:]): each for word, each in zip(words, importance, strict=True)
    }


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
    least = {key: weights.other_version * score for key, score in best.items()}
    return [
        replace(each, score=lifted)
        if (lifted := least.get(each.candidate.translation_key, 0.0)) > each.score
        else each
        for each in ranked
    ]


def _own_version_first(ranked: Sequence[Ranked], language: str) -> list[Ranked]:
    """Let the version in the reader's language have the best score of its page's versions.

    They say the same, so which of them has the words of the query a little better is chance.
    """
    versions: dict[str, list[Ranked]] = {}
    for each in ranked:
        if each.candidate.translation_key:
            versions.setdefault(each.candidate.translation_key, []).append(each)
    exchanged: dict[str, Ranked] = {}
    for same in versions.values():
        if len(same) == 1:
            continue
        scores = sorted((each.score for each in same), reverse=True)
        same.sort(key=lambda each: (each.candidate.language != language, -each.score))
        for each, score in zip(same, scores, strict=True):
            exchanged[each.candidate.id] = replace(each, score=score)
    return [exchanged.get(each.candidate.id, each) for each in ranked]


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
