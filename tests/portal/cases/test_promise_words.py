"""A promise in plain words: by when, why, and which holidays are not counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from portal.cases.promise import promise_of
from triage.sla.calendar import always_open
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY
from triage.sla.service_model import ServiceModel

WEDNESDAY = datetime(2026, 5, 13, 8, 45, tzinfo=UTC)  # 10.45, the day before Ascension Day


def promised(case_type="question", priority="P4", **calendars):
    model = ServiceModel(1, DEFAULT_POLICY, {**DEFAULT_CALENDARS, **calendars})
    return promise_of(model.promise(case_type, priority, now=WEDNESDAY), model, now=WEDNESDAY)


@pytest.mark.parametrize(
    ("language", "answer", "day"),
    [
        (
            "nb",
            "Du får svar innen fredag 15. mai kl. 10.45.",
            "Torsdag 14. mai er Kristi himmelfartsdag, og vi har stengt.",
        ),
        (
            "nn",
            "Du får svar innan fredag 15. mai kl. 10.45.",
            "Torsdag 14. mai er Kristi himmelfartsdag, og vi har stengt.",
        ),
        ("en", "You get an answer by Friday 15 May", "Thursday 14 May is Ascension Day"),
    ],
)
def test_the_holiday_on_the_way_is_named_in_every_language(language, answer, day):
    with translation.override(language):
        promise = promised()
    assert promise.answer.startswith(answer)
    assert [line for line in promise.days if line.startswith(day)]
    assert len(promise.days) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Tiden går døgnet rundt."),
        ("nn", "Tida går døgnet rundt."),
        ("en", "The time runs day and night."),
    ],
)
def test_time_runs_day_and_night_by_what_the_calendar_says_and_not_by_its_name(language, words):
    with translation.override(language):
        assert words in promised("incident", "P1").why
        assert words in promised(service_hours=always_open("service_hours")).why
        shut = replace(always_open("always"), holiday_country="NO")
        assert words not in promised("incident", "P1", always=shut).why


@pytest.mark.parametrize(
    ("language", "closed", "clock"),
    [
        ("nb", "Torsdag 14. mai er", "Åpningstiden vår følger Tokyo-tid, 7 t foran Oslo-tid."),
        ("nn", "Torsdag 14. mai er", "Opningstida vår følgjer Tokyo-tid, 7 t føre Oslo-tid."),
        ("en", "Thursday 14 May is", "Our opening hours go by Tokyo time, 7 h ahead of Oslo time."),
    ],
)
def test_a_holiday_has_its_own_date_where_the_calendar_goes_by_another_clock(
    language, closed, clock
):
    hours = replace(DEFAULT_CALENDARS["service_hours"], timezone="Asia/Tokyo")
    with translation.override(language):
        promise = promised(service_hours=hours)  # sent after closing there, the evening before
    assert [line for line in promise.days if line.startswith(closed)]
    assert promise.why.endswith(clock)
