"""Suggested articles in the written standard of the one who asks, where there is such a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from accounts.models import User
from cms.guidance.queries import versions_in
from search.registry import kind_of, number_of, registry
from search.types import Document


def versions(documents: Iterable[Document], language: str, user: User) -> Mapping[str, Document]:
    """By id of an article in another language, its version in this one that the user may see."""
    others = {
        number: each.id
        for each in documents
        if each.language != language
        and kind_of(each.id) == "article"
        and (number := number_of(each.id)) is not None
    }
    if not others:
        return {}
    found = {
        number: f"article:{version}" for number, version in versions_in(language, others).items()
    }
    seen = registry.recheck(list(found.values()), user)
    known = {each.id: each for each in registry.get_documents(seen)}
    return {others[number]: known[version] for number, version in found.items() if version in known}
