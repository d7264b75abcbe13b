"""Putting what editors chose before what was found, as far as it exists for whoever asks."""

from collections.abc import Sequence
from dataclasses import replace

from search.candidates import Candidate
from search.contract import CandidateSource, Retrieval
from search.ranking import Ranked
from search.types import Reason, Suggestion
from search.vocabulary import Pin

MAX_PINNED = 5  # documents, of as many as are visible


def pinned_first(
    source: CandidateSource, pins: Sequence[Pin], limits: Retrieval, ranked: list[Ranked]
) -> tuple[list[Ranked], int]:
    """Return the hits with the pinned ones first, in their order, and how many those are.

    What is filtered away, excluded or hidden by `limits` is not put anywhere.
    """
    visible = _visible(source, pins, limits)
    known = {each.candidate.id: each for each in ranked}
    best = ranked[0].score if ranked else 0.0
    first: dict[str, Ranked] = {}
    for pin in [pin for pin in pins if pin.document in visible][:MAX_PINNED]:
        candidate = visible[pin.document]
        found = known.get(candidate.id)
        found = found or Ranked(candidate=candidate, score=0.0, coverage=0.0, reasons=())
        reasons = (Reason(word=pin.phrase, how="best-bet"), *found.reasons)
        first[candidate.id] = found._replace(score=best, reasons=reasons)
    others = [each for each in ranked if each.candidate.id not in first]
    return [*first.values(), *others], len(first)


def pinned_titles(
    source: CandidateSource, pins: Sequence[Pin], visibility: frozenset[str]
) -> list[Suggestion]:
    """Return the pinned documents a holder of `visibility` may see, in their order."""
    visible = _visible(source, pins, Retrieval(visibility=visibility, limit=0))
    texts = source.texts(list(visible))
    return [
        Suggestion(id=each.id, kind=each.kind, title=texts[each.id].title)
        for pin in pins
        if (each := visible.get(pin.document)) and each.id in texts
    ]


def _visible(
    source: CandidateSource, pins: Sequence[Pin], limits: Retrieval
) -> dict[str, Candidate]:
    ids = frozenset(pin.document for pin in pins)
    retrieved = source.retrieve(replace(limits, only=ids, limit=len(ids), facets=False))
    return {each.id: each for each in retrieved.candidates.documents}
