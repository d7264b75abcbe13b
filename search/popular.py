"""Searches that many make and that lead somewhere, offered to those who may see where.

Nobody is offered words that led anybody to something they may not see themselves: a hidden title
is not told by the searches for it either. Which are popular is decided in `search.counting`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from search.models import KnownQuery
from search.querylog import key_of
from search.registry import registry

CONSIDERED = 4  # times as many as are shown: some led to what the person may not see


@dataclass(frozen=True, kw_only=True)
class PopularQuery:
    """Words many search for, the language they mostly are searched in, and what was opened."""

    text: str
    language: str
    documents: tuple[str, ...]


def beginning(prefix: str, *, limit: int) -> list[PopularQuery]:
    """What may become of what somebody is writing, most popular first; to be given to `visible`."""
    written = key_of(prefix)
    return _read(_offered().filter(text__startswith=written).exclude(text=written), limit)


def most_popular(*, languages: Sequence[str], limit: int, user) -> list[PopularQuery]:
    """What most search for, in the first of the languages that has anything this person may see."""
    for language in languages:
        found = _read(_offered().filter(language=language), limit)
        ids = {each for query in found for each in query.documents}
        shown = visible(found, registry.recheck(ids, user))[:limit]
        if shown:
            return shown
    return []


def visible(found: Collection[PopularQuery], allowed: Collection[str]) -> list[PopularQuery]:
    """Those that led to nothing but what is allowed."""
    return [each for each in found if each.documents and set(each.documents) <= set(allowed)]


def withhold(query: KnownQuery, *, withheld: bool) -> None:
    """Offer words to nobody from now on, however popular they are, or offer them again."""
    KnownQuery.objects.filter(pk=query.pk).update(withheld=withheld)


def _offered() -> QuerySet[KnownQuery]:
    return KnownQuery.objects.filter(popularity__gt=0, withheld=False)


def _read(rows: QuerySet[KnownQuery], limit: int) -> list[PopularQuery]:
    values = rows.order_by("-popularity", "text").values_list("text", "language", "documents")
    return [
        PopularQuery(text=text, language=language, documents=tuple(documents))
        for text, language, documents in values[: CONSIDERED * limit]
    ]
