"""Policies: which promise a case gets, and the stored form."""

import pytest

from triage.sla.coverage import check_policy
from triage.sla.policy import (
    DEFAULT_CALENDARS,
    DEFAULT_POLICY,
    Policy,
    PolicyError,
    Rule,
    Target,
    policy_from_json,
    policy_to_json,
)
from triage.tickets.kinds import CaseType, Priority

HOUR = 60


def promise(case_type, priority):
    rule = DEFAULT_POLICY.rule_for(case_type, priority)
    targets = [rule.first_response, rule.update, rule.resolution]
    amounts = [target and (target.minutes or f"{target.working_days} wd") for target in targets]
    commitments = {target.commitment for target in targets if target}
    return rule.calendar, amounts, *commitments


@pytest.mark.parametrize(
    ("case_type", "priority", "expected"),
    [
        ("incident", "P1", ("always", [15, 30, 4 * HOUR], "guarantee")),
        ("incident", "P2", ("service_hours", [HOUR, 4 * HOUR, 8 * HOUR], "guarantee")),
        ("incident", "P3", ("service_hours", [4 * HOUR, "2 wd", "3 wd"], "declaration")),
        ("incident", "P4", ("service_hours", ["1 wd", "5 wd", "10 wd"], "declaration")),
        ("question", "P4", ("service_hours", ["1 wd", None, "5 wd"], "declaration")),
        ("order", "P3", ("service_hours", ["1 wd", None, "5 wd"], "declaration")),
        ("change_request", "P3", ("service_hours", ["2 wd", None, "20 wd"], "declaration")),
        ("accessibility_feedback", "P3", ("service_hours", ["2 wd", None, "15 wd"], "guarantee")),
        ("access_request", "P3", ("service_hours", ["1 wd", None, "3 wd"], "guarantee")),
        ("question", "P1", ("always", [15, 30, 4 * HOUR], "guarantee")),
        ("access_request", "P2", ("service_hours", [HOUR, 4 * HOUR, 8 * HOUR], "guarantee")),
        ("not_a_case", "P1", ("service_hours", [None, None, None])),
    ],
)
def test_the_default_policy_is_the_example_matrix(case_type, priority, expected):
    assert promise(case_type, priority) == expected


OWN_ROW = {"question", "order", "change_request", "accessibility_feedback", "access_request"}


@pytest.mark.parametrize("priority", Priority)
@pytest.mark.parametrize("case_type", sorted(set(CaseType) - OWN_ROW - {"not_a_case"}))
def test_other_case_types_use_the_row_of_their_priority(case_type, priority):
    assert DEFAULT_POLICY.rule_for(case_type, priority).name == priority


@pytest.mark.parametrize("priority", [Priority.P1, Priority.P2])
@pytest.mark.parametrize("case_type", sorted(OWN_ROW))
def test_urgent_cases_leave_the_row_of_their_type(case_type, priority):
    assert DEFAULT_POLICY.rule_for(case_type, priority).name == priority


def test_the_default_policy_covers_every_case_and_is_labelled_an_example():
    check_policy(DEFAULT_POLICY, DEFAULT_CALENDARS, CaseType, Priority)
    assert DEFAULT_POLICY.note.startswith("Example")


def test_a_policy_with_a_gap_names_it():
    policy = Policy("gap", (Rule("urgent", "always", priorities=("P1", "P2", "P3")),))
    with pytest.raises(PolicyError, match="no rule for question with priority P4"):
        check_policy(policy, DEFAULT_CALENDARS, ["question"], Priority)


def test_a_policy_with_an_unknown_calendar_names_it():
    policy = Policy("lost", (Rule("all", "weekends"),))
    with pytest.raises(PolicyError, match="'weekends', which does not exist"):
        check_policy(policy, DEFAULT_CALENDARS, CaseType, Priority)


def test_a_policy_survives_its_stored_form():
    assert policy_from_json(policy_to_json(DEFAULT_POLICY)) == DEFAULT_POLICY


def test_options_left_out_of_the_stored_form_take_their_defaults():
    policy = policy_from_json(
        {
            "name": "short",
            "rules": [{"name": "all", "calendar": "always", "resolution": {"minutes": 60}}],
        }
    )
    assert policy == Policy("short", (Rule("all", "always", resolution=Target(minutes=60)),))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "wrong form"),
        ([], "wrong form"),
        ({"name": "x"}, "wrong form"),
        ({"name": "x", "rules": [{"name": "all"}]}, "wrong form"),
        ({"name": "x", "rules": [rule_ := {"name": "a", "calendar": "c"}, 5]}, "wrong form"),
        ({"name": "x", "rules": [rule_ | {"update": {"hours": 4}}]}, "wrong form"),
        ({"name": "x", "rules": [rule_ | {"update": {"minutes": 0}}]}, "either minutes or"),
        ({"name": "x", "rules": [rule_ | {"update": {"minutes": "9"}}]}, "either minutes or"),
        (
            {"name": "x", "rules": [rule_ | {"update": {"minutes": 5, "working_days": 1}}]},
            "either minutes or",
        ),
        (
            {"name": "x", "rules": [rule_ | {"update": {"minutes": 5, "commitment": "maybe"}}]},
            "guarantee or declaration, not 'maybe'",
        ),
        ({"name": "x", "rules": [], "warning_percent": 100}, "warning_percent"),
        ({"name": "x", "rules": [], "reopen_days": -1}, "reopen_days"),
        ({"name": "x", "rules": [], "first_response_on": ["noted"]}, "'noted' cannot be"),
    ],
)
def test_a_policy_that_cannot_be_read_says_what_is_wrong(data, message):
    with pytest.raises(PolicyError, match=message):
        policy_from_json(data)


def test_an_unknown_kind_of_target_is_refused():
    with pytest.raises(PolicyError, match="unknown target 'workaround'"):
        DEFAULT_POLICY.rules[0].target("workaround")
