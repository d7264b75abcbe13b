"""Which language a page is in."""

import pytest
from django.test import Client

from portal.language import from_browser
from tests.factories import make_user
from tests.portal.desk.pages import BACKEND


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("nn-NO,nn;q=0.9,nb;q=0.8", "nn"),
        ("no", "nb"),
        ("nb-NO", "nb"),
        ("en-GB,en", "en"),
        ("fr,de;q=0.9,en;q=0.1", "en"),
        ("nb;q=0.1,nn;q=0.9", "nn"),
        ("en;q=x,nn", "nn"),
        ("", None),
        ("fr", None),
        ("," * 500, None),
    ],
)
def test_the_browsers_first_language_that_we_have_is_chosen(header, code):
    assert from_browser(header) == code


def language_of(client, **headers) -> str:
    response = client.get("/tilgjengelighet/", headers=headers)
    assert f'<html lang="{response["Content-Language"]}"' in response.content.decode()
    return response["Content-Language"]


def test_the_cookie_comes_before_the_account_and_the_account_before_the_browser(db):
    client = Client()
    assert language_of(client) == "nb"
    assert language_of(client, accept_language="nn") == "nn"
    client.force_login(make_user(language="en"), BACKEND)
    assert language_of(client, accept_language="nn") == "en"
    client.cookies["language"] = "nb"
    assert language_of(client, accept_language="nn") == "nb"


def test_a_cookie_with_an_unknown_language_is_passed_over(db):
    client = Client()
    client.cookies["language"] = "<xx>"
    assert language_of(client, accept_language="nn") == "nn"


def test_a_chosen_language_is_remembered_for_visitors_and_on_the_account(db):
    client, user = Client(), make_user(language="nb")
    response = client.post("/language/", {"language": "nn", "next": "/sok/?q=a"})
    assert (response.status_code, response["Location"]) == (302, "/sok/?q=a")
    assert response.cookies["language"].value == "nn"
    assert response.cookies["language"]["httponly"]
    client.force_login(user, BACKEND)
    client.post("/language/", {"language": "en", "next": "/"})
    user.refresh_from_db()
    assert user.language == "en"


@pytest.mark.parametrize("sent", ["xx", "", "../nb", "nb\x00"])
def test_a_language_we_lack_changes_nothing(db, sent):
    client, user = Client(), make_user(language="nn")
    client.force_login(user, BACKEND)
    response = client.post("/language/", {"language": sent, "next": "/"})
    user.refresh_from_db()
    assert response.status_code == 302
    assert "language" not in response.cookies
    assert user.language == "nn"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x"]
)
def test_the_button_leads_nowhere_but_back_to_the_site(db, target):
    response = Client().post("/language/", {"language": "nn", "next": target})
    assert response["Location"] == "/"


def test_the_language_is_not_changed_by_a_link(db):
    assert Client().get("/language/", {"language": "nn"}).status_code == 405
