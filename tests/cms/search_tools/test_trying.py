"""A search with and without what the editors wrote, side by side."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import PageViewRestriction

from cms.search_tools.sample import SampleError, load_search_words
from cms.search_tools.trying import trial
from search import indexing
from search.contract import EngineUnavailable
from search.editors_words import save_best_bet, save_stop_word, save_synonym
from search.models import BestBet, LoggedQuery, StopWord, Synonym
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def tried(text: str, user=None, language: str = "nb"):
    """A trial, told in English."""
    with translation.override("en"):
        return trial(text=text, user=user or AnonymousUser(), language=language, now=timezone.now())


def titles(lines) -> list[str]:
    """The titles of a side."""
    return [re.sub("<[^>]+>", "", line.title) for line in lines]


def test_a_best_bet_is_new_and_what_it_pushes_down_says_so(library, bet):
    both = tried("korleis får eg tilgong")
    assert titles(both.without) == ["Tilgang 0", "Tilgang 1", "Tilgang 2"]
    assert titles(both.with_words) == ["Delegering", *titles(both.without)]
    first, second = both.with_words[:2]
    assert (first.moved, first.direction) == ("new", "new")
    assert first.reasons[0] == "best bet for “hvordan får jeg tilgang”"
    assert first.address == reverse("wagtailadmin_pages:edit", args=[library.pk])
    assert (second.moved, second.direction) == ("down 1 place", "down")
    assert both.applied == ["The best bet “hvordan får jeg tilgang” fits."]
    assert not both.same and both.not_shown == []


@pytest.mark.parametrize("text", ["korleis får eg tilgong -webhook", "type:artikkel tilgang"])
def test_what_applied_is_told_of_the_words_that_are_searched_for(library, bet, text):
    save_stop_word(word="webhook")
    both = tried(text)
    assert both.with_words[0].reasons[0] == "best bet for “hvordan får jeg tilgang”"
    assert both.applied == ["The best bet “hvordan får jeg tilgang” fits."]


def test_a_best_bet_that_is_found_anyway_moves_up(library):
    last = titles(tried("tilgang").without)[-1]
    article = type(library).objects.get(title=last)
    save_best_bet(phrases="tilgang", document=f"article:{article.pk}", within=False, position=1)
    first = tried("tilgang").with_words[0]
    assert (first.moved, first.direction) == ("up 2 places", "up")
    assert first.reasons == ["best bet for “tilgang”", "has “tilgang”"]


def test_synonyms_and_stop_words_that_apply_are_told(library):
    save_synonym(words="dings", others="delegering", two_way=False)
    save_stop_word(word="tilgang")
    both = tried("dings tilgang")
    assert titles(both.with_words) == ["Delegering"]
    assert both.with_words[0].reasons == ["another name for “dings”"]
    assert {line.direction for line in both.without} == {"gone"}
    assert set(both.applied) == {
        "“dings” is found as “delegering” too.",
        "“tilgang” is passed over.",
    }


def test_where_nothing_fits_both_sides_are_the_same(library, bet):
    both = tried("tjenester")
    assert both.same and both.applied == [] and both.not_shown == []
    assert {line.direction for line in (*both.without, *both.with_words)} == {""}


def test_why_a_best_bet_is_not_shown_is_told(library, bet, editor):
    library.unpublish()
    draft = make_article(title="Et utkast", live=False)
    closed = make_article(title="Stengt")
    late = make_article(title="Fersk")
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    documents = [f"article:{draft.pk}", f"article:{closed.pk}", "article:999999"]
    for document in documents:
        save_best_bet(phrases="tilgang", document=document, within=False, position=2)
    save_best_bet(phrases="tilgang", document=f"article:{late.pk}", within=False, position=3)
    both = tried("tilgang")
    assert titles(both.with_words) == titles(both.without)
    assert [sentence.partition("leads to ")[2] for sentence in both.not_shown] == [
        "“Delegering”, which is not published.",
        "“Et utkast”, which is not published.",
        "“Stengt”, which this reader may not see.",
        "a page that is deleted.",
        "“Fersk”, which was published a moment ago, or is left out by what is searched for.",
    ]
    assert "“Stengt”, which was published a moment ago" in repr(tried("tilgang", editor).not_shown)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Prøv et søk", "Det anbefalte treffet «hvordan får jeg tilgang» passer.")),
        ("nn", ("Prøv eit søk", "Det tilrådde treffet «hvordan får jeg tilgang» passar.")),
    ],
)
def test_the_page_shows_both_sides_in_the_readers_language(
    library, bet, editor, client, language, words
):
    client.cookies["language"] = language
    asked = {"q": "tilgang", "whose": "reader", "language": "nb"}
    text = client.get(reverse("search_tools_try"), asked).content.decode()
    for each in (*words, "ned 1 plass"):
        assert each in text
    assert not LoggedQuery.objects.exists()


def test_without_words_there_is_only_the_form_and_odd_choices_are_refused(library, editor, client):
    address = reverse("search_tools_try")
    assert client.get(address).context["trial"] is None
    for asked in (
        {"q": ""},
        {"q": "x" * 500},
        {"q": "a", "whose": "x"},
        {"q": "a", "language": "x"},
    ):
        response = client.get(address, asked)
        assert response.status_code == 200 and response.context["form"].errors
    assert client.get(address, {"q": "\x00 ?!"}).status_code == 200
    assert client.get(address, {"q": "tilgang", "whose": "me"}).context["trial"].without


def test_a_link_that_says_the_words_alone_shows_as_whom_and_in_which_language_it_was_tried(
    library, editor, client
):
    client.cookies["language"] = "nn"
    page = client.get(reverse("search_tools_try"), {"q": "tilgang"}).content.decode()
    assert '<option value="nn" selected>' in page and '<option value="reader" selected>' in page


def test_when_the_engine_is_away_the_page_says_so(editor, client, monkeypatch):
    def away():
        raise EngineUnavailable("The index cannot be read")

    monkeypatch.setattr("search.asking.engine", away)
    response = client.get(reverse("search_tools_try"), {"q": "tilgang"})
    assert response.status_code == 200 and response.context["away"]


def test_what_is_written_while_the_engine_is_away_is_kept(editor, client, article, monkeypatch):
    monkeypatch.setattr(indexing, "engine", lambda: pytest.fail("needs no engine"))
    client.post(reverse("stop-words:add"), {"word": "digital", "seen": "0"})
    assert StopWord.objects.exists()


def test_a_trial_takes_as_many_statements_for_many_bets_as_for_one(library, bet):
    def statements() -> int:
        tried("tilgang")
        with CaptureQueriesContext(connection) as captured:
            tried("tilgang")
        return len(captured)

    def bet_on(number: int) -> None:
        save_best_bet(phrases="tilgang", document=f"article:{number}", within=False, position=2)

    bet_on(900000)
    before = statements()
    for number in range(900001, 900004):
        bet_on(number)
    assert statements() == before


def test_the_sample_is_loaded_once_and_names_what_is_missing(tmp_path, article):
    path = tmp_path / "search_words.yaml"
    path.write_text(
        f"best_bets: [{{phrases: [frist], article: {article.slug}}}]\n"
        "synonyms: [{words: [dings], others: [duppeditt], both_ways: true}]\n"
        "stop_words: [takk]\n"
    )
    assert (load_search_words(path), load_search_words(path)) == (3, 0)
    assert (BestBet.objects.count(), Synonym.objects.count(), StopWord.objects.count()) == (1, 1, 1)
    for model in (BestBet, Synonym, StopWord):
        model.objects.all().delete()
    path.write_text("best_bets: [{phrases: [frist], article: finnes-ikke}]")
    with pytest.raises(SampleError, match="finnes-ikke"):
        load_search_words(path)


def test_the_words_of_the_sample_are_fit_to_be_written_and_lead_to_its_articles(article, tmp_path):
    sample = Path(settings.BASE_DIR) / "sample"
    words = yaml.safe_load((sample / "search_words.yaml").read_text(encoding="utf-8"))
    for bet in words["best_bets"]:
        assert (sample / "articles" / f"{bet['article']}.md").exists()
        bet["article"] = article.slug if bet.get("position", 1) == 1 else "en-annen"
    make_article(slug="en-annen")
    path = tmp_path / "search_words.yaml"
    path.write_text(yaml.safe_dump(words))
    assert load_search_words(path) == sum(map(len, words.values()))
