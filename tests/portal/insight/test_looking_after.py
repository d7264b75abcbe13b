"""The parts on guidance, satisfaction, security and the community, as a manager meets them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Team
from cms.community import services as community
from tests.cms.community.posts import answered, asked, known
from tests.factories import make_user
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import NOW, oslo
from tests.triage.tickets.desk import opened
from triage.oversight import assessments, ratings, readings, sources
from triage.suggestions import effect
from triage.tickets import services

pytestmark = pytest.mark.django_db
PERIOD = "from=2026-09&to=2026-11"
AT = oslo("2026-10-14 12:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NUMBER = "13097248022"  # synthetic: belongs to nobody


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.insight.views.timezone.now", lambda: NOW)


def page(desk, purpose: str, language: str = "en", who: str = "manager", more: str = ""):
    person = getattr(desk.people, who)
    return signed_in(person, language).get(f"/rapporter/{purpose}/?{PERIOD}&{more}")


def solve(desk, grade: int, comment: str = "") -> None:
    ticket = opened(desk, at=AT - HOUR)
    services.resolve(ticket=ticket, by=desk.people.agent, solution_code="answer", body="S", now=AT)
    ratings.rate(ticket=ticket, by=desk.people.asker, grade=grade, comment=comment, now=AT + HOUR)


def test_efficiency_says_what_guidance_answered_and_suggestions_what_they_led_to(desk):
    for number in range(2):
        ticket = opened(desk, at=AT - DAY)
        services.hand_over(
            ticket=ticket,
            by=desk.people.agent,
            to=desk.second,
            reason="unsure",
            tried="x",
            now=AT,
        )
        if number:
            sources.note_articles(ticket=ticket, articles={"article:7": AT - DAY}, now=AT + HOUR)
    for key, what in (("a", "solved"), ("b", "sent"), ("c", "")):
        effect.note("shown", ["article:1"], place="ask", key=key, now=AT)
        if what:
            effect.note(what, [], place="ask", key=key, now=AT)
    words = text_of(page(desk, "effektivitet"))
    assert "Guidance that was there answered 50% of the cases the second line got in October" in (
        words
    )
    words = text_of(page(desk, "forslag"))
    assert (
        "Suggestions were shown in 3 forms in October: 33% ended with a suggestion that solved "
        "it, and 33% were left without a word."
    ) in words
    assert "What we do not know:" in words


def test_satisfaction_stands_beside_how_many_answered(desk):
    for grade in (5, 5, 4, 2, 1):
        solve(desk, grade, comment="<b>Nei</b>" if grade == 1 else "")
    words = text_of(page(desk, "kvalitet"))
    assert (
        "60% of those who said how it went in October were satisfied; 100% of those asked said so."
    ) in words
    assert "<b>Nei</b>" in words and "3.4" in words


def test_few_grades_are_not_shown(desk):
    for grade in (5, 1, 1, 1):
        solve(desk, grade)
    words = text_of(page(desk, "kvalitet"))
    assert "Too few said how it went in October" in words and "25%" not in words
    assert "October 2026" + " hidden" * 5 in words  # how many were asked, too
    assert "September 2026 0 0 – – –" in words  # where nobody was, there is nothing to hide


def test_security_shows_masked_numbers_by_door_and_security_cases_to_those_who_may(desk):
    guard = make_user(name="Siri Sjef", groups=("manager",), teams=(desk.guards,))
    desk.people.chief = guard
    opened(desk, at=AT, channel="phone", body=f"Gjelder {NUMBER}")
    breach = opened(desk, at=AT, security=True, subject="Lekkasje")
    readings.note_opened(ticket=breach, by=desk.people.guard, now=AT + HOUR)
    words = text_of(page(desk, "sikkerhet"))
    assert "1 identity number was masked in October before it was stored." in words
    assert "Phone" in words and NUMBER not in words
    assert "1 is past its 72 hours" in words and "Siri Vakt" in words
    assert "Lekkasje" not in words and breach.reference not in words
    narrowed = text_of(page(desk, "sikkerhet", more=f"product={desk.product.slug}"))
    assert "No security case came in" in narrowed and "Siri Vakt" not in narrowed
    words = text_of(page(desk, "sikkerhet", who="chief"))
    assert "Lekkasje" in words and "Not assessed, past the 72 hours" in words
    assert "Siri Vakt" in words and "1 is past its 72 hours" in words
    assessments.assess(
        ticket=breach, by=guard, decision="not_needed", reason="Nei", now=AT + 2 * HOUR
    )
    assert "Assessed in time" in text_of(page(desk, "sikkerhet", who="chief"))


@pytest.mark.parametrize(
    ("asked_at", "answered_at", "in_time"),
    [
        ("2026-10-14 12:00", "2026-10-15 12:00", True),
        ("2026-10-14 12:00", "2026-10-15 12:00:01", False),
        ("2026-10-16 15:00", "2026-10-19 15:00", True),  # Friday to Monday
        ("2026-10-16 15:00", "2026-10-19 15:01", False),
        # Saturday: from Monday's opening; used up at closing, it is due at closing.
        ("2026-10-17 11:00", "2026-10-19 15:45", True),
        ("2026-10-17 11:00", "2026-10-19 15:46", False),
    ],
)
def test_a_working_day_is_the_same_time_on_the_next_open_day(desk, asked_at, answered_at, in_time):
    asker, helper = known(make_user()), known(make_user())
    question = asked(asker, at=oslo(asked_at), product=desk.product)
    answered(question, helper, now=oslo(answered_at))
    share = "100%" if in_time else "0%"
    assert (
        f"{share} of the questions to the community in October were answered within a working day"
    ) in text_of(page(desk, "community"))


def test_the_community_says_who_helps_and_how_it_was_before(desk):
    asker, helper = known(make_user()), known(make_user(name="Hild Hjelper"))
    for at in (AT, AT - 90 * DAY):
        question = asked(asker, at=at, product=desk.product)
        answer = answered(question, helper)
        community.accept_answer(answer=answer, by=asker, now=at + 2 * HOUR)
    official = asked(asker, at=AT, product=desk.product)
    answered(official, desk.people.expert, team=Team.objects.get(pk=desk.second.pk))
    words = text_of(page(desk, "community"))
    assert "Hild Hjelper" in words
    assert (
        "In the whole period 2 questions, 100% answered within a working day and 50% solved; in "
        "the equally long time before it 1, 100% and 100%."
    ) in words
    assert "0 of 1 official answers" in words


def test_a_question_whose_working_day_is_not_over_is_not_late(desk):
    asked(known(make_user()), at=NOW - HOUR, product=desk.product)
    response = signed_in(desk.people.manager).get("/rapporter/community/?from=2026-11&to=2026-11")
    assert (
        "– of the questions" in text_of(response)
        or "%" not in text_of(response).split("Month by month")[1].split("In the whole period")[0]
    )


@pytest.mark.parametrize("purpose", ["effektivitet", "kvalitet", "sikkerhet", "community"])
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_part_is_there_in_both_written_standards_without_anything_to_count(
    desk, purpose, language
):
    response = page(desk, purpose, language)
    assert response.status_code == 200
    assert "Month by month" not in text_of(response)
