"""The order of the hits: one pure function of candidates, query words and corpus statistics.

Every engine hands over the same values, so every engine gives the same order. The heart is what
the words found are worth (`search.scoring`). To that, relative to the best candidate, come how
near the meanings are and how alike the title's letters; and on all of it factors for language,
authority, the product's life and age (`search.weights`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from search.candidates import Candidate, Candidates, Statistics
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


class Ranked(NamedTuple):
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
    candidates: Candidates,
    words: Sequence[QueryWord],
    statistics: Statistics,
    reader: Reader = Reader(),
    weights: Weights = WEIGHTS,
    nearness: Sequence[float] | None = None,
) -> list[Ranked]:
    """Return the candidates, which tell of all terms of the words, best first.

    Equal scores are ordered by id. `nearness` tells in their order how near the meaning is to
    the query's (a cosine).
    """
    documents = candidates.documents
    near = nearness or [0.0] * len(documents)
    scorer = Scorer(words, statistics, weights)
    titles = TitleLikeness(_importance_of_letters(words, scorer.importance))
    found = scorer.score(candidates)
    alike = titles.of_all([each.title_words for each in documents])
    scored = found.points / (found.points.max(initial=0.0) or 1.0)
    scored += _weight_of_nearness(len(words), weights) * np.maximum(near, 0.0)
    scored += weights.likeness * np.array(alike) + weights.closeness * found.closeness
    scored *= [prior(each, reader, weights) for each in documents]
    scores = _lifted(scored.tolist(), documents, weights)
    scores = _own_version_first(scores, documents, reader.language)
    ranked = [
        Ranked(candidate, score, coverage, tuple(reasons), points, title, cosine, likeness)
        for candidate, score, coverage, reasons, points, title, cosine, likeness in zip(
            documents,
            scores,
            found.coverage.tolist(),
            found.reasons,
            found.points.tolist(),
            found.title.tolist(),
            near,
            alike,
            strict=True,
        )
    ]
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


def _lifted(
    scores: Sequence[float], documents: Sequence[Candidate], weights: Weights
) -> list[float]:
    """Let what one version of a page says count for its other versions, somewhat less."""
    least: dict[str, float] = {"": 0.0}
    for score, each in zip(scores, documents, strict=True):
        if key := each.translation_key:
            least[key] = max(least.get(key, 0.0), weights.other_version * score)
    return [
        max(score, least[each.translation_key])
        for score, each in zip(scores, documents, strict=True)
    ]


def _own_version_first(
    scores: Sequence[float], documents: Sequence[Candidate], language: str
) -> list[float]:
    """Let the version in the reader's language have the best score of its page's versions.

    They say the same, so which of them has the words of the query a little better is chance.
    """
    versions: dict[str, list[int]] = {}
    for place, each in enumerate(documents):
        if each.translation_key:
            versions.setdefault(each.translation_key, []).append(place)
    exchanged = list(scores)
    for same in versions.values():
        same.sort(key=lambda place: (documents[place].language != language, -scores[place]))
        best_first = sorted((scores[place] for place in same), reverse=True)
        for place, score in zip(same, best_first, strict=True):
            exchanged[place] = score
    return exchanged


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
