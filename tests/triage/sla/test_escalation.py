"""Rules about shares of targets: as data, checked, and when each is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.triage.sla.times import oslo
from triage.sla.clock import Event, current_clocks, ticket_clocks
from triage.sla.coverage import check_policy
from triage.sla.escalation import Escalation, escalation_from_json
from triage.sla.policy import (
    DEFAULT_CALENDARS,
    DEFAULT_POLICY,
    PolicyError,
    policy_from_json,
    policy_to_json,
)
from triage.sla.shares import rules_for, shares_left
from triage.sla.telling import is_urgent, may_be_told, telling_hours, telling_time
from triage.tickets.kinds import CaseType, Priority

MONDAY = "2026-11-30 08:00"
HALF = Escalation("half", 50, notify=("team",))


def _clocks(*events, policy=DEFAULT_POLICY, **opened):
    opening = Event(kind="opened", at=oslo(MONDAY), **opened)
    later = oslo("2026-12-20 12:00")
    return current_clocks(ticket_clocks([opening, *events], policy, DEFAULT_CALENDARS, now=later))


def _left(clock, policy=DEFAULT_POLICY, told=0):
    found = shares_left(
        clock, policy, DEFAULT_CALENDARS, priority="P3", case_type="incident", told=told
    )
    return [(share.percent, share.at) for share in found]


def test_the_sweep_comes_at_each_share_with_a_rule_and_when_the_target_runs_out():
    policy = replace(DEFAULT_POLICY, escalations=(*DEFAULT_POLICY.escalations, HALF))
    clock = _clocks(policy=policy, case_type="incident", priority="P3")["first_response"]

    assert _left(clock, policy) == [
        (50, oslo("2026-11-30 10:00")),
        (75, oslo("2026-11-30 11:00")),
        (100, oslo("2026-11-30 12:00")),
    ]
    assert [percent for percent, _at in _left(clock, policy, told=50)] == [75, 100]
    assert _left(clock, policy, told=100) == []


def test_a_policy_without_rules_still_knows_when_a_target_runs_out():
    policy = replace(DEFAULT_POLICY, escalations=())
    clock = _clocks(case_type="incident", priority="P3")["first_response"]
    assert _left(clock, policy) == [(100, clock.due_at)]


def test_nothing_comes_due_of_a_clock_that_has_ended_or_stands_still():
    answered = Event(kind="waiting_customer", at=oslo("2026-11-30 09:00"), reason="question")
    clocks = _clocks(answered, case_type="incident", priority="P3")
    assert clocks["resolution"].due_at is None
    assert _left(clocks["first_response"]) == []
    assert _left(clocks["resolution"]) == []


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Escalation("r", 75, notify=("team",)), True),
        (Escalation("r", 75, targets=("resolution",), notify=("team",)), False),
        (Escalation("r", 75, commitments=("guarantee",), notify=("team",)), False),
        (Escalation("r", 75, priorities=("P3", "P4"), notify=("team",)), True),
        (Escalation("r", 75, case_types=("question",), notify=("team",)), False),
    ],
)
def test_a_rule_is_about_targets_commitments_priorities_and_types(rule, fits):
    clock = _clocks(case_type="incident", priority="P3")["first_response"]
    policy = replace(DEFAULT_POLICY, escalations=(rule,))
    found = rules_for(clock, policy, priority="P3", case_type="incident")
    assert found == ((rule,) if fits else ())


def test_the_example_moves_nothing_and_tells_managers_only_of_the_most_urgent():
    assert not any(rule.move_to for rule in DEFAULT_POLICY.escalations)
    to_managers = [rule for rule in DEFAULT_POLICY.escalations if "managers" in rule.notify]
    assert [(rule.priorities, rule.commitments) for rule in to_managers] == [
        (("P1",), ("guarantee",))
    ]


# --- as data ----------------------------------------------------------------------------------


def test_rules_come_back_from_their_stored_form():
    policy = replace(
        DEFAULT_POLICY, escalations=(HALF, Escalation("move", 100, move_to="plattform"))
    )
    assert policy_from_json(policy_to_json(policy)) == policy


def test_a_policy_stored_before_there_were_rules_has_none():
    data = policy_to_json(DEFAULT_POLICY)
    del data["escalations"], data["notice_hours"]
    policy = policy_from_json(data)
    assert (policy.escalations, policy.notice_hours) == ((), "")


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"name": "", "at_percent": 75, "notify": ["team"]}, "a name of 1 to 40"),
        ({"name": "x" * 41, "at_percent": 75, "notify": ["team"]}, "a name of 1 to 40"),
        ({"name": "r", "at_percent": 0, "notify": ["team"]}, "whole number from 1 to 100"),
        ({"name": "r", "at_percent": 101, "notify": ["team"]}, "whole number from 1 to 100"),
        ({"name": "r", "at_percent": "75", "notify": ["team"]}, "whole number from 1 to 100"),
        ({"name": "r", "at_percent": 75, "notify": ["boss"]}, "notify has 'boss'"),
        ({"name": "r", "at_percent": 75, "notify": "team"}, "a list in notify"),
        ({"name": "r", "at_percent": 75, "targets": ["x"], "notify": ["team"]}, "targets has 'x'"),
        ({"name": "r", "at_percent": 75}, "it does nothing"),
        ({"name": "r", "at_percent": 75, "raise_priority": "yes"}, "true or false"),
        ({"name": "r", "at_percent": 75, "tell": ["team"]}, "no field 'tell'"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_with_the_remedy(item, message):
    with pytest.raises(PolicyError, match=message):
        escalation_from_json(item)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ((HALF, HALF), "the same name"),
        ((replace(HALF, priorities=("P5",)),), "priorities has 'P5'"),
        ((replace(HALF, case_types=("gossip",)),), "case_types has 'gossip'"),
        ((Escalation("move", 100, move_to="nobody"),), "the team 'nobody', which does not exist"),
    ],
)
def test_a_policy_whose_rules_name_what_is_not_there_is_refused(rules, message):
    with pytest.raises(PolicyError, match=message):
        check_policy(
            replace(DEFAULT_POLICY, escalations=rules),
            DEFAULT_CALENDARS,
            CaseType,
            Priority,
            teams=["plattform"],
        )


def test_the_hours_for_notices_are_a_calendar_that_exists():
    with pytest.raises(PolicyError, match="notice_hours names the calendar 'nights'"):
        check_policy(
            replace(DEFAULT_POLICY, notice_hours="nights"), DEFAULT_CALENDARS, CaseType, Priority
        )


# --- when people are told ---------------------------------------------------------------------

HOURS, ALWAYS = DEFAULT_CALENDARS["service_hours"], DEFAULT_CALENDARS["always"]


@pytest.mark.parametrize(
    ("noted", "hours", "urgent", "last", "told"),
    [
        ("2026-11-30 10:00", HOURS, True, None, "2026-11-30 10:00"),
        ("2026-11-30 10:00", HOURS, False, None, "2026-11-30 10:10"),
        ("2026-11-30 10:00", HOURS, True, "2026-11-30 09:30", "2026-11-30 10:30"),
        ("2026-11-30 10:00", HOURS, False, "2026-11-30 09:30", "2026-11-30 10:30"),
        ("2026-11-30 10:00", HOURS, False, "2026-11-27 09:30", "2026-11-30 10:10"),
        ("2026-11-30 15:40", HOURS, False, None, "2026-12-01 08:00"),
        ("2026-11-30 00:00", HOURS, True, None, "2026-11-30 08:00"),
        ("2026-11-28 00:00", HOURS, False, None, "2026-11-30 08:00"),
        ("2026-12-24 12:00", HOURS, False, None, "2026-12-28 10:00"),
        ("2026-11-28 00:00", ALWAYS, True, None, "2026-11-28 00:00"),
    ],
)
def test_people_are_told_in_opening_hours_gathered_and_once_an_hour(
    noted, hours, urgent, last, told
):
    moment = telling_time(oslo(noted), hours, urgent=urgent, last_told=oslo(last) if last else None)
    assert moment == oslo(told)


def test_only_guarantees_of_high_priority_are_urgent():
    assert is_urgent("guarantee", "P1") and is_urgent("guarantee", "P2")
    assert not is_urgent("declaration", "P1") and not is_urgent("guarantee", "P3")


@pytest.mark.parametrize(
    ("priority", "security", "hours"),
    [("P1", False, "always"), ("P2", False, "service_hours"), ("P2", True, "always")],
)
def test_the_most_urgent_and_security_go_by_their_own_clock(priority, security, hours):
    clock = _clocks(case_type="incident", priority="P1")["resolution"]
    assert telling_hours(clock, DEFAULT_POLICY, priority=priority, security=security) == hours
    plain = replace(DEFAULT_POLICY, notice_hours="")
    assert telling_hours(clock, plain, priority="P3", security=False) == "always"


def test_nobody_is_told_at_closing_time():
    closing = oslo("2026-11-30 15:45")
    assert not may_be_told(HOURS, closing)
    assert may_be_told(HOURS, closing - timedelta(seconds=1))
