"""Saying how it went on the page of one's solved case."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.portal.desk.pages import signed_in, text_of
from tests.triage.tickets.desk import in_status
from triage.oversight.models import Rating
from triage.tickets import services

pytestmark = pytest.mark.django_db
NUMBER = "13097248022"  # synthetic: belongs to nobody


@pytest.fixture
def solved(desk):
    return in_status(desk, "resolved")


def address(ticket, part: str = "tilfredshet/") -> str:
    return f"/saker/{ticket.reference}/{part}"


def test_who_asked_says_it_with_one_press_and_may_add_a_word(desk, solved):
    client = signed_in(desk.people.asker)
    page = client.get(address(solved, ""))
    assert "How satisfied are you with the help?" in text_of(page)
    assert "What was good" not in text_of(page)
    response = client.post(address(solved), {"grade": "4"})
    assert response["Location"] == f"/saker/{solved.reference}/#rating"
    page = client.get(address(solved, ""))
    assert "You said: Satisfied" in text_of(page)
    assert 'value="4" aria-pressed="true"' in page.content.decode()
    client.post(address(solved), {"grade": "4", "comment": f"Takk, {NUMBER}"})
    rating = Rating.objects.get()
    assert rating.grade == 4 and rating.comment.startswith("Takk") and NUMBER not in rating.comment


def test_a_comment_with_script_is_shown_as_text(desk, solved):
    client = signed_in(desk.people.asker)
    client.post(address(solved), {"grade": "2", "comment": "<script>alert(1)</script>"})
    html = client.get(address(solved, "")).content.decode()
    assert "&lt;script&gt;alert(1)" in html and "<script>alert(1)" not in html


@pytest.mark.parametrize(
    "fields",
    [{}, {"grade": "0"}, {"grade": "6"}, {"grade": "x"}, {"grade": "3", "comment": "a" * 1001}],
)
def test_what_is_no_grade_or_too_long_is_said_and_not_kept(desk, solved, fields):
    response = signed_in(desk.people.asker).post(address(solved), fields, follow=True)
    assert response.status_code == 200 and not Rating.objects.exists()
    assert "Thank you for telling us" not in text_of(response)


@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 404), ("contact", 404), ("agent", 404), ("manager", 404), ("stranger", 404)],
)
def test_nobody_else_is_asked_or_can_say_it(desk, solved, who, status):
    client = signed_in(getattr(desk.people, who))
    assert client.post(address(solved), {"grade": "5"}).status_code == status
    assert not Rating.objects.exists()
    page = client.get(address(solved, ""), follow=True)
    assert "How satisfied are you" not in text_of(page)


def test_who_was_signed_out_is_asked_to_sign_in(solved):
    response = Client().post(address(solved), {"grade": "5"})
    assert response.status_code == 302 and "/konto/" in response["Location"]
    assert not Rating.objects.exists()


def test_a_case_taken_up_again_meanwhile_is_not_rated(desk, solved):
    services.reopen(ticket=solved, by=desk.people.asker, reason="Nei", now=solved.resolved_at)
    response = signed_in(desk.people.asker).post(address(solved), {"grade": "5"}, follow=True)
    assert not Rating.objects.exists()
    assert "This is not possible as the case stands now." in text_of(response)
    assert "How satisfied are you" not in text_of(response)


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Hvor fornøyd er du med hjelpen?"), ("nn", "Kor nøgd er du med hjelpa?")],
)
def test_it_is_asked_in_both_written_standards(desk, solved, language, words):
    assert words in text_of(signed_in(desk.people.asker, language).get(address(solved, "")))
