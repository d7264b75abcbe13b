"""Suggestions used in answers, and hand-overs by whether the suggested team got the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.reporting.scenes import oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.classifier.models import Prediction
from triage.reporting import desk_help
from triage.reporting.desk_help import AS_SUGGESTED, OTHERWISE, UNSUGGESTED
from triage.reporting.figures import Share
from triage.sla.months import Month
from triage.suggestions.models import TicketSuggestion
from triage.tickets import services

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
AT = oslo("2026-10-14 10:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def suggested(desk, *documents: str, used: str = "", answered: bool = True, **fields):
    ticket = opened(desk, at=AT, **fields)
    for document in documents:
        at = AT + HOUR if document == used else None
        TicketSuggestion.objects.create(
            ticket=ticket, document=document, score=1, at=AT, used_at=at
        )
    if answered:
        services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=AT + HOUR)
    return ticket


def test_a_case_counts_once_however_many_suggestions_it_had(desk):
    both = suggested(desk, "article:1", "question:2", used="question:2")
    none = suggested(desk, "article:1", "article:3")
    scope = scope_of(desk.people.manager)
    assert desk_help.used(scope)[OCTOBER] == Share(1, 2)
    assert list(desk_help.answered_with_suggestions(scope)) == [none, both]
    assert list(desk_help.answered_by_suggestions(scope)) == [both]


def test_without_an_answer_or_without_suggestions_it_does_not_count(desk):
    suggested(desk, "article:1", answered=False)
    suggested(desk)
    suggested(desk, "ticket:1", used="ticket:1")  # what others wrote is not passed on
    assert desk_help.used(scope_of(desk.people.manager))[OCTOBER] == Share()


def test_a_reader_counts_the_cases_they_may_open(desk):
    suggested(desk, "article:1", used="article:1", security=True)
    assert desk_help.used(scope_of(desk.people.manager))[OCTOBER] == Share()
    assert desk_help.used(scope_of(desk.people.guard))[OCTOBER] == Share(1, 1)


def handed_over(desk, guess: str = "", *, speaks: bool = True, back_after=None):
    ticket = opened(desk, at=AT)
    if guess:
        Prediction.objects.create(
            ticket=ticket,
            target="team",
            label=guess,
            confidence=0.8,
            speaks=speaks,
            model_version="x",
            at=AT,
        )
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=AT
    )
    if back_after is not None:
        services.hand_back(ticket=ticket, by=desk.people.expert, reason="Nei", now=AT + back_after)
    return ticket


def test_hand_overs_are_told_apart_by_what_was_suggested(desk):
    handed_over(desk, "autorisasjon")
    handed_over(desk, "autorisasjon", back_after=DAY)
    handed_over(desk, "plattform", back_after=DAY)
    handed_over(desk, "plattform", speaks=False)
    handed_over(desk)
    assert desk_help.routed(scope_of(desk.people.manager)) == {
        AS_SUGGESTED: Share(1, 2),
        OTHERWISE: Share(1, 1),
        UNSUGGESTED: Share(0, 2),
    }


def test_what_went_on_much_later_was_not_sent_wrong(desk):
    handed_over(desk, "autorisasjon", back_after=15 * DAY)
    found = desk_help.routed(scope_of(desk.people.manager))
    assert found[AS_SUGGESTED] == Share(0, 1)


def test_no_hand_over_is_nothing(desk):
    opened(desk, at=AT)
    assert set(desk_help.routed(scope_of(desk.people.manager)).values()) == {Share()}
