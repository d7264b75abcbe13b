"""Opened hits, popular searches and what the search page keeps of them."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from cms.guidance.models import ArticlePage
from portal.selfservice.opening import Opening
from search.counting import count_searches
from search.models import LoggedClick, LoggedQuery
from search.querylog import note, note_click
from search.types import Page
from tests.factories import make_article
from tests.portal.desk.pages import text_of
from tests.triage.tickets.desk import opened as open_case

FOUND = Page(total=2, has_good_answer=True)
SEARCH, SUGGESTIONS = "/sok/", "/sok/forslag/"


@pytest.fixture
def key_article(db, indexed):
    """An article about keys, indexed."""
    article = make_article(title="Bytt nøkkel i Maskinporten", answer="Slik bytter du nøkkel.")
    indexed()
    return article


def noted_links(response) -> list[str]:
    """Where the hits lead without script."""
    return re.findall(r'href="(/sok/til/[^"]+)" data-leads-to=', response.content.decode())


def popular(text, *documents, count=5, language="nb") -> None:
    """Make words popular: browsers of yesterday searched for them and opened the documents."""
    at = timezone.now() - timedelta(days=1)
    for number in range(count):
        who = {"visitor": f"{text} {number}", "now": at}
        line = note(
            text, Page(total=2, has_good_answer=True), language=language, place="home", **who
        )
        for document in documents:
            note_click(line=line, document=document, position=1, **who)
    count_searches(timezone.now())


def suggested(client, words) -> list[str]:
    """Titles of the suggestions, popular searches among them."""
    return [each["title"] for each in client.get(SUGGESTIONS, {"q": words}).json()["suggestions"]]


def test_a_hit_leads_to_its_page_and_is_noted_with_its_place(key_article, browser):
    visitor = browser()
    link = noted_links(visitor.get(SEARCH, {"q": "nøkkel"}))[0]
    response = visitor.get(link)
    assert (response.status_code, response["Location"]) == (302, key_article.get_url())
    assert "no-store" in response["Cache-Control"]
    visitor.get(link)
    click = LoggedClick.objects.get()
    assert (click.document, click.position, click.query.text) == (
        f"article:{key_article.pk}", 1, "nøkkel",
    )  # fmt: skip


def test_hits_of_later_pages_have_their_place_in_the_whole_list(db, indexed, browser):
    for number in range(12):
        make_article(title=f"Nøkkel {number}", slug=f"nokkel-{number}", answer="Om nøkkel.")
    indexed()
    visitor = browser()
    visitor.get(SEARCH, {"q": "nøkkel"})
    for link in noted_links(visitor.get(SEARCH, {"q": "nøkkel", "page": "2"})):
        assert visitor.get(link).status_code == 302
    assert sorted(LoggedClick.objects.values_list("position", flat=True)) == [11, 12]
    assert LoggedQuery.objects.count() == 1


@pytest.mark.parametrize("sealed", ["x", "1.1.article:1", "1.1.article:1~forged", "%00", "~"])
def test_an_address_we_have_not_made_leads_nowhere(key_article, browser, sealed):
    assert browser().get(f"/sok/til/{sealed}/").status_code == 404
    assert not LoggedClick.objects.exists()


@pytest.mark.parametrize("document", ["https:evil.example", "article:999", "article:x", "ticket:1"])
def test_even_a_sealed_address_leads_only_to_what_is_there_and_may_be_seen(db, browser, document):
    sealed = Opening(line=1, position=1, document=document).address
    assert browser().get(sealed).status_code == 404


def test_who_may_not_see_a_hit_neither_opens_nor_notes_it(key_article, browser):
    visitor = browser()
    link = noted_links(visitor.get(SEARCH, {"q": "nøkkel"}))[0]
    key_article.unpublish()
    assert visitor.get(link).status_code == 404
    assert not LoggedClick.objects.exists()


def test_of_an_opened_case_not_even_its_number_is_noted(desk, indexed, browser):
    ticket = open_case(desk, subject="Kvitteringen kommer ikke")
    indexed()
    asker = browser(desk.people.asker)
    link = noted_links(asker.get(SEARCH, {"q": "kvitteringen"}))[0]
    assert browser(desk.people.stranger).get(link).status_code == 404
    assert asker.get(link)["Location"] == reverse("my_case", args=[ticket.pk])
    assert LoggedClick.objects.get().document == "ticket"


def test_a_link_that_is_sent_to_somebody_leads_and_counts_nothing(key_article, browser):
    link = noted_links(browser().get(SEARCH, {"q": "nøkkel"}))[0]
    other = browser()
    assert other.get(link, headers={"user-agent": "Another"}).status_code == 302
    assert other.head(link).status_code == 302
    assert not LoggedClick.objects.exists()
    assert other.post(link).status_code == 405


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"user-agent": "curl/8.1"},
        {"user-agent": "facebookexternalhit/1.1"},
        {"user-agent": "Apache-HttpClient/4.5 (Java/17)"},
        {"user-agent": "Mozilla/5.0 (compatible) Siteimprove"},
        {"sec-purpose": "prefetch;prerender"},
    ],
)
def test_robots_and_pages_fetched_beforehand_are_not_in_the_log(key_article, browser, headers):
    response = browser().get(SEARCH, {"q": "nøkkel"}, headers=headers)
    assert response.status_code == 200 and noted_links(response) == []
    assert f'href="{key_article.get_url()}"' in response.content.decode()
    assert not LoggedQuery.objects.exists()


def test_who_asks_for_the_head_of_the_page_alone_is_not_in_the_log(key_article, browser):
    assert browser().head(SEARCH, {"q": "nøkkel"}).status_code == 200
    assert not LoggedQuery.objects.exists()


def test_a_log_that_cannot_be_written_leaves_plain_links(key_article, browser, monkeypatch):
    def away(*args):
        raise DatabaseError("away")

    monkeypatch.setattr("search.querylog.name_of", away)
    response = browser().get(SEARCH, {"q": "nøkkel"})
    assert f'href="{key_article.get_url()}"' in response.content.decode()
    assert noted_links(response) == []


def test_signed_in_people_are_told_apart_by_their_session_and_never_by_name(
    desk, key_article, browser
):
    for person in (desk.people.asker, desk.people.contact):
        browser(person).get(SEARCH, {"q": "nøkkel"})
    names = set(LoggedQuery.objects.values_list("visit", flat=True))
    assert len(names) == 2 and all(len(name) == 16 for name in names)


@pytest.mark.parametrize(
    ("referer", "place"),
    [
        ("http://testserver/", "home"),
        ("http://testserver/sok/?q=x", "search"),
        ("http://testserver/veiledning/innlogging/", "guidance"),
        ("http://testserver/community/", "community"),
        ("http://testserver/personvern/", "other"),
        ("https://evil.example/", "other"),
        ("http://[", "other"),
        ("", "other"),
    ],
)
def test_the_log_tells_roughly_where_a_search_began(key_article, browser, referer, place):
    browser().get(SEARCH, {"q": "nøkkel"}, headers={"referer": referer})
    assert LoggedQuery.objects.get().place == place


def test_popular_searches_are_offered_before_titles(key_article, browser):
    popular("bytte nøkkel", f"article:{key_article.pk}")
    popular("bytte sjelden ting", f"article:{key_article.pk}", count=4)
    client = browser(language="nb")
    offers = client.get(SUGGESTIONS, {"q": "bytt"}).json()["suggestions"]
    assert [each["title"] for each in offers] == ["bytte nøkkel", "Bytt nøkkel i Maskinporten"]
    assert offers[0] == {
        "title": "bytte nøkkel", "kind": "Søk", "language": "nb",
        "address": "/sok/?q=bytte+n%C3%B8kkel",
    }  # fmt: skip


def test_nobody_is_offered_words_that_led_others_to_what_they_may_not_see(
    desk, key_article, browser
):
    ticket = open_case(desk, subject="Kvitteringen kommer ikke")
    popular("bytte nordlys", f"article:{key_article.pk}", f"ticket:{ticket.pk}")
    assert "bytte nordlys" not in suggested(browser(), "bytte")
    assert "bytte nordlys" not in text_of(browser().get(SEARCH))
    secret = make_article(title="Nordlys", slug="nordlys", answer="Hemmelig.")
    popular("nordlys prosjekt", f"article:{secret.pk}")
    assert "nordlys prosjekt" in suggested(browser(), "nordlys")
    ArticlePage.objects.get(pk=secret.pk).unpublish()
    assert suggested(browser(), "nordlys") == []


@pytest.mark.parametrize(
    ("language", "heading"), [("nb", "Mange søker etter"), ("nn", "Mange søkjer etter")]
)
def test_the_empty_search_page_shows_what_many_search_for(key_article, browser, language, heading):
    client = browser(language=language)
    assert heading not in text_of(client.get(SEARCH))
    popular("bytte nøkkel", f"article:{key_article.pk}")
    page = client.get(SEARCH)
    assert heading in text_of(page)
    assert '<a class="ds-link" href="/sok/?q=bytte+n%C3%B8kkel" lang="nb">' in page.content.decode()


def test_searches_of_this_browser_are_kept_by_the_browser_alone(key_article, browser):
    client = browser()
    found = client.get(SEARCH, {"q": "nøkkel"})
    assert 'data-searched-for="nøkkel"' in found.content.decode()
    assert "data-searched-for" not in client.get(SEARCH, {"q": "zzxq"}).content.decode()
    start = client.get(SEARCH).content.decode()
    assert re.search(r'<section[^>]*data-recent-searches="/sok/" hidden>', start)
    assert not [name for name in client.cookies if name not in ("language", "csrftoken")]


@pytest.mark.parametrize("many", [1, 25])
def test_popular_searches_cost_as_much_for_many_as_for_one(
    key_article, browser, many, django_assert_max_num_queries
):
    for number in range(many):
        popular(f"bytte nøkkel {'abcdefghijklmnopqrstuvwxyz'[number]}", f"article:{key_article.pk}")
    client = browser()
    client.get(SUGGESTIONS, {"q": "bytte"})
    with django_assert_max_num_queries(20):
        found = suggested(client, "bytte")
    assert len(found) == min(many, 3)
