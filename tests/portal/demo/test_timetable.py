"""What comes in when: by the date alone, in the order of time, most on a Monday."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.demo.courses import ASKER, awake
from portal.demo.timetable import HISTORY, history
from tests.portal.demo.conftest import AS_OF

START = AS_OF - HISTORY


@pytest.fixture(scope="module")
def tellings(source):
    return list(history(START, AS_OF, source))


def test_the_same_dates_tell_the_same_history(source, tellings):
    assert list(history(START, AS_OF, source)) == tellings


def test_a_later_end_leaves_what_came_before_as_it_was(source, tellings):
    later = {each.key: each for each in history(START, AS_OF + timedelta(days=30), source)}
    assert all(later[each.key] == each for each in tellings)


def test_months_hold_a_few_hundred_cases_and_the_last_days_few(tellings):
    openings = [opening for telling in tellings for opening in telling.openings]
    assert 250 <= len(openings) <= 400
    last = [each for each in openings if each.at > AS_OF - timedelta(days=7)]
    assert len(last) <= 8


def test_more_comes_on_mondays_than_on_fridays_and_little_at_weekends(tellings, source):
    days = Counter(
        opening.at.astimezone(source.hours.zone).weekday()
        for telling in tellings
        for opening in telling.openings
    )
    assert days[0] > days[4] > days[5] + days[6]


def test_holidays_are_as_quiet_as_weekends(source):
    first = datetime(2026, 5, 17, 0, 0, tzinfo=source.hours.zone)
    found = list(history(first, first + timedelta(days=1), source))
    assert len(found) <= 1
    assert source.hours.day(date(2026, 5, 17)).frames == ()


def test_steps_come_in_order_after_the_case_and_staff_keep_service_hours(tellings, source):
    for telling in tellings:
        assert [step.at for step in telling.steps] == sorted(step.at for step in telling.steps)
        for step in telling.steps:
            assert step.at > telling.openings[step.case].at
            if step.by != ASKER and step.do != "duplicate":
                assert _is_open(step.at, source.hours), (telling.key, step)


def _is_open(at: datetime, hours) -> bool:
    local = at.astimezone(hours.zone)
    second = local.hour * 3600 + local.minute * 60 + local.second
    return any(frame.start <= second <= frame.end for frame in hours.day(local.date()).frames)


def test_nothing_is_asked_twice_within_the_months(tellings):
    texts = Counter(
        opening.asked.wording.body
        for telling in tellings
        for opening in telling.openings
        if len(telling.openings) == 1 and opening.asked.family.case_type != "not_a_case"
    )
    assert [text for text, count in texts.items() if count > 1] == []


def test_an_outage_brings_several_cases_that_are_merged_into_the_first(tellings):
    outages = [telling for telling in tellings if len(telling.openings) > 1]
    assert outages
    for telling in outages:
        merged = [step.case for step in telling.steps if step.do == "duplicate"]
        assert sorted(merged) == list(range(1, len(telling.openings)))
        assert len({opening.asker.organisation for opening in telling.openings}) == 1
        assert telling.steps[-1].do == "resolve"


@pytest.mark.parametrize(("hour", "expected"), [(3, (24, 7)), (12, (24, 12)), (22, (25, 7))])
def test_those_who_ask_write_while_awake(source, hour, expected):
    moment = datetime(2026, 11, 24, hour, 30, tzinfo=source.hours.zone)
    local = awake(moment.astimezone(UTC), source.hours.zone)
    assert (local.day, local.hour) == expected
