"""Every place where words from the index, or what people did with them, are shown to somebody."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone, translation

from accounts.visibility import tokens_for
from portal.selfservice import leads, suggesting
from portal.selfservice.search_request import SearchRequest
from search import indexing
from search.asking import search
from search.current_words import current
from search.editors_words import save_best_bet
from search.models import KnownQuery
from search.registry import registry
from search.types import Page
from tests.search.hiding import BESIDE, MISSPELLED, PLACE, WORD, Hidden
from triage.suggestions.suggest import suggest

FEEDS = (
    "/community/nye.atom",
    "/community/ubesvarte.atom",
    f"/community/produkt/{PLACE}.atom",
    "/community/sitemap-0.xml",
    "/community/",
)
POPULAR = f"{WORD} i huset"
TEXTS = (f"Hva er en {WORD}, og er den farlig?", f"Vi har rør med varmtvann og {WORD}.")


def asked(text: str, user) -> Page:
    """What the person is shown."""
    return search(
        text,
        user=user,
        visibility=tokens_for(user),
        language="nb",
        now=timezone.now(),
        place="search",
    )


def make_known(hidden_id: str) -> None:
    """Make a best bet of what is hidden, and a popular search that leads to it."""
    if ":" in hidden_id:
        phrases = f"{WORD}\n{BESIDE} {MISSPELLED}"
        save_best_bet(phrases=phrases, document=hidden_id, within=True, position=1)
        KnownQuery.objects.create(
            text=POPULAR,
            last_day=timezone.localdate(),
            popularity=9,
            language="nb",
            documents=[hidden_id],
        )


def titles(prefix: str, user) -> list[str]:
    """The titles the engine gives that the database lets the person see."""
    found = indexing.engine().suggest(prefix, visibility=tokens_for(user), editors=current())
    allowed = registry.recheck([each.id for each in found], user)
    return [each.title for each in found if each.id in allowed]


def places(user, part_of: str = "") -> set[str]:
    """Where this person is told of `WORD`, or finds `part_of` by it."""
    page, beside = asked(WORD, user), asked(f"{BESIDE} {MISSPELLED}", user)
    told = {
        "hit": any(WORD in repr(each) for each in (*page.hits, *beside.hits)),
        "found by it": part_of in [each.id for each in page.hits],
        "count": page.total > len(page.hits) or beside.total > len(beside.hits),
        "facet": _facets_tell(page) or _facets_tell(beside),
        "did you mean": WORD in page.did_you_mean or WORD in beside.did_you_mean,
        "title": any(WORD in each for each in titles("kvante", user)),
        "suggestion": _suggested(user),
    }
    with translation.override("nb"):
        offered = [each["title"] for each in suggesting.offers("kvante", user=user)]
        popular = [each["title"] for each in suggesting.popular(user=user)]
        led = leads.leads_on(SearchRequest(words=f"{WORD} {BESIDE} -{BESIDE}"), user=user).easier
    told["typeahead"] = any(WORD in each for each in offered if each != POPULAR)
    told["typeahead, searches"] = POPULAR in offered
    told["popular"] = POPULAR in popular
    told["lead"] = any(WORD in each.address and BESIDE not in each.address for each in led)
    return {place for place, tells in told.items() if tells}


def traces(user, hidden: Hidden) -> set[str]:
    """Where this person is told of what is hidden; the product of what is left is no trace."""
    found = places(user, hidden.part_of or "nothing")
    if hidden.part_of.startswith("question"):
        found.discard("facet")
    return found


def _facets_tell(page: Page) -> bool:
    return any(word in repr(page.facets) for word in (PLACE, "ticket", "question"))


def _suggested(user) -> bool:
    """In what is offered while somebody writes a case or a question, and to the desk."""
    return any(
        WORD in repr(each)
        for text in TEXTS
        for each in suggest(text, user=user, language="nb", now=timezone.now(), limit=8)
    )


def feeds_tell() -> bool:
    """Whether what is the same for everybody has the word: feeds, sitemap, list of questions."""
    pages = [Client().get(address) for address in FEEDS]
    assert {page.status_code for page in pages} <= {200, 404}  # there may be no such product
    return any(WORD in page.content.decode() for page in pages)
