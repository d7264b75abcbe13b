"""The open cases at the moment of set-up, whatever moment that is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.demo.present import STATES, before, present, state_of
from triage.sla.due import business_time

OSLO = ZoneInfo("Europe/Oslo")
MOMENTS = [
    datetime(2026, 11, 24, 10, 30, tzinfo=OSLO),  # a Tuesday morning
    datetime(2026, 11, 23, 6, 50, tzinfo=OSLO),  # Monday before opening
    datetime(2026, 11, 28, 23, 15, tzinfo=OSLO),  # Saturday night
    datetime(2026, 12, 26, 12, 0, tzinfo=OSLO),  # between holidays
    datetime(2027, 5, 18, 8, 5, tzinfo=OSLO),  # the morning after the national day
    datetime(2027, 7, 14, 14, 55, tzinfo=OSLO),  # summer, just before closing
]


def _open(telling, as_of):
    return [step for step in telling.steps if step.at <= as_of]


@pytest.fixture(scope="module", params=MOMENTS, ids=lambda moment: f"{moment:%Y-%m-%d %H:%M}")
def desk(request, source):
    return request.param, list(present(request.param, source))


def test_every_state_is_there_as_often_as_wanted(desk):
    _as_of, tellings = desk
    counts = Counter(state_of(telling.key) for telling in tellings)
    assert counts == Counter(
        {"noise": 2, "outage": 1} | {state.name: state.count for state in STATES}
    )
    assert 40 <= sum(counts.values()) <= 60


def test_every_case_came_in_before_and_goes_on_after(desk):
    as_of, tellings = desk
    for telling in tellings:
        assert telling.openings[0].at < as_of
        assert telling.steps[-1].at > as_of
        assert telling.steps[-1].do in ("resolve", "not_a_case")
        assert [s.at for s in telling.steps] == sorted(s.at for s in telling.steps)


def test_no_two_open_cases_say_the_same(desk):
    _as_of, tellings = desk
    bodies = [telling.openings[0].asked.wording.body for telling in tellings]
    assert len(set(bodies)) == len(bodies)


def test_the_states_hold_at_the_moment(desk):
    as_of, tellings = desk
    last = {"waiting": "ask_back", "third-party": "wait", "consulted": "consult",
            "reopened": "reopen", "has-replied": "details", "came-back": "hand_back"}  # fmt: skip
    for telling in tellings:
        state, steps = state_of(telling.key), _open(telling, as_of)
        if state in last:
            assert steps[-1].do == last[state], telling.key
        if state in ("new", "soon", "noise"):
            assert steps == []


def test_who_can_neither_reply_nor_reopen_is_not_waited_for(desk):
    _as_of, tellings = desk
    for telling in tellings:
        if state_of(telling.key) in ("waiting", "has-replied", "reopened"):
            assert telling.openings[0].asker.has_account


def test_the_one_whom_visitors_sign_in_as_has_a_case_to_answer_and_one_to_follow(desk, source):
    _as_of, tellings = desk
    own = [each for each in tellings if each.openings[0].asker == source.cast.guest]
    assert {"waiting", "second-line-works"} <= {state_of(each.key) for each in own}
    assert all(
        each.openings[0].asker in source.cast.able_to_write(each.openings[0].asked.wording)
        for each in own
    )


def test_the_same_moment_gives_the_same_desk(source):
    assert list(present(MOMENTS[0], source)) == list(present(MOMENTS[0], source))


def test_working_minutes_are_counted_backwards_over_the_weekend(source):
    monday = datetime(2026, 11, 23, 8, 30, tzinfo=OSLO)
    friday = before(monday, 60, source)
    assert friday.astimezone(OSLO) == datetime(2026, 11, 20, 15, 15, tzinfo=OSLO)
    assert business_time(source.hours, friday, monday) == timedelta(minutes=60)
