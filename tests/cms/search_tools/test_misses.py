"""What people search for and how it goes, as editors see it."""

import csv
import html
import io
import re
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.guidance.feedback import record_feedback
from cms.guidance.models import ArticlePage
from cms.search_tools.drafting import NoPlace, draft_for
from cms.search_tools.misses import PLACES
from portal.visitors import PARTS
from search.counting import count_searches
from search.editors_words import save_best_bet, save_synonym
from search.models import KnownQuery, LoggedQuery
from search.popular import beginning
from search.querylog import note, note_click
from search.types import Page
from tests.factories import make_article, make_team, make_user

pytestmark = pytest.mark.django_db

SEARCHES, ARTICLES = "search_tools_searches", "search_tools_articles"
NOTHING, FOUND = Page(), Page(total=4, answerable=0.8, has_good_answer=True)
POOR = Page(total=4, answerable=0.1)


def searched(text, *, page=FOUND, count=3, opens=None, days_ago=1, language="nb", place="home"):
    """Browsers of one day search for it, and open something."""
    at = timezone.now() - timedelta(days=days_ago)
    for number in range(count):
        who = {"visitor": f"{text} {number}", "now": at}
        line = note(text, page, language=language, place=place, **who)
        if opens:
            note_click(line=line, document=opens, position=1, **who)


def counted() -> None:
    """Count everything."""
    count_searches(timezone.now())


def rows_of(client, name=SEARCHES, **chosen) -> list[dict[str, str]]:
    """The report as a table, as a spreadsheet gets it."""
    response = client.get(reverse(name), {"export": "csv"} | chosen)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def words_of(client, **chosen) -> list[str]:
    """The words in the report, in order."""
    return [row["Searched for"] for row in rows_of(client, **chosen)]


def text_of(response) -> str:
    """The page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def used(editor, client, article):
    """Searches that went well and badly, counted; the editor's pages in English."""
    client.cookies["language"] = "en"
    searched("delegering", opens=f"article:{article.pk}")
    searched("webhook", page=NOTHING, place="search")
    searched("dødsbo", page=POOR)
    searched("rate limit", page=NOTHING, language="en", days_ago=40)
    searched("kari nordmann", page=NOTHING, count=2)
    counted()
    return article


def test_words_that_few_searched_for_are_counted_and_not_shown(used, client):
    response = client.get(reverse(SEARCHES))
    page = text_of(response)
    assert "kari nordmann" not in response.content.decode()
    assert "11 searches. 2 are not shown: fewer than 3 visitors searched for the same." in page
    assert words_of(client) == ["dødsbo", "webhook", "delegering"]


def test_neither_filters_nor_search_words_of_a_draft_reveal_rare_words(used, client):
    rare = KnownQuery.objects.get(text="kari nordmann")
    for chosen in ({"miss": "empty"}, {"period": "180"}, {"ordering": "text"}, {"q": "kari"}):
        assert "kari" not in " ".join(words_of(client, **chosen))
    for name in ("search_tools_draft", "search_tools_offer"):
        assert client.post(reverse(name, args=[rare.pk])).status_code == 404


def test_each_row_says_how_it_went(used, client):
    rows = {row["Searched for"]: row for row in rows_of(client, period="180")}
    webhook = rows["webhook"]
    assert [webhook[name] for name in ("Searches", "Without hits", "Given up")] == ["3", "3", "3"]
    assert rows["dødsbo"]["Without a good answer"] == "3" == rows["dødsbo"]["Nothing opened"]
    delegation = rows["delegering"]
    assert [delegation[name] for name in ("Searches", "Nothing opened", "Given up")] == [
        "3", "0", "0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"miss": "empty"}, {"webhook"}),
        ({"miss": "empty", "period": "90"}, {"webhook", "rate limit"}),
        ({"miss": "poor"}, {"dødsbo"}),
        ({"miss": "refined"}, set()),
        ({"language": "en", "period": "180"}, {"rate limit"}),
        ({"place": "search"}, {"webhook"}),
        ({"miss": "<b>", "period": "x", "language": "xx", "place": "'"}, None),
    ],
)
def test_the_report_is_limited_by_what_went_wrong_when_and_where(used, client, chosen, words):
    found = set(words_of(client, **chosen))
    assert found == (words if words is not None else {"webhook", "dødsbo", "delegering"})
    assert client.get(reverse(SEARCHES), chosen).status_code == 200
    assert client.get(reverse(f"{SEARCHES}_results"), chosen).status_code == 200


def test_a_search_that_begins_like_a_formula_is_no_formula(editor, client, article):
    client.cookies["language"] = "en"
    searched("=cmd()", page=NOTHING)
    counted()
    assert words_of(client) == ["'=cmd()"]


def test_scripts_in_searches_are_words(editor, client, article):
    searched("<script>alert(1)</script>", page=NOTHING)
    counted()
    html = client.get(reverse(SEARCHES)).content.decode()
    assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)" in html


def test_one_press_leads_to_a_best_bet_a_synonym_and_a_trial(used, client):
    html = client.get(reverse(SEARCHES)).content.decode()
    for address, field in (
        (f"{reverse('best-bets:add')}?phrases=webhook", "webhook</textarea>"),
        (f"{reverse('synonyms:add')}?words=webhook", "webhook</textarea>"),
        (f"{reverse('search_tools_try')}?q=webhook", 'value="webhook"'),
    ):
        assert f'href="{address}"' in html
        assert field in client.get(address).content.decode()


def test_what_is_made_of_a_search_has_its_words_and_not_its_signs(editor, client, article):
    client.cookies["language"] = "en"
    searched('"privat, nøkkel" kind:question -test', page=NOTHING)
    counted()
    html = client.get(reverse(SEARCHES)).content.decode()
    assert f"{reverse('best-bets:add')}?phrases=privat+n%C3%B8kkel" + '"' in html
    assert f"{reverse('synonyms:add')}?words=privat+n%C3%B8kkel" + '"' in html
    query = KnownQuery.objects.get()
    draft = draft_for(query, by=editor, language="nb", now=timezone.now())
    assert (draft.title, draft.search_words) == ("Privat, nøkkel", "privat, nøkkel")
    assert "draft by Redaktør Raud" in text_of(client.get(reverse(SEARCHES)))


def test_a_draft_whose_search_words_still_have_the_signs_is_found_and_used(editor, client, article):
    client.cookies["language"] = "en"
    searched('"privat nøkkel" -test', page=NOTHING)
    counted()
    query = KnownQuery.objects.get()
    begun = draft_for(query, by=editor, language="nb", now=timezone.now())
    ArticlePage.objects.filter(pk=begun.pk).update(search_words=query.text)
    assert "draft by Redaktør Raud" in text_of(client.get(reverse(SEARCHES)))
    assert draft_for(query, by=editor, language="nb", now=timezone.now()) == begun


def test_one_press_makes_a_draft_that_is_the_editors_own(used, client, editor):
    query = KnownQuery.objects.get(text="dødsbo")
    address = reverse("search_tools_draft", args=[query.pk])
    response = client.post(address)
    page = ArticlePage.objects.get(search_words="dødsbo")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert (page.title, page.live, page.owner, page.language) == ("Dødsbo", False, editor, "en")
    assert page.latest_revision.user == editor
    assert client.get(response["Location"]).status_code == 200
    assert client.post(address)["Location"] == response["Location"]
    assert ArticlePage.objects.filter(search_words="dødsbo").count() == 1


def test_the_button_for_a_draft_works_where_forms_are_checked(used, editor):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    html = strict.get(reverse(SEARCHES)).content.decode()
    address, token = re.search(
        r'action="([^"]+/utkast/)"><input type="hidden" name="csrfmiddlewaretoken" value="(\w+)"',
        html,
    ).groups()
    assert strict.post(address).status_code == 403
    assert strict.post(address, {"csrfmiddlewaretoken": token}).status_code == 302


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["best bet, synonym", "draft by Kari", "article"]),
        ("nb", ["anbefalt treff, synonym", "utkast av Kari", "artikkel"]),
        ("nn", ["tilrådd treff, synonym", "utkast av Kari", "artikkel"]),
    ],
)
def test_what_has_been_done_is_told_beside_the_words(used, client, language, said):
    client.cookies["language"] = language
    done = {"en": "Done:", "nb": "Gjort:", "nn": "Gjort:"}[language]
    assert done not in text_of(client.get(reverse(SEARCHES)))
    save_best_bet(phrases="webhook", document=f"article:{used.pk}", within=False, position=1)
    save_synonym(words="webhook", others="hendelser", two_way=True)
    writer = make_user(name="Kari", groups=("editor",))
    for text in ("dødsbo", "delegering"):
        query = KnownQuery.objects.get(text=text)
        page = draft_for(query, by=writer, language="nb", now=timezone.now())
        ArticlePage.objects.filter(pk=page.pk).update(live=text == "delegering")
        assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in (
            client.get(reverse(SEARCHES)).content.decode()
        )
    page = text_of(client.get(reverse(SEARCHES)))
    assert page.count(done) == len(said)
    for each in said:
        assert f"{done} {each}" in page


def test_a_best_bet_to_a_page_that_is_gone_is_not_told_as_done(used, client):
    save_best_bet(phrases="webhook", document=f"article:{used.pk}", within=False, position=1)
    gone = "Done: best bet to a page that is not published"
    assert gone not in text_of(client.get(reverse(SEARCHES)))
    used.unpublish()
    response = client.get(reverse(SEARCHES))
    assert gone in text_of(response)
    where = f"{reverse('best-bets:index')}?q=webhook"
    assert f'href="{where}"' in response.content.decode()
    assert "webhook" in text_of(client.get(where))


def test_what_readers_are_offered_is_taken_out_and_let_in_again_with_a_press(used, client, editor):
    query = KnownQuery.objects.get(text="delegering")
    address = reverse("search_tools_offer", args=[query.pk])
    offered = {"popularity": 5, "language": "nb", "documents": [f"article:{used.pk}"]}
    assert address not in client.get(reverse(SEARCHES)).content.decode()
    KnownQuery.objects.filter(pk=query.pk).update(**offered)
    assert [each.text for each in beginning("dele", limit=3)] == ["delegering"]
    assert "Do not offer to readers" in text_of(client.get(reverse(SEARCHES)))
    page = client.post(address, {"offer": "no"}, follow=True)
    assert "“delegering” is not offered to readers any more." in text_of(page)
    assert beginning("dele", limit=3) == []
    assert "Offer to readers again" in text_of(page)
    page = client.post(address, {"offer": "yes"}, follow=True)
    assert "“delegering” may be offered to readers again." in text_of(page)
    assert [each.text for each in beginning("dele", limit=3)] == ["delegering"]
    told = text_of(client.get(reverse("search_tools_changes")))
    assert "Not offered to readers: delegering" in told
    assert "Offered to readers again: delegering" in told and "Redaktør Raud" in told
    assert client.get(address).status_code == 405


def test_a_press_that_changes_nothing_or_says_nothing_leaves_no_trace(used, client):
    query = KnownQuery.objects.get(text="webhook")
    address = reverse("search_tools_offer", args=[query.pk])
    for said in ({}, {"offer": ""}, {"offer": "maybe"}):
        assert client.post(address, said).status_code == 400
    client.post(address, {"offer": "yes"})
    changes = reverse("search_tools_changes")
    assert "Offered to readers again" not in text_of(client.get(changes))
    for _time in range(2):
        client.post(address, {"offer": "no"})
    assert text_of(client.get(changes)).count("Not offered to readers: webhook") == 1


def test_a_press_goes_back_to_the_list_as_it_was(used, client):
    KnownQuery.objects.filter(text="webhook").update(withheld=True)
    chosen = {"miss": "empty", "period": "180", "p": "1"}
    for name in (SEARCHES, f"{SEARCHES}_results"):
        page = client.get(reverse(name), chosen | {"_w_filter_fragment": "1"})
        (address,) = re.findall(r'action="([^"]+/tilby/[^"]*)"', page.content.decode())
        response = client.post(html.unescape(address), {"offer": "no"})
        assert response.url == f"{reverse(SEARCHES)}?{urlencode(chosen)}"


def test_a_draft_lies_beside_the_article_people_open(used, client, editor):
    client.post(reverse("search_tools_draft", args=[KnownQuery.objects.get(text="delegering").pk]))
    draft = ArticlePage.objects.get(search_words="delegering")
    assert draft.get_parent().pk == used.get_parent().pk
    assert draft.owner_team == used.owner_team and draft.slug != used.slug


def test_a_draft_is_answered_for_by_the_editors_team_and_gets_a_slug_of_its_own(used, editor):
    team = make_team(slug="redaksjonen", name="Redaksjonen")
    team.members.add(editor)
    query = KnownQuery.objects.get(text="webhook")
    draft = draft_for(query, by=editor, language="nn", now=timezone.now())
    other = draft_for(query, by=make_user(groups=("editor",)), language="nb", now=timezone.now())
    assert (draft.owner_team, draft.language) == (team, "nn")
    assert (draft.slug, other.slug) == ("webhook", "webhook-2")


def test_who_may_write_nowhere_is_told_so(used, client, monkeypatch):
    query = KnownQuery.objects.get(text="webhook")
    with pytest.raises(NoPlace):
        draft_for(query, by=make_user(), language="nb", now=timezone.now())
    monkeypatch.setattr("cms.search_tools.drafting._section", lambda beside, by: None)
    response = client.post(reverse("search_tools_draft", args=[query.pk]), follow=True)
    assert "There is no section you may write in." in text_of(response)


def test_drafts_are_made_by_pressing_and_of_words_that_are_there(used, client):
    query = KnownQuery.objects.get(text="webhook")
    assert client.get(reverse("search_tools_draft", args=[query.pk])).status_code == 405
    assert client.post(reverse("search_tools_draft", args=[query.pk + 99])).status_code == 404


def disliked(article, count=2, days_ago=1) -> None:
    """Readers say that it did not help."""
    for _number in range(count):
        record_feedback(
            article=article, useful=False, submission=uuid4(),
            now=timezone.now() - timedelta(days=days_ago),
        )  # fmt: skip


def test_articles_that_are_found_and_do_not_help_are_told_with_their_words(used, client):
    disliked(used)
    disliked(used, days_ago=60)
    row = rows_of(client, ARTICLES)[0]
    assert row["Article"] == used.title and row["Most often found by"] == "delegering"
    assert (row["Opened from searches"], row["Said it was not useful"]) == ("3", "2")
    assert rows_of(client, ARTICLES, period="90")[0]["Said it was not useful"] == "4"
    page = text_of(client.get(reverse(ARTICLES)))
    assert used.title in page and "delegering" in page


def test_articles_nobody_found_or_nobody_disliked_are_left_out(used, client, library):
    assert rows_of(client, ARTICLES) == []
    disliked(ArticlePage.objects.exclude(pk=used.pk).first())
    assert rows_of(client, ARTICLES) == []
    used.unpublish()
    disliked(used)
    assert rows_of(client, ARTICLES) == []


def test_words_of_one_person_are_not_beside_an_article_either(editor, client, article):
    client.cookies["language"] = "en"
    searched("kari nordmann", count=1, opens=f"article:{article.pk}")
    counted()
    disliked(article)
    row = rows_of(client, ARTICLES)[0]
    assert (row["Opened from searches"], row["Most often found by"]) == ("1", "")


@pytest.mark.parametrize("name", [SEARCHES, ARTICLES])
def test_many_rows_take_as_many_statements_as_one(used, client, name):
    disliked(used)

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(reverse(name)).status_code == 200
        return len(captured)

    statements()
    few = statements()
    now = timezone.localdate() - timedelta(days=1)
    team = used.owner_team
    for number in range(30):
        query = KnownQuery.objects.create(
            text=f"ord {number}", last_day=now, common=True, visits=3, most_a_day=3
        )
        query.days.create(
            day=now, language="nb", place="home", searches=3, visits=3, empty=3, poor=0,
            unopened=0, refined=0, abandoned=3,
        )  # fmt: skip
        if name == ARTICLES and number < 5:
            other = make_article(title=f"Artikkel {number}", owner_team=team)
            query.clicks.create(day=now, document=f"article:{other.pk}", clicks=1, places=1)
            disliked(other)
    assert statements() <= few


@pytest.mark.parametrize(
    ("language", "title", "action"),
    [
        ("nb", "Det folk søker etter", "Utkast til artikkel"),
        ("nn", "Det folk søkjer etter", "Utkast til artikkel"),
    ],
)
def test_the_report_speaks_norwegian(used, client, language, title, action):
    client.cookies["language"] = language
    page = text_of(client.get(reverse(SEARCHES)))
    assert title in page and action in page
    gone = {"nb": "2 vises ikke", "nn": "2 blir ikkje viste"}[language]
    assert gone in page


@pytest.mark.parametrize("group", ["moderator", "manager", None])
def test_nobody_else_sees_what_people_search_for(used, client, group):
    query = KnownQuery.objects.get(text="webhook")
    client.force_login(make_user(groups=(group,) if group else ()))
    for name in (SEARCHES, ARTICLES, f"{SEARCHES}_results"):
        assert client.get(reverse(name)).status_code in (302, 403)
    assert client.post(reverse("search_tools_draft", args=[query.pk])).status_code in (302, 403)
    refused = client.post(reverse("search_tools_offer", args=[query.pk]), {"offer": "no"})
    assert refused.status_code in (302, 403)
    assert not KnownQuery.objects.filter(withheld=True).exists()
    assert not ArticlePage.objects.filter(search_words="webhook").exists()


def test_an_empty_report_is_a_page_too(editor, client, article):
    assert not LoggedQuery.objects.exists()
    for name in (SEARCHES, ARTICLES):
        assert client.get(reverse(name)).status_code == 200
        assert rows_of(client, name) == []


def test_every_place_searches_come_from_has_a_name():
    assert {*PARTS.values(), "home", "guidance", "other"} == set(PLACES)
