"""An article that exists in several languages is offered once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cms.guidance.queries import originals
from search.registry import kind_of, number_of
from triage.suggestions.suggest import Suggested


def once_each(found: Sequence[Suggested], language: str) -> list[Suggested]:
    """What was found, best first, without articles that say what an earlier one says.

    Of an article's versions that were found the one in `language` is kept, else the best one; it
    has the place of the best one.
    """
    family = _families(each.id for each in found)
    kept: dict[object, Suggested] = {}
    for each in found:
        name = family.get(each.id, each.id)
        if name not in kept or (each.language == language != kept[name].language):
            kept[name] = each
    return list(kept.values())


def _families(document_ids: Iterable[str]) -> dict[str, int]:
    """By id of an article's document the number of the original of its text."""
    numbers = {
        document: number
        for document in document_ids
        if kind_of(document) == "article" and (number := number_of(document)) is not None
    }
    if len(numbers) < 2:  # one alone says nothing twice
        return {}
    known = originals(numbers.values())
    return {document: known[number] for document, number in numbers.items() if number in known}
