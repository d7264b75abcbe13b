"""Own views: filters of the queue under a name, for the one who named them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.desk import own_views
from portal.desk.models import OwnView
from portal.desk.own_views import MOST
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.tickets.desk import opened

pytestmark = pytest.mark.django_db

FILTERED = "view=all&product=maskinporten&priority=P3"
NEW = f"/desk/visninger/ny/?{FILTERED}"
SAVE = "Save as a view of your own"


def own_links(page) -> list[tuple[str, str, bool]]:
    """Name, address and whether it is the current one, of each own view beside the queue."""
    html = page.content.decode()
    found = re.search(r'<ul class="desk-beside" aria-label="Your own views">(.*?)</ul>', html, re.S)
    links = re.findall(r'<a href="([^"]*)"( aria-current="page")?><span>(.*?)</span>', found[1])
    return [(unescape(name), unescape(address), bool(current)) for address, current, name in links]


def sign_in_leads_to(page) -> str:
    """Where whoever signs in from the button of the page comes to."""
    found = re.search(r'<a class="ds-button" href="[^"?]*\?next=([^"]*)"', page.content.decode())
    return unquote(found[1])


def named(user, name: str, query: str = FILTERED) -> OwnView:
    return OwnView.objects.create(owner=user, name=name, query=query)


def test_a_filtered_queue_is_saved_under_a_name_and_found_again_by_it(desk):
    opened(desk, at=timezone.now(), subject="Om token", product=desk.product, impact=2, urgency=2)
    opened(desk, at=timezone.now(), subject="Noe annet")
    client = signed_in(desk.people.agent)
    assert SAVE in text_of(client.get(f"/desk/?{FILTERED}"))
    form = text_of(client.get(NEW))
    assert re.search(r"Servicedesk\s*, Product: Maskinporten\s*, Priority: P3", form)

    page = client.post(NEW, {"name": "  Token \n nå "}, follow=True)
    assert page.redirect_chain[-1][0] == f"/desk/?{FILTERED}"
    assert own_links(page) == [("Token nå", f"?{FILTERED}", True)]
    said = text_of(page)
    assert "The view is saved as “Token nå”." in said and SAVE not in said
    assert "Shows only: Servicedesk, Remove the filter Product: Maskinporten" in said
    assert re.search(r"<h1[^>]*>Token nå</h1>", page.content.decode())
    assert page.content.decode().count('aria-current="page"><span>') == 1

    elsewhere = client.get("/desk/?view=mine")
    assert own_links(elsewhere) == [("Token nå", f"?{FILTERED}", False)]
    shown = text_of(client.get("/desk/" + own_links(elsewhere)[0][1]))
    assert "Om token" in shown and "Noe annet" not in shown


def test_a_view_is_called_something_else_and_deleted_without_script(desk):
    own = named(desk.people.agent, "Token")
    client = signed_in(desk.people.agent)
    page = client.get(f"/desk/?{FILTERED}").content.decode()
    assert f'href="/desk/visninger/{own.pk}/"' in page
    client.post(f"/desk/visninger/{own.pk}/", {"name": "Nøkler"})
    own.refresh_from_db()
    assert (own.name, own.query) == ("Nøkler", FILTERED)
    form = client.get(f"/desk/visninger/{own.pk}/").content.decode()
    assert f'action="/desk/visninger/{own.pk}/slett/"' in form
    said = text_of(client.post(f"/desk/visninger/{own.pk}/slett/", follow=True))
    assert "The view “Nøkler” is deleted." in said and not OwnView.objects.exists()


def test_nobody_sees_renames_or_deletes_the_views_of_another(desk):
    own = named(desk.people.agent, "Token")
    client = signed_in(desk.people.colleague)
    assert "Token" not in text_of(client.get("/desk/?view=mine"))
    for path in (f"/desk/visninger/{own.pk}/", f"/desk/visninger/{own.pk}/slett/"):
        assert client.post(path, {"name": "Min"}).status_code == 404
    assert client.get(f"/desk/visninger/{own.pk}/").status_code == 404
    own.refresh_from_db()
    assert own.name == "Token"
    client.post(NEW, {"name": "Token"})
    assert OwnView.objects.filter(owner=desk.people.colleague, name="Token").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (" ", "Name of the view: Write what the view is to be called."),
        ("TOKEN", "You have a view of this name already. Choose another name."),
        ("13097248022", "without a national identity number"),
        ("x" * 61, "60"),
    ],
)
@pytest.mark.parametrize("path", [NEW, "/desk/visninger/{}/"])
def test_a_name_that_cannot_be_used_is_told_by_its_field_and_kept(desk, path, name, said):
    named(desk.people.agent, "Token", "view=mine&priority=P1")
    other = named(desk.people.agent, "Annet", "view=mine&priority=P2")
    response = signed_in(desk.people.agent).post(path.format(other.pk), {"name": name})
    assert response.status_code == 422 and said in text_of(response)
    html = response.content.decode()
    assert 'aria-invalid="true"' in html and f'value="{name}"' in html
    assert set(OwnView.objects.values_list("name", flat=True)) == {"Token", "Annet"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("view=all", "Choose a filter first"),
        ("view=all&product=finnes-ikke", "Choose a filter first"),
        (FILTERED, "You have this view already. You call it “Token”."),
        ("view=all&organisation=x13097248022", "looks like a national identity number"),
        ("view=all&organisation=13097248022 x", "looks like a national identity number"),
        ("view=all&organisation=13097248022", "Choose a filter first"),
    ],
)
def test_what_makes_no_view_of_its_own_is_told_and_nothing_is_stored(desk, query, said):
    named(desk.people.agent, "Token")
    client = signed_in(desk.people.agent)
    page = client.post(f"/desk/visninger/ny/?{query}", {"name": "Ny"}, follow=True)
    assert said in text_of(page)
    assert [own.query for own in OwnView.objects.all()] == [FILTERED]


def test_there_is_a_limit_that_says_what_to_do(desk):
    for number in range(MOST):
        named(desk.people.agent, f"Nr. {number}", f"view=mine&organisation=x{number}")
    page = signed_in(desk.people.agent).post(NEW, {"name": "En til"}, follow=True)
    assert f"You have {MOST} views of your own. Delete one first." in text_of(page)
    assert OwnView.objects.count() == MOST


def test_a_view_for_those_in_a_team_leads_whoever_left_theirs_to_where_it_is_deleted(desk):
    lost = named(desk.people.manager, "Nå", "view=mine&priority=P1")
    named(desk.people.manager, "Alt", "view=all&priority=P1")
    client = signed_in(desk.people.manager)
    path = f"/desk/visninger/{lost.pk}/"
    assert own_links(client.get("/desk/")) == [
        ("Alt", "?view=all&priority=P1", False),
        ("Nå", path, False),
    ]
    page = client.get(path)
    html = page.content.decode()
    assert "it is for those who work in a team" in text_of(page)
    assert f'action="{path}slett/"' in html and "view=mine" not in html
    renamed = client.post(path, {"name": "Før"}, follow=True)
    assert renamed.status_code == 200 and "The view is saved as “Før”." in text_of(renamed)


@pytest.mark.parametrize("kept", ["", "&priority=P3"])
def test_a_view_with_a_filter_that_means_nothing_now_is_still_renamed_and_deleted(desk, kept):
    if kept:
        named(desk.people.agent, "Det som er igjen", f"view=all{kept}")
    own = named(desk.people.agent, "Nedlagt", f"view=all&product=nedlagt{kept}")
    client = signed_in(desk.people.agent)
    page = client.get(f"/desk/?{own.query}")
    assert ("Nedlagt", f"?{own.query}", True) in own_links(page)
    assert f'href="/desk/visninger/{own.pk}/"' in page.content.decode()
    said = text_of(page)
    assert "Not used, because it means nothing here: nedlagt" in said
    assert "Shows only: Servicedesk" in said and SAVE not in said
    assert "it is for those who work in a team" not in text_of(
        client.get(f"/desk/visninger/{own.pk}/")
    )


def test_the_longest_filters_there_are_can_be_saved(desk):
    organisation = "\N{GRINNING FACE}" * 100
    new = f"/desk/visninger/ny/?view=all&organisation={organisation}"
    signed_in(desk.people.agent).post(new, {"name": "Glad"})
    own = OwnView.objects.get()
    assert 1_200 < len(own.query) <= OwnView._meta.get_field("query").max_length


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (("Ny", "view=mine&priority=P1"), "You have a view of this name already."),
        (("Token", FILTERED), "You have this view already. You call it “Token”."),
        (("Ny", FILTERED), "You have this view already. You call it “Ny”."),
    ],
)
def test_what_was_saved_in_another_window_meanwhile_is_told(desk, monkeypatch, meanwhile, said):
    def saved_in_between(query, views) -> str:
        named(desk.people.agent, *meanwhile)
        return ""

    client = signed_in(desk.people.agent)
    monkeypatch.setattr(own_views, "_refused", saved_in_between)
    page = client.post(NEW, {"name": "Ny"}, follow=True)
    assert said in text_of(page)
    assert [(own.name, own.query) for own in OwnView.objects.all()] == [meanwhile]


@pytest.mark.parametrize(
    ("action", "page"),
    [(NEW, NEW), ("/desk/visninger/{}/slett/", "/desk/visninger/{}/")],
)
def test_who_is_signed_out_meanwhile_comes_back_to_the_page_with_its_filters(desk, action, page):
    own = named(desk.people.agent, "Annet", "view=mine&priority=P1")
    action, page = action.format(own.pk), page.format(own.pk)
    response = Client().post(action, headers={"Referer": f"http://testserver{page}"})
    assert response.status_code == 403 and sign_in_leads_to(response) == page
    assert signed_in(desk.people.agent).get(page).status_code == 200


def test_who_is_signed_out_meanwhile_keeps_the_filters_also_where_the_browser_tells_no_page(desk):
    assert sign_in_leads_to(Client().post(NEW, {"name": "Token"})) == NEW


def test_the_queue_takes_as_many_statements_for_one_view_as_for_many(desk):
    client = signed_in(desk.people.agent)

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/desk/?{FILTERED}")
        return len(captured)

    named(desk.people.agent, "Token")
    statements()
    one = statements()
    for number in range(MOST - 1):
        named(desk.people.agent, f"Nr. {number}", f"view=mine&organisation=x{number}")
    assert statements() == one


@pytest.mark.parametrize("role", ["asker", "contact"])
def test_those_who_ask_have_no_views_and_a_visitor_signs_in_first(desk, role):
    assert signed_in(getattr(desk.people, role)).get(NEW).status_code == 403
    assert Client().get(NEW).status_code == 302
    assert Client().post(NEW, {"name": "x"}).status_code == 403 and not OwnView.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"query": ""}, {"name": "Token", "query": "x"}, {"query": FILTERED}]
)
def test_the_database_keeps_views_whole_and_once(desk, fields):
    named(desk.people.agent, "Token")
    with pytest.raises(IntegrityError), transaction.atomic():
        named(desk.people.agent, **{"name": "Ny", "query": "y", **fields})
