"""Suggested articles in the written standard of the one who asks, where there is such a version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q

from accounts.models import User
from cms.guidance.models import ArticlePage
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
    found = _versions(others, language)
    seen = registry.recheck(list(found.values()), user)
    known = {each.id: each for each in registry.get_documents(seen)}
    return {others[number]: known[version] for number, version in found.items() if version in known}


def _versions(numbers: Iterable[int], language: str) -> Mapping[int, str]:
    """By number of an article the id of its original or translation that is in the language."""
    own = ArticlePage.objects.filter(pk__in=list(numbers))
    originals = dict(own.values_list("pk", "translation_of"))
    roots = {number: original or number for number, original in originals.items()}
    family = ArticlePage.objects.live().filter(language=language)
    family = family.filter(Q(pk__in=roots.values()) | Q(translation_of__in=roots.values()))
    by_root = {
        original or pk: f"article:{pk}"
        for pk, original in family.order_by("-pk").values_list("pk", "translation_of")
    }
    return {number: by_root[root] for number, root in roots.items() if root in by_root}
