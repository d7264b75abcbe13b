"""The frame of every page: menu, search box, language, account and footer."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_team, make_user
from tests.portal.desk.pages import signed_in, text_of

MENU = {
    "nb": ["Veiledning", "Community", "Be om hjelp"],
    "nn": ["Rettleiing", "Community", "Be om hjelp"],
    "en": ["Guidance", "Community", "Ask for help"],
}


def menu_of(response) -> list[str]:
    html = response.content.decode()
    nav = re.search(r'<nav class="site-nav".*?</nav>', html, flags=re.S)[0]
    return re.findall(r"<a [^>]*>(.*?)</a>", nav)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_visitors_see_what_everybody_can_reach(db, client, language):
    client.cookies["language"] = language
    assert menu_of(client.get("/tilgjengelighet/")) == MENU[language]


def test_each_role_sees_what_it_can_reach(db):
    def more(user):
        return menu_of(signed_in(user).get("/tilgjengelighet/"))[3:]

    assert more(make_user()) == ["My cases"]
    assert more(make_user(teams=(make_team(line="first"),))) == ["My cases", "The desk"]
    assert more(make_user(groups=("manager",))) == ["My cases", "Reports", "Service model"]
    assert more(make_user(groups=("editor",))) == ["My cases", "Editing"]
    administrator = make_user(groups=("administrator",))
    assert more(administrator) == [
        "My cases",
        "Moderation",
        "Reports",
        "Service model",
        "Editing",
        "Operations",
    ]


def test_the_page_one_is_on_is_marked_in_the_menu(db, client):
    html = client.get(reverse("community")).content.decode()
    nav = re.search(r'<nav class="site-nav".*?</nav>', html, flags=re.S)[0]
    assert 'href="/community/" aria-current="page"' in nav
    assert nav.count("aria-current") == 1


@pytest.mark.parametrize(
    ("make", "label"),
    [
        (lambda: None, "Search the guidance and the community"),
        (make_user, "Search the guidance, the community and your cases"),
        (
            lambda: make_user(teams=(make_team(),)),
            "Search the guidance, the community and the cases you may see",
        ),
    ],
)
def test_the_search_box_says_what_this_person_searches(db, client, make, label):
    user = make()
    browser = signed_in(user) if user else client
    browser.cookies["language"] = "en"
    html = browser.get("/tilgjengelighet/").content.decode()
    assert f'<label class="ds-sr-only" for="site-search">{label}</label>' in html


def test_pages_with_a_search_box_of_their_own_have_only_that(db, client):
    for address in ("/", "/sok/", "/finnes-ikke/"):
        html = client.get(address).content.decode()
        assert html.count('role="search"') == 1
        assert 'id="site-search"' not in html


def test_the_footer_leads_to_statement_privacy_and_service(db, client):
    html = client.get("/").content.decode()
    footer = re.search(r"<footer.*?</footer>", html, flags=re.S)[0]
    for name in ("service", "accessibility", "privacy"):
        assert f'href="{reverse(name)}"' in footer


def test_signing_in_leads_back_to_where_one_was(db, client):
    html = client.get("/betjening/?a=1&b=2").content.decode()
    assert "?next=/betjening/%3Fa%3D1%26b%3D2" in html


def test_the_name_of_a_person_is_shown_as_text(db):
    page = signed_in(make_user(name="<b>Kari</b>")).get("/tilgjengelighet/")
    assert "&lt;b&gt;Kari&lt;/b&gt;" in page.content.decode()
    assert "<b>Kari</b>" in text_of(page)
