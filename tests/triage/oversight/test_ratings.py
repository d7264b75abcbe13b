"""How satisfied those who asked are: who may say so, how often, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from tests.triage.tickets.desk import NOW, in_status, opened
from triage.oversight import ratings
from triage.oversight.models import LONGEST_COMMENT, Rating
from triage.tickets import services
from triage.tickets.exceptions import ActionNotPossible

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def solved(desk):
    return in_status(desk, "resolved")


def test_the_one_who_asked_says_how_it_went(desk, solved):
    rating = ratings.rate(ticket=solved, by=desk.people.asker, grade=4, now=NOW + HOUR)
    assert (rating.grade, rating.comment, rating.ticket) == (4, "", solved)
    assert ratings.rating_of(solved) == rating


def test_said_again_it_replaces_what_was_said_and_counts_once(desk, solved):
    for grade, comment in ((2, "Det tok lang tid"), (2, ""), (5, "")):
        ratings.rate(
            ticket=solved, by=desk.people.asker, grade=grade, comment=comment, now=NOW + HOUR
        )
    assert [(row.grade, row.comment) for row in Rating.objects.all()] == [(5, "Det tok lang tid")]


def test_a_case_solved_again_is_asked_about_again(desk, solved):
    ratings.rate(ticket=solved, by=desk.people.asker, grade=1, now=NOW + HOUR)
    services.reopen(ticket=solved, by=desk.people.asker, reason="Nei", now=NOW + 2 * HOUR)
    with pytest.raises(ActionNotPossible):
        ratings.rate(ticket=solved, by=desk.people.asker, grade=5, now=NOW + 2 * HOUR)
    services.resolve(
        ticket=solved, by=desk.people.agent, solution_code="answer", body="Nå.", now=NOW + 3 * HOUR
    )
    assert ratings.rating_of(solved) is None
    ratings.rate(ticket=solved, by=desk.people.asker, grade=5, now=NOW + 4 * HOUR)
    assert sorted(Rating.objects.values_list("grade", flat=True)) == [1, 5]


@pytest.mark.parametrize("who", ["member", "contact", "agent", "manager", "stranger"])
def test_nobody_else_says_it_for_them(desk, solved, who):
    person = getattr(desk.people, who)
    assert not ratings.may_rate(person, solved)
    with pytest.raises(PermissionDenied):
        ratings.rate(ticket=solved, by=person, grade=5, now=NOW + HOUR)
    assert not Rating.objects.exists()


@pytest.mark.parametrize("status", ["new", "in_progress", "waiting_customer", "closed"])
def test_a_case_that_is_not_solved_is_not_rated(desk, status):
    ticket = in_status(desk, status)
    assert not ratings.may_rate(desk.people.asker, ticket)
    with pytest.raises(ActionNotPossible):
        ratings.rate(ticket=ticket, by=desk.people.asker, grade=5, now=NOW + HOUR)


@pytest.mark.parametrize("grade", [0, 6, -1])
def test_there_are_five_grades(desk, solved, grade):
    with pytest.raises(ValueError, match="not a valid Rating.Grade"):
        ratings.rate(ticket=solved, by=desk.people.asker, grade=grade, now=NOW + HOUR)


def test_a_comment_is_masked_and_cut_and_keeps_no_control_characters(desk, solved):
    comment = "Mitt nummer er 15076500565\x00.\r\n" + "a" * 2000
    rating = ratings.rate(
        ticket=solved, by=desk.people.asker, grade=3, comment=comment, now=NOW + HOUR
    )
    rating.refresh_from_db()
    assert "15076500565" not in rating.comment and "\x00" not in rating.comment
    assert len(rating.comment) == LONGEST_COMMENT


def test_a_case_nobody_has_an_account_for_is_not_rated(desk):
    ticket = opened(desk, requester=None, contact_email="a@tindvik.example")
    assert not ratings.may_rate(desk.people.asker, ticket)
