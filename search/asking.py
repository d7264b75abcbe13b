"""A search by a person: parsed, found in the engine, and every hit checked by the database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from search import querylog
from search.current_words import current
from search.indexing import engine, waiting, withdrawn
from search.parser import parse_query
from search.registry import registry
from search.types import Filters, Page, Query, Sort
from search.vocabulary import EditorsWords

MOST_ROUNDS = 3


def understand(text: str) -> Query:
    """The query as written, with the names of kinds, products and audiences known in filters."""
    return parse_query(text, registry.names() if ":" in text else None)


def search(
    text: str,
    *,
    user,
    visibility: Collection[str],
    language: str,
    now: datetime,
    place: str,
    filters: Filters | None = None,
    page: int = 1,
    size: int = 10,
    facets: bool = True,
    log: bool = True,
    visitor: str = "",
    editors: EditorsWords | None = None,
    sort: Sort = Sort.BEST,
) -> Page:
    """A page of what this person may see. Never an error for any text.

    `visibility` are the person's tokens; `place` says where in the site it was asked, and
    `visitor` is what tells one browser from another today, of which nothing is kept. What editors
    have written applies as it is now, or as `editors` says. Raises EngineUnavailable when the
    index cannot be read.
    """
    query = understand(text)
    words = current() if editors is None else editors

    def find(facets: bool, without: Collection[str]) -> Page:
        return engine().search(
            query,
            visibility=visibility,
            filters=filters,
            page=page,
            size=size,
            language=language,
            now=now,
            facets=facets,
            without=without,
            editors=words,
            sort=sort,
        )

    checked = _checked(find, user=user, facets=facets)
    if not log:
        return checked
    line = querylog.note(text, checked, language=language, place=place, visitor=visitor, now=now)
    return replace(checked, logged=line)


def _checked(find, *, user, facets: bool) -> Page:
    """A page without a trace of what the person may not see now, though the index lags behind.

    Of documents that wait to be indexed, those withdrawn and those the person may not see are
    left out of the search itself, and so out of counts and spelling help; so are hits the
    database turns away. Where too much waits for that, only what was withdrawn is left out of the
    search, and checked hits are shown, alone.
    """
    lag = waiting()
    if lag is None:
        without = set(withdrawn())
    else:
        without = (lag.ids - registry.recheck(lag.ids, user)) | lag.withdrawn
    for _round in range(MOST_ROUNDS):
        found = find(facets and lag is not None, without)
        ids = {hit.id for hit in found.hits}
        gone = ids - registry.recheck(ids, user)
        if not gone:
            return found if lag is not None else replace(found, did_you_mean="")
        without |= gone
    hits = tuple(hit for hit in found.hits if hit.id not in gone)
    return replace(
        found, hits=hits, total=max(found.total - len(gone), 0), facets={}, did_you_mean=""
    )
