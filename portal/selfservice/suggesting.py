"""Titles and popular searches offered while somebody writes in the search box."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import structlog
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.visibility import reading_tokens_for, tokens_for
from portal.selfservice.offered import Offered, offered
from portal.selfservice.search_request import clean
from portal.selfservice.search_words import kind_name
from search import popular as popular_queries
from search.contract import EngineUnavailable
from search.current_words import current
from search.indexing import engine
from search.popular import PopularQuery
from search.text.redaction import mask_identity_numbers
from search.types import Suggestion
from search.vocabulary import EditorsWords

CASE = "ticket"
log = structlog.get_logger(__name__)

FEWEST_CHARACTERS = 2
LONGEST_PREFIX = 100
SHOWN = 8
QUERIES_SHOWN = 3
CASES_SHOWN = 3  # where there are other titles: the desk sees so many cases that they would fill it
POPULAR_SHOWN = 6
# Bokmål and nynorsk are read by all who read one of them; English comes after both.
PREFERRED = {"nb": ("nb", "nn", "en"), "nn": ("nn", "nb", "en"), "en": ("en", "nb", "nn")}


def offers(written: str, *, user) -> list[dict[str, str]]:
    """Title, kind, language and address of what this person may see; [] for anything odd.

    Pages the editors put first, then a few popular searches, then titles, those of cases last.
    """
    prefix = clean(written)[:LONGEST_PREFIX]
    language = translation.get_language()
    if len(prefix) < FEWEST_CHARACTERS or mask_identity_numbers(prefix, language).count:
        return []
    words = current()
    found = _titles(prefix, words, user)
    queries = popular_queries.beginning(prefix, limit=QUERIES_SHOWN)
    ids = {each.id for each in found} | {each for query in queries for each in query.documents}
    seen = offered(ids, user=user)
    chosen = {pin.document for pin in words.beginning(prefix)}
    titles = _rows(found, chosen, seen)
    first = [row for is_chosen, row in titles if is_chosen]
    asked = [_search(each) for each in popular_queries.visible(queries, seen)[:QUERIES_SHOWN]]
    return [*first, *asked, *(row for is_chosen, row in titles if not is_chosen)][:SHOWN]


def popular(*, user) -> list[dict[str, str]]:
    """What others often search for and this person may see the answers to, as links."""
    found = popular_queries.most_popular(
        languages=PREFERRED[translation.get_language()], limit=POPULAR_SHOWN, user=user
    )
    return [_search(each) for each in found]


def _titles(prefix: str, words: EditorsWords, user) -> list[Suggestion]:
    """Titles that fit; where cases leave no room for others, the others are asked for alone."""

    def ask(visibility: Collection[str]) -> list[Suggestion]:
        return engine().suggest(prefix, visibility=visibility, limit=2 * SHOWN, editors=words)

    try:
        found = ask(tokens_for(user))
        others = [each for each in found if each.kind != CASE]
        if len(found) < 2 * SHOWN or len(others) >= SHOWN:
            return found
        cases = [each for each in found if each.kind == CASE]
        return [*ask(reading_tokens_for(user)), *cases]
    except EngineUnavailable:
        log.warning("search suggestions are away")
        return []


def _rows(
    found: list[Suggestion], chosen: Collection[str], seen: Mapping[str, Offered]
) -> list[tuple[bool, dict[str, str]]]:
    """Titles with whether the editors chose them; theirs first, then by how they are read.

    Cases come last, a few of them where there is much else.
    """
    here = translation.get_language()
    order = PREFERRED[here]

    def place(each: Suggestion) -> int:
        return 0 if each.id in chosen else 1 + order.index(seen[each.id].language or here)

    others = [each for each in found if each.id in seen and each.kind != CASE]
    cases = [each for each in found if each.id in seen and each.kind == CASE]
    cases = cases[: max(SHOWN - len(others), CASES_SHOWN)]
    first = [*sorted(others, key=place)[: SHOWN - len(cases)], *cases]
    return [(each.id in chosen, _page(each, seen[each.id])) for each in first]


def _page(found: Suggestion, now: Offered) -> dict[str, str]:
    """As it is now, whatever the index says."""
    return _offer(now.title or found.title, kind_name(found.kind), now.language, now.address)


def _search(query: PopularQuery) -> dict[str, str]:
    address = f"{reverse('search')}?{urlencode({'q': query.text})}"
    return _offer(query.text, _("Search"), query.language, address)


def _offer(title: str, kind: str, language: str, address: str) -> dict[str, str]:
    return {"title": title, "kind": kind, "language": language, "address": address}
