"""The report on what suggestions lead to, as managers read it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import NOW, oslo
from tests.triage.tickets.desk import opened
from triage.suggestions import effect
from triage.suggestions.models import TicketSuggestion
from triage.tickets import services

pytestmark = pytest.mark.django_db
PAGE = "/rapporter/forslag/?from=2026-10&to=2026-10"
AT = oslo("2026-10-14 10:00")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.insight.views.timezone.now", lambda: NOW)


@pytest.fixture
def autumn(desk):
    """Ten forms, of which two were said to be solved and three more opened and left; six cases
    answered after two hours, one with a suggestion."""
    for number in range(10):
        effect.note("shown", ["article:1"], place="ask", key=f"{number}", now=AT)
        if number < 5:
            effect.note("opened", ["article:1"], place="ask", key=f"{number}", now=AT)
        if number < 2:
            effect.note("solved", ["article:1"], place="ask", key=f"{number}", now=AT)
    for number in range(6):
        ticket = opened(desk, at=AT)
        services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=AT + 2 * HOUR)
        TicketSuggestion.objects.create(
            ticket=ticket,
            document="article:1",
            score=1,
            at=AT,
            used_at=None if number else AT + 2 * HOUR,
        )
    return desk


def test_the_bounds_are_said_in_a_sentence_and_stand_in_the_table(autumn):
    page = text_of(signed_in(autumn.people.manager).get(PAGE))
    assert "At least 2 and at most 5 cases were not sent in October" in page
    assert "20% to 50% of the forms with suggestions" in page
    assert "October 2026 10 5 0 2 5 20% 50%" in page


@pytest.mark.parametrize(("forms", "said"), [(1, "1 case was"), (3, "3 cases were")])
def test_bounds_that_are_the_same_are_one_figure(desk, forms, said):
    for number in range(forms):
        for action in ("shown", "opened", "solved"):
            effect.note(action, ["article:1"], place="ask", key=f"{number}", now=AT)
    page = text_of(signed_in(desk.people.manager).get(PAGE))
    assert f"{said} not sent in October because a suggestion answered: 100% of the forms" in page


def test_time_spared_is_waiting_times_cases_and_work_by_the_ten_minutes(autumn):
    client = signed_in(autumn.people.manager)
    (_head, row) = (
        client.get("/rapporter/forslag/hva-forslagene-forer-til/time.csv?from=2026-10&to=2026-10")
        .content.decode("utf-8-sig")
        .splitlines()
    )
    # a wait of 2 hours for 2 to 5 cases; 20 to 50 minutes of work
    assert row == "October 2026;2,0;4,0;10,0;0,3;0,8"


def test_forms_are_everybodys_whatever_is_chosen_and_the_key_figures_say_so(autumn):
    client = signed_in(autumn.people.manager)
    path = "/rapporter/forslag/hva-forslagene-forer-til/time.csv?from=2026-10&to=2026-10"
    assert client.get(f"{path}&priority=P1").content == client.get(path).content
    chosen = text_of(client.get("/rapporter/?from=2026-10&to=2026-10&priority=P1"))
    assert "of the forms with suggestions. Not narrowed by: Priority." in chosen
    assert "No answered case from October had suggestions. Not narrowed" not in chosen
    assert "Not narrowed" not in text_of(client.get("/rapporter/?from=2026-10&to=2026-10"))


def test_suggestions_used_open_their_cases(autumn):
    client = signed_in(autumn.people.manager)
    page = client.get(PAGE)
    assert "the answer of 17% of the cases from October" in text_of(page)
    for figure, count in (("with-suggestions", 6), ("by-suggestions", 1)):
        listed = client.get(f"/rapporter/saker/{figure}/?from=2026-10&to=2026-10")
        assert listed.content.decode().count('href="/desk/saker/') == count


def test_without_anything_to_count_the_page_says_so(desk):
    page = text_of(signed_in(desk.people.manager).get(PAGE))
    assert "No form with suggestions from October is seven days old yet." in page
    assert "No answered case from October had suggestions." in page


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_page_is_in_the_languages_of_norway(autumn, language):
    page = text_of(signed_in(autumn.people.manager, language).get(PAGE))
    assert "20 % til 50 %" in page
    assert "suggest" not in page
