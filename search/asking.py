"""A search by a person: parsed, found in the engine, and every hit checked by the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from search import querylog
from search.indexing import engine
from search.parser import parse_query
from search.registry import registry
from search.types import Filters, Page


def search(
    text: str,
    *,
    user,
    visibility: Collection[str],
    language: str,
    now: datetime,
    place: str,
    filters: Filters | None = None,
    product_names: Mapping[str, str] | None = None,
    page: int = 1,
    size: int = 10,
    facets: bool = True,
    log: bool = True,
) -> Page:
    """A page of what this person may see. Never an error for any text.

    `visibility` are the person's tokens; `place` says where in the site it was asked. Raises
    EngineUnavailable when the index cannot be read.
    """
    query = parse_query(text)
    found = engine().search(
        query,
        visibility=visibility,
        filters=filters,
        page=page,
        size=size,
        language=language,
        now=now,
        facets=facets,
    )
    checked = registry.recheck_page(found, user)
    if log:
        querylog.note(text, checked, language=language, place=place, now=now)
    return checked
