"""What editors put first, on the search page and while somebody writes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.editors_words import remove, save_best_bet, save_synonym
from search.models import BestBet
from tests.factories import make_article
from tests.portal.desk.pages import text_of

SEARCH, SUGGESTIONS = "/sok/", "/sok/forslag/"


@pytest.fixture
def delegation(db, indexed):
    """An article that says nothing of access, put first for it, beside one that does."""
    article = make_article(title="Delegering", answer="Slik delegerer du.")
    make_article(title="Tilgang til tjenester", answer="Om tilgang.")
    indexed()
    save_best_bet(
        phrases="hvordan får jeg tilgang",
        document=f"article:{article.pk}",
        within=False,
        position=1,
    )
    return article


def titles(response) -> list[str]:
    """The titles of the hits, in order."""
    found = re.findall(r'<li class="hit">.*?<h2[^>]*><a[^>]*>(.*?)</a>', response.text, flags=re.S)
    return [re.sub(r"<[^>]+>", "", title) for title in found]


@pytest.mark.parametrize(
    ("language", "mark", "reason"),
    [
        ("nb", "Anbefalt av redaksjonen", "er anbefalt av redaksjonen for «hvordan får jeg"),
        ("nn", "Tilrådd av redaksjonen", "er tilrådd av redaksjonen for «hvordan får jeg"),
        ("en", "Recommended by the editors", "is recommended by the editors for “hvordan"),
    ],
)
def test_a_best_bet_is_first_and_marked(delegation, browser, language, mark, reason):
    page = browser(language=language).get(SEARCH, {"q": "korleis får eg tilgong"})
    assert titles(page) == ["Delegering", "Tilgang til tjenester"]
    text = text_of(page)
    assert text.count(mark) == 1 and reason in text
    assert "Ingen treff dekker" not in text


def test_a_best_bet_is_gone_when_its_page_is_unpublished_and_when_it_is_removed(
    delegation, browser
):
    visitor = browser()
    assert titles(visitor.get(SEARCH, {"q": "tilgang"}))[0] == "Delegering"
    delegation.unpublish()
    assert titles(visitor.get(SEARCH, {"q": "tilgang"})) == ["Tilgang til tjenester"]
    assert offered(visitor, "hvordan får j") == []
    delegation.save_revision().publish()
    remove(BestBet.objects.get())
    assert titles(visitor.get(SEARCH, {"q": "tilgang"})) == ["Tilgang til tjenester"]


def test_a_best_bet_does_not_stand_out_where_another_page_is_found(delegation, browser):
    assert "Recommended" not in text_of(browser().get(SEARCH, {"q": "tjenester"}))


def offered(client, written: str) -> list[str]:
    """The titles offered while somebody writes."""
    return [each["title"] for each in client.get(SUGGESTIONS, {"q": written}).json()["suggestions"]]


def test_a_best_bet_is_offered_first_while_its_phrase_is_written(delegation, browser):
    visitor = browser(language="nb")
    assert offered(visitor, "korleis får eg tilg") == ["Delegering"]
    assert offered(visitor, "tilg") == ["Delegering", "Tilgang til tjenester"]
    assert offered(visitor, "tjen") == ["Tilgang til tjenester"]


def test_a_best_bet_in_another_language_is_still_offered_first(delegation, browser):
    type(delegation).objects.filter(pk=delegation.pk).update(language="en")
    assert offered(browser(language="nb"), "tilg")[0] == "Delegering"


def test_a_synonym_finds_the_page_and_says_so(delegation, browser):
    save_synonym(words="dings", others="delegering", two_way=True)
    page = browser().get(SEARCH, {"q": "dings"})
    assert titles(page) == ["Delegering"]
    assert "has a word that means the same as “dings”" in text_of(page)


def test_the_search_page_reads_one_row_more_than_before_and_no_more_with_many_words(
    delegation, browser
):
    def statements() -> int:
        visitor = browser()
        visitor.get(SEARCH, {"q": "tilgang"})
        with CaptureQueriesContext(connection) as captured:
            visitor.get(SEARCH, {"q": "tilgang"})
        tables = [query["sql"] for query in captured if "search_editorsversion" in query["sql"]]
        assert len(tables) == 1
        return len(captured)

    before = statements()
    for number in range(26):
        save_synonym(words=f"dings{number}", others=f"duppeditt{number}", two_way=True)
    assert statements() == before
