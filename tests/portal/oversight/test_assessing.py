"""Whether a security case must be reported: the page, and what the desk shows of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.portal.desk.pages import address as desk_address
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.tickets.desk import NOW, opened
from triage.oversight.models import Assessment, Reading

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.oversight.assessing.timezone.now", lambda: NOW)


@pytest.fixture
def breach(desk):
    return opened(desk, at=NOW - timedelta(hours=80), security=True)


def address(ticket) -> str:
    return f"/saker/{ticket.reference}/vurdering/"


def test_those_who_handle_security_write_it_down_and_see_the_history(desk, breach):
    client = signed_in(desk.people.guard)
    assert "Past the 72 hours" in text_of(client.get(address(breach)))
    fields = {"decision": "reported", "reason": "Meldt i går <i>kveld</i>"}
    page = client.post(address(breach), fields, follow=True)
    words = text_of(page)
    assert "Reported to the Data Protection Authority" in words and "Siri Vakt" in words
    assert "Meldt i går <i>kveld</i>" in words and "Past the 72 hours" not in words
    client.post(address(breach), fields)
    assert Assessment.objects.count() == 1, "the same form twice is written once"


@pytest.mark.parametrize(
    "fields",
    [{}, {"decision": "x", "reason": "y"}, {"decision": "reported", "reason": " "}],
)
def test_what_is_missing_is_said(desk, breach, fields):
    response = signed_in(desk.people.guard).post(address(breach), fields)
    assert response.status_code == 422 and not Assessment.objects.exists()


@pytest.mark.parametrize("who", ["expert", "manager", "asker", "contact", "stranger", "outsider"])
def test_for_everybody_else_it_is_not_there(desk, breach, who):
    client = signed_in(getattr(desk.people, who))
    assert client.get(address(breach)).status_code == 404
    assert client.post(address(breach), {"decision": "reported"}).status_code == 404


def test_an_ordinary_case_has_no_such_page(desk):
    assert signed_in(desk.people.agent).get(address(opened(desk))).status_code == 404


def test_who_was_signed_out_gets_the_words_back(desk, breach):
    client = Client()
    response = client.post(address(breach), {"decision": "reported", "reason": "Meldt i går"})
    assert response.status_code == 302
    client.force_login(desk.people.guard, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Meldt i går" in client.get(address(breach)).content.decode()


def test_the_desk_leads_to_it_and_notes_who_opened_the_case(desk, breach):
    client = signed_in(desk.people.guard)
    for _time in range(2):
        assert address(breach) in client.get(desk_address(breach)).content.decode()
    assert [(row.user, row.ticket) for row in Reading.objects.all()] == [
        (desk.people.guard, breach)
    ]
    ordinary = opened(desk)
    page = signed_in(desk.people.agent).get(desk_address(ordinary))
    assert address(ordinary) not in page.content.decode()
    assert Reading.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Må det meldes?"), ("nn", "Må det meldast?")]
)
def test_the_page_is_in_both_written_standards(desk, breach, language, words):
    assert words in text_of(signed_in(desk.people.guard, language).get(address(breach)))
