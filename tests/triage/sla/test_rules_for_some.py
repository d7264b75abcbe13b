"""Rules for some cases only, promises that end on a day, and guarantees that bind some."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.triage.sla.times import oslo, shown
from triage.sla.calendar import always_open
from triage.sla.clock import Event, Rules, current_clocks, ticket_clocks
from triage.sla.coverage import check_policy, uncovered, unreachable
from triage.sla.facts import Facts, facts_from_data
from triage.sla.policy import (
    DEFAULT_CALENDARS,
    DEFAULT_POLICY,
    NOBODY,
    SIGNED,
    Policy,
    PolicyError,
    Rule,
    Target,
    policy_from_json,
    policy_to_json,
)
from triage.tickets.kinds import CaseType, Priority

HOUR = Target(minutes=60, commitment="guarantee")
TYPES, PRIORITIES = ("question", "incident"), ("P3", "P4")
REST = Rule("rest", "service_hours", first_response=HOUR, resolution=HOUR)
PRODUCT = replace(REST, name="product", products=("old",))
SEGMENT = replace(REST, name="segment", segments=("state",), reason="Law gives them a duty.")
AGREEMENT = replace(REST, name="agreement", organisations=(7,), reason="An agreement.")


def policy(*rules: Rule, **options) -> Policy:
    """A policy of these rules and one for the rest."""
    return Policy("test", (*rules, REST), **options)


# --- which rule decides ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "decides"),
    [
        (Facts(), "rest"),
        (Facts(product="old"), "product"),
        (Facts(product="new"), "rest"),
        (Facts(product="old", segment="county"), "product"),
        (Facts(product="old", segment="state"), "segment"),
        (Facts(product="old", segment="state", organisation=7), "agreement"),
        (Facts(organisation=8), "rest"),
    ],
)
def test_the_most_specific_rule_decides_however_they_are_written(facts, decides):
    for rules in permutations((PRODUCT, SEGMENT, AGREEMENT)):
        assert policy(*rules).rule_for("question", "P4", facts).name == decides


def test_a_rule_that_names_two_of_them_comes_before_one_that_names_the_first():
    both = replace(AGREEMENT, name="both", products=("old",))
    found = policy(AGREEMENT, both)
    assert found.rule_for("question", "P4", Facts("old", "state", 7)).name == "both"
    assert found.rule_for("question", "P4", Facts("new", "state", 7)).name == "agreement"


def test_of_equally_specific_rules_the_first_decides():
    later = replace(AGREEMENT, name="later")
    facts = Facts(organisation=7)
    assert policy(AGREEMENT, later).rule_for("question", "P4", facts).name == "agreement"
    assert policy(later, AGREEMENT).rule_for("question", "P4", facts).name == "later"


def test_no_rule_for_some_reaches_a_type_whose_time_is_set_by_law():
    by_law = replace(REST, name="law", case_types=("access_request",), by_law=True)
    urgent = replace(REST, name="urgent", priorities=("P1",))
    found = policy(PRODUCT, AGREEMENT, urgent, by_law)
    facts = Facts(product="old", organisation=7)
    assert found.rule_for("access_request", "P4", facts).name == "law"
    assert found.rule_for("access_request", "P1", facts).name == "urgent"
    assert found.rule_for("question", "P1", facts).name == "agreement"


_some = st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(tuple)


@st.composite
def _rules(draw):
    rule = Rule(
        name=str(draw(st.integers(0, 10**6))),
        calendar="always",
        case_types=draw(st.lists(st.sampled_from(TYPES), max_size=2, unique=True).map(tuple)),
        priorities=draw(st.lists(st.sampled_from(PRIORITIES), max_size=1).map(tuple)),
        products=draw(_some),
        segments=draw(_some),
        organisations=draw(st.lists(st.sampled_from([1, 2]), max_size=2, unique=True).map(tuple)),
    )
    by_law = draw(st.booleans()) and rule.is_for_all and bool(rule.case_types)
    return replace(rule, by_law=by_law)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(_rules(), max_size=8),
    st.sampled_from(TYPES),
    st.sampled_from(PRIORITIES),
    st.builds(
        Facts,
        product=st.sampled_from(["", "a", "b"]),
        segment=st.sampled_from(["", "a", "b"]),
        organisation=st.integers(0, 2),
    ),
)
def test_the_same_case_gets_the_same_rule_and_a_plain_walk_finds_it_too(
    rules, case_type, priority, facts
):
    found = Policy("test", tuple(rules)).rule_for(case_type, priority, facts)
    again = Policy("test", tuple(rules)).rule_for(case_type, priority, facts)
    assert found == again
    by_law = any(rule.by_law and case_type in rule.case_types for rule in rules)
    fitting = [
        rule
        for rule in rules
        if rule.fits(case_type, priority, facts)
        and not (by_law and (rule.products or rule.segments or rule.organisations))
    ]
    for names in ("organisations", "segments", "products"):
        if any(getattr(rule, names) for rule in fitting):
            fitting = [rule for rule in fitting if getattr(rule, names)]
    assert found == (fitting[0] if fitting else None)


# --- promises that end ----------------------------------------------------------------------------

ENDING = replace(PRODUCT, name="ending", until=date(2026, 4, 30))
OLD = Facts(product="old")


def kinds(*events: Event, rules: Policy, now="2026-12-01 12:00") -> set[str]:
    """The kinds of clock a case has."""
    return {each.kind for each in ticket_clocks(events, rules, DEFAULT_CALENDARS, now=oslo(now))}


def came_in(at: str, **more) -> Event:
    """A question about the old product."""
    return Event(kind="opened", at=oslo(at), case_type="question", priority="P4", facts=OLD, **more)


@pytest.mark.parametrize(
    ("until", "received", "promised"),
    [
        ("2026-04-30", "2026-04-30 08:00", True),
        ("2026-04-30", "2026-04-30 23:59:59.999999", True),
        ("2026-04-30", "2026-05-01 00:00", False),
        ("2026-04-30", "2026-05-04 09:00", False),
        ("2026-03-28", "2026-03-29 00:00", False),  # the day summer time begins
        ("2026-03-29", "2026-03-29 23:59:59", True),
        ("2026-03-29", "2026-03-30 00:00", False),
        ("2026-10-25", "2026-10-25 23:59:59", True),  # the day it ends, 25 hours long
        ("2026-10-25", "2026-10-26 00:00", False),
    ],
)
def test_a_promise_holds_to_midnight_of_its_last_day_in_oslo(until, received, promised):
    rules = policy(replace(ENDING, until=date.fromisoformat(until)))
    found = kinds(came_in(received), rules=rules)
    assert found == ({"first_response", "resolution"} if promised else set())


def test_midnight_is_that_of_the_calendars_zone_and_not_of_the_servers():
    tokyo = replace(ENDING, calendar="tokyo")
    calendars = {**DEFAULT_CALENDARS, "tokyo": always_open("tokyo", "Asia/Tokyo")}
    now = oslo("2026-12-01 12:00")
    for at, promised in (("2026-04-30 16:59", True), ("2026-04-30 17:00", False)):
        found = ticket_clocks([came_in(at)], policy(tokyo), calendars, now=now)
        assert bool(found) is promised


def test_an_ended_promise_is_not_taken_over_by_a_less_specific_rule():
    rules = policy(ENDING)
    assert rules.rule_for("question", "P4", OLD).name == "ending"
    assert kinds(came_in("2026-05-04 09:00"), rules=rules) == set()


def test_a_case_received_in_time_keeps_its_promise_for_later_answers_and_reopenings():
    rules = policy(replace(ENDING, update=HOUR))
    events = [
        came_in("2026-04-30 15:30"),
        Event(kind="public_reply", at=oslo("2026-05-04 09:00")),
        Event(kind="resolved", at=oslo("2026-05-04 10:00")),
        Event(kind="reopened", at=oslo("2026-06-30 10:00")),
    ]
    clocks = ticket_clocks(events, rules, DEFAULT_CALENDARS, now=oslo("2026-07-01 08:00"))
    assert [(each.kind, each.number) for each in clocks] == [
        ("first_response", 1), ("update", 1), ("update", 2), ("resolution", 1), ("resolution", 2),
    ]  # fmt: skip


def test_a_merged_case_that_came_in_before_the_end_brings_its_promise():
    events = [
        came_in("2026-05-04 09:00"),
        Event(kind="merged", at=oslo("2026-05-04 10:00"), start=oslo("2026-04-30 09:00")),
    ]
    found = current_clocks(
        ticket_clocks(events, policy(ENDING), DEFAULT_CALENDARS, now=oslo("2026-05-04 11:00"))
    )
    assert shown(found["resolution"].due_at) == "2026-04-30 10:00"
    assert kinds(events[0], rules=policy(ENDING)) == set()


def test_a_corrected_product_changes_what_runs_and_leaves_what_is_done():
    events = [
        came_in("2026-05-04 09:00"),
        Event(kind="product_changed", at=oslo("2026-05-04 09:30"), product="new"),
        Event(kind="public_reply", at=oslo("2026-05-04 09:45")),
        Event(kind="product_changed", at=oslo("2026-05-04 10:30"), product="old"),
    ]
    clocks = current_clocks(
        ticket_clocks(events, policy(ENDING), DEFAULT_CALENDARS, now=oslo("2026-05-04 11:00"))
    )
    assert set(clocks) == {"first_response"}
    assert clocks["first_response"].rule == "rest"
    assert clocks["first_response"].start == oslo("2026-05-04 09:00")


# --- whom guarantees bind -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "terms", "commitment"),
    [
        ({}, (), "guarantee"),
        ({"binds": NOBODY}, ("2026-06-01",), "declaration"),
        ({"binds": SIGNED, "terms": "2026-06-01"}, (), "declaration"),
        ({"binds": SIGNED, "terms": "2026-06-01"}, ("2025-01-01",), "declaration"),
        ({"binds": SIGNED, "terms": "2026-06-01"}, ("2025-01-01", "2026-06-01"), "guarantee"),
    ],
)
def test_a_guarantee_binds_those_who_had_signed_its_terms(options, terms, commitment):
    opened = Event(
        kind="opened",
        at=oslo("2026-11-26 09:00"),
        case_type="incident",
        priority="P3",
        facts=Facts(terms=terms),
    )
    plain = policy()
    for rules, expected in ((policy(**options), commitment), (plain, "guarantee")):
        clocks = ticket_clocks([opened], rules, DEFAULT_CALENDARS, now=opened.at)
        assert {clock.commitment for clock in clocks} == {expected}
        assert {shown(clock.due_at) for clock in clocks} == {"2026-11-26 10:00"}


def test_facts_given_when_rules_change_stand_for_those_the_opening_did_not_hold():
    opened = Event(kind="opened", at=oslo("2026-05-04 09:00"), case_type="question", priority="P4")
    moved = Event(kind="rules_changed", at=opened.at + timedelta(hours=1), version=2, facts=OLD)
    later = {2: Rules(2, policy(ENDING), DEFAULT_CALENDARS)}
    now = opened.at + timedelta(hours=2)

    def clocks(*events):
        return ticket_clocks(
            events, policy(ENDING), DEFAULT_CALENDARS, now=now, version=1, later=later
        )

    assert len(clocks(opened)) == 2
    assert clocks(opened, moved) == ()
    kept = replace(opened, facts=Facts(product="new"))
    assert len(clocks(kept, replace(moved, facts=None))) == 2


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (replace(SEGMENT, reason=" "), "'segment' is for some customers only: write the reason"),
        (replace(AGREEMENT, reason=""), "'agreement' is for some customers only"),
        (replace(REST, name="law", by_law=True), "'law' is set by law: it names case types"),
        (replace(ENDING, by_law=True, case_types=("question",)), "'ending' is set by law"),
        (
            replace(REST, name="x", by_law=True, case_types=("order",), until=date(2026, 1, 1)),
            "does not end",
        ),
    ],
)
def test_a_policy_with_a_rule_that_must_not_be_is_refused(rule, message):
    with pytest.raises(PolicyError, match=message):
        check_policy(policy(rule), DEFAULT_CALENDARS, CaseType, Priority)


@pytest.mark.parametrize(
    "options",
    [{"binds": "somebody"}, {"binds": SIGNED}, {"terms": "2026"}, {"binds": NOBODY, "terms": "x"}],
)
def test_terms_are_named_only_by_a_policy_that_binds_those_who_signed(options):
    with pytest.raises(PolicyError, match=r"binds is|terms are named"):
        policy(**options)


def test_rules_for_some_do_not_cover_a_kind_of_case():
    everybody = ("question", "P4")
    assert uncovered([PRODUCT, SEGMENT, AGREEMENT], ["question"], ["P4"]) == [everybody]
    assert uncovered([PRODUCT, REST], ["question"], ["P4"]) == []


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ((REST, PRODUCT), {}),  # written last, tried first
        ((PRODUCT, replace(PRODUCT, name="again"), REST), {1: [0]}),
        ((AGREEMENT, replace(AGREEMENT, organisations=(7, 8)), REST), {}),
        ((replace(AGREEMENT, organisations=(7, 8)), AGREEMENT, REST), {1: [0]}),
        ((SEGMENT, replace(SEGMENT, products=("old",)), REST), {}),
        (
            (
                replace(REST, case_types=("question",), by_law=True),
                replace(PRODUCT, case_types=("question",)),
                REST,
            ),
            {1: [0]},
        ),
    ],
)
def test_rules_that_never_decide_are_found(rules, found):
    assert unreachable(rules, TYPES, PRIORITIES) == found


# --- the stored form ------------------------------------------------------------------------------


def test_everything_survives_the_stored_form():
    stored = policy(
        ENDING,
        SEGMENT,
        AGREEMENT,
        replace(REST, name="law", case_types=("order",), by_law=True),
        binds=SIGNED,
        terms="2026-06-01",
    )
    assert policy_from_json(policy_to_json(stored)) == stored


def test_a_policy_stored_before_there_were_such_rules_reads_as_it_was():
    data = policy_to_json(DEFAULT_POLICY)
    added = ("products", "segments", "organisations", "reason", "until", "by_law")
    for rule in data["rules"]:
        for name in added:
            del rule[name]
    del data["binds"], data["terms"]
    found = policy_from_json(data)
    assert found.types_by_law == frozenset()
    assert found == replace(
        DEFAULT_POLICY, rules=tuple(replace(rule, by_law=False) for rule in DEFAULT_POLICY.rules)
    )


@pytest.mark.parametrize("until", ["30 April", 17, ["2026-04-30"]])
def test_a_day_that_cannot_be_read_is_said_to_be_of_the_wrong_form(until):
    data = policy_to_json(policy(ENDING))
    data["rules"][0]["until"] = until
    with pytest.raises(PolicyError, match="wrong form"):
        policy_from_json(data)


@pytest.mark.parametrize("facts", [Facts(), Facts("old", "state", 7, ("2025", "2026"))])
def test_facts_survive_the_log(facts):
    assert facts_from_data(facts.as_data()) == facts


@pytest.mark.parametrize("data", [{"organisation": "many"}, {"terms": 3}, [], None])
def test_facts_that_cannot_be_read_say_so(data):
    with pytest.raises(ValueError, match=r"cannot be read|invalid literal"):
        facts_from_data(data)
