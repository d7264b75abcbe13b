"""Internal deadlines of second-line teams, and who had a case when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.sla.generated import random_cases
from tests.triage.sla.test_clock_properties import GAPS, histories
from triage.sla.agreements import Agreement
from triage.sla.clock import (
    Event,
    Rules,
    all_clocks,
    business_time,
    next_due,
    promises,
    ticket_clocks,
)
from triage.sla.coverage import check_policy
from triage.sla.explain import explain_clock
from triage.sla.levels import CUSTOMER, TEAM, Holder, stretches, time_by_holder
from triage.sla.policy import (
    DEFAULT_CALENDARS,
    DEFAULT_POLICY,
    INTERNAL,
    PolicyError,
    policy_from_json,
    policy_to_json,
)
from triage.sla.targets import GUARANTEE, Target
from triage.tickets.kinds import CaseType, Priority

HOURS = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # 09.00 in Oslo, open until 15.45
FAR = MONDAY + timedelta(days=60)
AGREED = (
    Agreement("autorisasjon", "service_hours", Target(minutes=240)),
    Agreement("autorisasjon", "always", Target(minutes=60), ("P1",)),
    Agreement("plattform", "service_hours", Target(working_days=2)),
)
POLICY = replace(DEFAULT_POLICY, agreements=AGREED)


def event(kind, hours, **more):
    return Event(kind=kind, at=MONDAY + hours * HOURS, **more)


def opened(priority="P3"):
    return event("opened", 0, case_type="incident", priority=priority)


def over(hours, team="autorisasjon"):
    return event("handed_over", hours, team=team)


def back(hours):
    return event("handed_back", hours, team="servicedesk")


def internal(*events, now=FAR, policy=POLICY, **more):
    clocks = all_clocks(events, policy, DEFAULT_CALENDARS, now=now, **more)
    return [clock for clock in clocks if clock.kind == INTERNAL]


def test_the_time_of_a_team_runs_from_the_hand_over_and_not_from_the_opening():
    [clock] = internal(opened(), over(2))
    assert (clock.start, clock.due_at) == (MONDAY + 2 * HOURS, MONDAY + 6 * HOURS)
    assert (clock.team, clock.number, clock.commitment) == ("autorisasjon", 1, "declaration")
    assert clock.running and clock.breached_at == clock.due_at


def test_a_team_without_an_agreement_has_no_deadline_and_neither_has_a_case_never_handed_over():
    assert internal(opened()) == []
    assert internal(opened(), over(1, "drift")) == []


def test_an_agreement_for_a_priority_comes_before_the_one_for_all():
    [clock] = internal(opened("P1"), over(1))
    assert (clock.calendar, clock.target_time) == ("always", HOURS)


def test_a_case_that_bounces_gives_each_part_a_deadline_of_its_own_and_keeps_the_promises():
    events = [opened(), over(1), back(2), over(3), back(24), over(25, "plattform")]
    found = internal(*events)
    assert [(c.number, c.team) for c in found] == [
        (1, "autorisasjon"),
        (3, "autorisasjon"),
        (5, "plattform"),
    ]
    first, second, third = found
    assert first.met_at == MONDAY + 2 * HOURS and first.breached_at is None
    assert second.start == MONDAY + 3 * HOURS
    assert second.met_at == MONDAY + 24 * HOURS and second.breached_at == second.due_at
    assert third.running
    promised = ticket_clocks(events, POLICY, DEFAULT_CALENDARS, now=FAR)
    assert promised == ticket_clocks([opened()], POLICY, DEFAULT_CALENDARS, now=FAR)


def test_solving_a_case_is_the_end_of_the_part_and_closing_it_gives_the_part_up():
    [solved] = internal(opened(), over(1), event("resolved", 2))
    assert solved.met_at == MONDAY + 2 * HOURS
    [closed] = internal(opened(), over(1), event("closed", 2))
    assert (closed.met_at, closed.stopped_at) == (None, MONDAY + 2 * HOURS)


def test_the_team_does_not_lose_the_time_the_case_waits_outside():
    waits = [event("waiting_customer", 2), event("customer_reply", 4)]
    [clock] = internal(opened(), over(1), *waits)
    assert clock.due_at == datetime(2026, 11, 24, 7, 15, tzinfo=UTC)  # 2 h go beyond closing
    [waiting] = internal(opened(), over(1), waits[0])
    assert (waiting.due_at, waiting.paused_since) == (None, MONDAY + 2 * HOURS)


def test_a_case_handed_over_while_it_waits_is_counted_from_the_end_of_the_wait():
    [clock] = internal(
        opened(), event("waiting_customer", 1), over(2), event("customer_reply", 2.5)
    )
    assert clock.due_at == MONDAY + 6.5 * HOURS


def test_a_case_reopened_in_time_goes_on_with_its_team_and_later_begins_afresh():
    solved = [opened(), over(1), event("resolved", 2)]
    [soon] = internal(*solved, event("reopened", 26))
    assert soon.running and soon.number == 1
    assert soon.due_at == MONDAY + 29 * HOURS  # one of four hours was used
    _done, late = internal(*solved, event("reopened", 24 * 21))
    assert (late.number, late.start) == (2, MONDAY + timedelta(days=21))
    assert late.team == "autorisasjon"


def test_a_changed_priority_measures_the_part_from_its_hand_over_anew():
    [clock] = internal(opened(), over(1), event("priority_changed", 1.5, priority="P1"))
    assert clock.due_at == MONDAY + 2 * HOURS


def test_a_merged_case_does_not_move_the_start_of_the_part():
    merged = event("merged", 2, start=MONDAY - timedelta(days=7))
    [clock] = internal(opened(), over(1), merged)
    assert clock.start == MONDAY + HOURS


def test_new_rules_give_a_part_that_runs_their_deadline_and_leave_one_that_is_done():
    later = {2: Rules(2, POLICY, DEFAULT_CALENDARS)}
    change = event("rules_changed", 5, version=2)
    events = [opened(), over(1), back(2), over(3, "plattform"), change]
    [clock] = internal(*events, policy=DEFAULT_POLICY, later=later)
    assert (clock.team, clock.version, clock.start) == ("plattform", 2, MONDAY + 3 * HOURS)


def test_the_explanation_adds_up_to_what_was_agreed():
    [clock] = internal(opened(), over(5), event("waiting_customer", 6), event("customer_reply", 8))
    assert explain_clock(clock, DEFAULT_CALENDARS, FAR).counted == 4 * HOURS


def test_what_is_due_next_for_whoever_asked_is_never_an_internal_deadline():
    clocks = all_clocks([opened("P4"), over(1)], POLICY, DEFAULT_CALENDARS, now=FAR)
    assert next_due(clocks).kind == INTERNAL
    assert next_due(promises(clocks)).kind == "first_response"


def test_agreements_are_read_as_they_were_stored_and_older_policies_have_none():
    assert policy_from_json(policy_to_json(POLICY)) == POLICY
    older = policy_to_json(DEFAULT_POLICY)
    del older["agreements"]
    assert policy_from_json(older).agreements == ()


def _check(*agreements, teams=("autorisasjon",)):
    policy = replace(DEFAULT_POLICY, agreements=agreements)
    check_policy(policy, DEFAULT_CALENDARS, list(CaseType), list(Priority), teams=teams)


def test_agreements_that_name_nothing_or_say_two_things_are_refused():
    one = AGREED[0]
    _check(one, AGREED[1])
    for wrong, words in (
        ((replace(one, team="ingen"),), "does not exist"),
        ((replace(one, calendar="never"),), "does not exist"),
        ((replace(one, priorities=("P9",)),), "P9"),
        ((one, one), "two things"),
        ((AGREED[1], replace(one, priorities=("P1", "P2"))), "two things"),
    ):
        with pytest.raises(PolicyError, match=words):
            _check(*wrong)
    with pytest.raises(PolicyError, match="names a team"):
        replace(one, team="")
    with pytest.raises(PolicyError, match="guarantee"):
        replace(one, target=Target(minutes=5, commitment=GUARANTEE))
    with pytest.raises(PolicyError):
        policy_from_json({**policy_to_json(POLICY), "agreements": [{"team": "autorisasjon"}]})


def test_who_had_the_case_is_told_in_order_and_a_solved_case_is_with_nobody():
    events = [
        opened(),
        over(1),
        event("waiting_customer", 2),
        event("customer_reply", 3),
        back(4),
        event("resolved", 5),
        event("customer_reply", 5.5),
        event("reopened", 6),
    ]
    found = stretches(events, "servicedesk", MONDAY + 6.5 * HOURS)
    first, second = Holder(TEAM, "servicedesk"), Holder(TEAM, "autorisasjon")
    assert [each.holder for each in found] == [
        first,
        second,
        Holder(CUSTOMER),
        second,
        first,
        first,
    ]
    calendar = DEFAULT_CALENDARS["service_hours"]
    assert time_by_holder(found, calendar) == {
        first: 2.5 * HOURS,
        second: 2 * HOURS,
        Holder(CUSTOMER): HOURS,
    }
    assert stretches(events, "servicedesk", MONDAY) == []


TEAMS = st.sampled_from(["autorisasjon", "plattform", "drift"])


@st.composite
def travelling(draw):
    """Histories in which each hand-over names a team."""
    events = []
    for each in draw(histories()):
        if each.kind == "handed_over":
            each = replace(each, team=draw(TEAMS))
        if each.kind == "handed_back":
            each = replace(each, team="servicedesk")
        events.append(each)
    return events


def test_internal_deadlines_begin_and_end_with_hand_overs_and_never_touch_the_promises(request):
    @random_cases(request)
    @given(travelling(), GAPS)
    def check(events, wait):
        now = events[-1].at + timedelta(seconds=wait)
        clocks = all_clocks(events, POLICY, DEFAULT_CALENDARS, now=now)
        still = [each for each in events if not each.kind.startswith("handed_")]
        assert promises(clocks) == ticket_clocks(still, POLICY, DEFAULT_CALENDARS, now=now)
        own = [clock for clock in clocks if clock.kind == INTERNAL]
        assert len({clock.number for clock in own}) == len(own)
        assert sum(clock.running for clock in own) <= 1
        handed = [each.at for each in events if each.kind.startswith("handed_")]
        starts = {*handed, *(each.at for each in events if each.kind == "reopened")}
        for clock in own:
            assert clock.start in starts
            assert not clock.met_at or clock.met_at in {*handed, *_of(events, "resolved")}
            assert not clock.stopped_at or clock.stopped_at in _of(events, "closed")
            if clock.due_at is not None:
                calendar = DEFAULT_CALENDARS[clock.calendar]
                used = business_time(calendar, clock.start, clock.due_at, clock.pauses)
                assert used == clock.target_time

    check()


def test_time_with_teams_and_outside_adds_up_to_the_time_the_case_was_open(request):
    @random_cases(request)
    @given(travelling(), GAPS)
    def check(events, wait):
        now = events[-1].at + timedelta(seconds=wait)
        found = stretches(events, "servicedesk", now)
        for one, following in zip(found, found[1:], strict=False):
            assert one.end <= following.start
        calendar = DEFAULT_CALENDARS["service_hours"]
        total = sum(time_by_holder(found, calendar).values(), timedelta())
        assert total == business_time(calendar, events[0].at, now) - _ended(events, calendar, now)

    check()


def _of(events, kind):
    return {each.at for each in events if each.kind == kind}


def _ended(events, calendar, now):
    """Open time in which the case was solved or closed."""
    total, since = timedelta(), None
    for each in events:
        if each.kind in ("resolved", "closed") and since is None:
            since = each.at
        if each.kind == "reopened" and since is not None:
            total, since = total + business_time(calendar, since, each.at), None
    return total + (business_time(calendar, since, now) if since is not None else timedelta())
