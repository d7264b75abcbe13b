"""Pages for what went wrong."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from portal import errors
from portal.urls import urlpatterns as site_patterns
from search.indexing import rebuild
from search.models import LoggedQuery
from tests.factories import make_article, make_product, make_user
from tests.portal.desk.pages import BACKEND, text_of

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"


def _raises(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("t/breaks/", _raises(RuntimeError("hemmelig"))),
    path("t/forbidden/", _raises(PermissionDenied)),
    path("t/forbidden-why/", _raises(PermissionDenied("Be en administrator om tilgang."))),
    path("t/strange/", _raises(SuspiciousOperation("hemmelig"))),
    path("t/database/", _raises(OperationalError("hemmelig"))),
    path("t/form/", lambda request: HttpResponse("sent")),
    *site_patterns,
]

pytestmark = pytest.mark.urls("tests.portal.test_errors")


@pytest.fixture
def client():
    """A browser that is shown errors as people are."""
    client = Client(raise_request_exception=False)
    client.cookies["language"] = "en"
    return client


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/veiledning/maskinporten/nokkel-er-utlopt/", "nokkel er utlopt"),
        ("/a/velg_riktig+pakke.html", "velg riktig pakke"),
        ("/community/17/hvem-gir-fullmakt/", "hvem gir fullmakt"),
        ("/desk/saker/V-00012/", "saker"),
        ("/17/", ""),
        ("/x/0123456789abcdef0123/", "x"),
        ("/", ""),
        ("/" + "ø" * 500, "ø" * 100),
        ("/a\x00b/", "a b"),
    ],
)
def test_the_words_of_an_address_are_those_one_would_search_for(address, words):
    assert errors.words_of(address) == words


@pytest.mark.parametrize(
    ("language", "title", "nearest"),
    [
        ("nb", "Vi finner ikke siden", "Dette kommer nærmest"),
        ("nn", "Vi finn ikkje sida", "Dette kjem nærast"),
        ("en", "We cannot find the page", "These come nearest"),
    ],
)
def test_a_missing_page_shows_what_its_address_finds(db, client, language, title, nearest):
    make_article(title="Nøkkelen er utløpt", products=[make_product()])
    rebuild()
    client.cookies["language"] = language
    response = client.get("/gammel/nøkkelen-er-utløpt/")
    assert response.status_code == 404
    page = text_of(response)
    assert title in page and nearest in page and "Nøkkelen er utløpt" in page
    assert 'value="nøkkelen er utløpt"' in response.content.decode()
    assert LoggedQuery.objects.count() == 0


def test_a_missing_page_without_hits_shows_the_box_alone(db, client):
    rebuild()
    page = client.get("/xqzvw/")
    assert page.status_code == 404
    assert "These come nearest" not in text_of(page)


def test_a_missing_page_stands_without_an_engine(db, client):
    make_article(title="Nøkkelen er utløpt", products=[make_product()])
    response = client.get("/nøkkelen/")
    assert response.status_code == 404
    assert "We cannot find the page" in text_of(response)


def test_a_missing_page_stands_when_the_search_cannot_read_the_database(db, client, monkeypatch):
    def fails(*args, **kwargs):
        raise OperationalError("database is away")

    monkeypatch.setattr(errors, "search", fails)
    assert client.get("/nøkkelen/").status_code == 404


def test_missing_files_and_hurried_programs_are_not_searched_for(db, client, monkeypatch):
    asked = []
    monkeypatch.setattr(errors, "SEARCHES", "2/m")
    monkeypatch.setattr(errors, "search", lambda words, **_: asked.append(words) or 1 / 0)
    monkeypatch.setattr(errors, "hit_rows", lambda page, user: [])
    for address in ("/wp-login.php", "/favicon.ico"):
        assert client.get(address).status_code == 404
    assert client.post("/noe/").status_code == 404
    assert asked == []


def test_programs_that_try_addresses_are_searched_for_only_so_often(db, client, monkeypatch):
    make_article(title="Nøkkelen er utløpt", products=[make_product()])
    rebuild()
    monkeypatch.setattr(errors, "SEARCHES", "2/m")
    found = ["These come nearest" in text_of(client.get("/nøkkelen/")) for _ in range(3)]
    assert found == [True, True, False]


def test_markup_in_a_missing_address_is_shown_as_text(db, client):
    html = client.get("/<script>alert(1)<%2Fscript>/").content.decode()
    assert "<script>alert" not in html


def test_a_forbidden_page_says_why_and_who_one_is(db, client):
    client.force_login(make_user(name="Kari Vik"), BACKEND)
    plain = client.get("/t/forbidden/")
    assert plain.status_code == 403
    assert "it is for others than you" in text_of(plain)
    assert "Nothing was changed. You are signed in as Kari Vik." in text_of(plain)
    assert "Be en administrator om tilgang." in text_of(client.get("/t/forbidden-why/"))


def test_a_strange_request_is_told_what_may_be_wrong(db, client, settings):
    settings.ATTACHMENT_MAX_MB = 3
    response = client.get("/t/strange/")
    assert response.status_code == 400
    assert "It may be at most 3 MB" in text_of(response)
    assert "hemmelig" not in response.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Noe gikk galt hos oss"),
        ("nn", "Noko gjekk gale hos oss"),
        ("en", "Something went wrong"),
    ],
)
def test_our_own_fault_is_told_in_the_readers_language_without_details(db, client, language, words):
    client.cookies["language"] = language
    response = client.get("/t/breaks/")
    html = response.content.decode()
    assert response.status_code == 500
    assert words in html
    assert f'<html lang="{language}"' in html
    assert "hemmelig" not in html


def test_our_own_fault_is_noted(db, client, caplog):
    with caplog.at_level(logging.ERROR, logger="django.request"):
        client.get("/t/breaks/")
    assert [record for record in caplog.records if record.exc_info]


def test_the_page_for_our_faults_needs_no_database(client):
    """No `db` fixture: any statement would fail the test."""
    request = RequestFactory().get("/", headers={"Accept-Language": "nn-NO,nn;q=0.9"})
    response = errors.server_error(request)
    assert response.status_code == 500
    assert "Noko gjekk gale hos oss" in response.content.decode()


@pytest.mark.parametrize(("header", "language"), [("", "nb"), ("fr, en;q=0.5", "en"), ("xx", "nb")])
def test_without_a_choice_the_browser_decides_the_language_of_the_page(header, language):
    request = RequestFactory().get("/", headers={"Accept-Language": header})
    assert f'<html lang="{language}"' in errors.server_error(request).content.decode()


def test_the_page_for_our_faults_stands_when_its_template_fails(monkeypatch):
    def fails(*args, **kwargs):
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr(errors, "render_to_string", fails)
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Noe gikk galt hos oss" in response.content.decode()


@pytest.fixture
def strict():
    """A browser whose forms are checked as people's are."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["language"] = "nb"
    return client


def test_a_form_from_an_expired_page_gives_back_what_was_written(db, strict):
    text = "Vi får ikke token fra <b>Maskinporten</b> etter at vi byttet nøkkel."
    response = strict.post(
        "/t/form/",
        {
            "body": text,
            "short": "ja",
            "login": "kari.vik.i.tindvik@tindvik.example",
            "new_password": "et-langt-passord-som-er-hemmelig",
            "next": "/en/lang/adresse/som/ingen/har/skrevet/",
            "key": "3ab43748-d779-47e2-a508-b55469b86d07",
            "shown_at": "2026-11-27T03:58:10.343302+00:00",
        },
        headers={"Referer": "http://testserver/hjelp/?steg=2"},
    )
    html = response.content.decode()
    assert response.status_code == 403
    assert "Siden var utløpt" in html
    assert "Vi får ikke token fra &lt;b&gt;Maskinporten&lt;/b&gt;" in html
    for hidden in (
        "kari.vik.i",
        "et-langt-passord",
        "ingen/har/skrevet",
        "3ab43748",
        "2026-11-27T",
    ):
        assert hidden not in html
    assert 'href="/hjelp/?steg=2"' in html


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("", "/t/form/"),
        ("http://elsewhere.example/x/", "/t/form/"),
        ("javascript:alert(1)", "/t/form/"),
        ("http://testserver/a/", "/a/"),
        ("http://testserver//elsewhere.example/x/", "/elsewhere.example/x/"),
        ("http://testserver", "/"),
    ],
)
def test_the_way_back_from_an_expired_page_stays_on_the_site(db, strict, referer, back):
    html = strict.post("/t/form/", {}, headers={"Referer": referer}).content.decode()
    assert f'<a class="ds-link" href="{back}">' in html
    assert "Dette er det du skrev" not in html
