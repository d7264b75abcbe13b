"""Which clock times are said by, where a calendar goes by another than the portal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from portal.selfservice.opening_hours import opening_hours
from portal.selfservice.promises import until_words
from portal.selfservice.zones import case_note, hours_note, zone_words
from triage.sla.calendar import always_open
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY
from triage.sla.service_model import ServiceModel

pytestmark = pytest.mark.django_db  # what people named calendars

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
HERE = DEFAULT_CALENDARS["service_hours"]


def in_zone(name):
    return replace(HERE, timezone=name)


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("nb", "Europe/Oslo", "Oslo-tid"),
        ("nn", "America/Argentina/Buenos_Aires", "Buenos Aires-tid"),
        ("en", "Asia/Tokyo", "Tokyo time"),
        ("en", "UTC", "UTC"),
    ],
)
def test_a_zone_is_called_by_its_place(language, name, words):
    with translation.override(language):
        assert zone_words(name) == words


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("nb", "Asia/Tokyo", "følger Tokyo-tid, 8 t foran Oslo-tid."),
        ("nn", "America/New_York", "følgjer New York-tid, 6 t etter Oslo-tid."),
        ("en", "Asia/Kathmandu", "goes by Kathmandu time, 4 h 45 min ahead of Oslo time."),
    ],
)
def test_a_case_by_another_clock_says_both_and_how_far_apart_they_are(language, zone, words):
    with translation.override(language):
        said = case_note(in_zone(zone), [WINTER])
    assert said.endswith(words)
    assert zone_words("Europe/Oslo").partition("-")[0] in said.partition(".")[0]


def test_both_distances_are_said_when_only_one_of_the_clocks_is_changed_on_the_way():
    weeks = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (6, 9, 30)]
    with translation.override("en"):
        said = case_note(in_zone("America/New_York"), weeks)
    assert said.endswith(
        "6 h behind Oslo time, later 5 h behind Oslo time."  # and six again: said once
    )


@pytest.mark.parametrize(
    "calendar",
    [HERE, in_zone("Europe/Stockholm"), replace(always_open(), timezone="Asia/Tokyo")],
)
def test_nothing_is_said_where_nothing_can_be_misread(calendar):
    assert case_note(calendar, [WINTER]) == ""


def test_opening_hours_are_by_the_calendars_clock_and_name_it():
    with translation.override("en"):
        found = opening_hours(in_zone("Asia/Tokyo"), now=WINTER)  # 21.00 on Thursday in Tokyo
        assert found.now == "We are closed now. We open Friday 16 January, 08:00."
        assert found.zone == "Times are in Tokyo time. Now it is 8 h ahead of Oslo time."
        assert opening_hours(HERE, now=WINTER).zone == ""
        assert hours_note(in_zone("Europe/Stockholm"), WINTER).endswith("the same as Oslo time.")
    assert timezone.get_current_timezone_name() == "Europe/Oslo"


def test_the_last_day_of_a_promise_is_said_with_the_clock_it_ends_by():
    rule = replace(DEFAULT_POLICY.rules[-1], until=WINTER.date())
    said = []
    for zone in ("Europe/Oslo", "Asia/Tokyo"):
        calendars = {**DEFAULT_CALENDARS, rule.calendar: in_zone(zone)}
        with translation.override("nb"):
            said.append(until_words(rule, ServiceModel(1, DEFAULT_POLICY, calendars)))
    assert said == ["15. januar 2026", "15. januar 2026 (Tokyo-tid)"]
