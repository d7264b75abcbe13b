"""A trial: begun by an administrator, carried on by itself, and what it comes to."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from statistics import median
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_team, make_user
from tests.triage.experiments.scenes import (
    DAY,
    HOUR,
    cases,
    history,
    solve,
    solved_trial,
    split_evenly,
    times,
    trial,
)
from tests.triage.tickets.desk import NOW, opened
from triage.experiments import results, services
from triage.experiments.arms import OFF, ON, arm_of
from triage.experiments.cases import LONGEST, came_in, earlier_times, followed
from triage.experiments.models import Experiment
from triage.experiments.services import AlreadyRunning, carry_on, plans, start, stop
from triage.experiments.statistics import TooLittleKnown
from triage.experiments.withholding import withheld, withheld_ids
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(desk):
    return make_user(name="Sverre Lie", groups=("administrator",))


# --- chance ---------------------------------------------------------------------------------------


def test_chance_puts_half_of_the_cases_in_each_group_and_always_the_same_ones():
    key = UUID(int=3)
    groups = [arm_of(key, number) for number in range(10_000)]
    assert groups == [arm_of(key, number) for number in range(10_000)]
    assert abs(Counter(groups)[ON] - 5_000) < 200


def test_another_trial_draws_anew():
    one, other = UUID(int=1), UUID(int=2)
    same = sum(arm_of(one, number) == arm_of(other, number) for number in range(10_000))
    assert abs(same - 5_000) < 200


# --- beginning ------------------------------------------------------------------------------------


def test_a_plan_says_beforehand_how_many_cases_and_days_each_change_takes(desk):
    history(desk)
    cases(desk, 56, since=NOW - 27 * DAY, over=26 * DAY)
    found = {plan.effect: plan for plan in plans(NOW)}
    assert set(found) == set(services.EFFECTS)
    assert found[5].in_each > found[10].in_each > found[20].in_each > 100
    assert found[10].inflow == 2
    assert found[10].days == found[10].in_each + 14


def test_of_very_many_earlier_cases_some_are_read_evenly_over_the_days(desk, monkeypatch):
    history(desk)
    whole = earlier_times(NOW, days=90)
    monkeypatch.setattr("triage.experiments.cases.MOST_HISTORY", 50)
    some = earlier_times(NOW, days=90)
    assert len(whole) // 4 < len(some) <= 50
    assert min(some) < median(whole) < max(some)


def test_without_new_cases_nobody_knows_how_many_days_it_takes(desk):
    history(desk)
    assert {plan.days for plan in plans(NOW)} == {None}


def test_too_few_earlier_cases_make_no_plan(desk, boss):
    history(desk, 60)
    assert plans(NOW) == []
    with pytest.raises(TooLittleKnown):
        start(effect=10, by=boss, now=NOW)


def test_a_trial_keeps_its_plan_and_who_began_it(desk, boss):
    history(desk)
    made = start(effect=10, by=boss, now=NOW)
    (plan,) = (plan for plan in plans(NOW) if plan.effect == 10)
    assert (made.in_each, made.history, made.inflow) == (plan.in_each, plan.history, plan.inflow)
    assert (made.started_by, made.started_at) == (boss, NOW)


@pytest.mark.parametrize("role", ["manager", "agent", "asker"])
def test_nobody_but_administrators_begins_or_stops_one(desk, role):
    history(desk)
    person = getattr(desk.people, role)
    with pytest.raises(PermissionDenied):
        start(effect=10, by=person, now=NOW)
    with pytest.raises(PermissionDenied):
        stop(experiment=trial(desk), by=person, now=NOW)
    assert Experiment.objects.get().is_running


def test_only_one_runs_at_a_time(desk, boss):
    history(desk)
    first = start(effect=10, by=boss, now=NOW)
    with pytest.raises(AlreadyRunning):
        start(effect=20, by=boss, now=NOW)
    assert Experiment.objects.get() == first
    stop(experiment=first, by=boss, now=NOW)
    start(effect=20, by=boss, now=NOW)
    assert Experiment.objects.count() == 2


def test_the_database_lets_no_two_run_either(desk):
    trial(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        trial(desk)


def test_a_change_that_is_not_offered_is_refused(desk, boss):
    with pytest.raises(ValueError, match="7 per cent"):
        start(effect=7, by=boss, now=NOW)


# --- withholding ----------------------------------------------------------------------------------


def test_suggestions_are_kept_from_the_cases_chance_chose_while_it_runs(desk, boss):
    made = trial(desk, days_ago=1)
    found = cases(desk, 40, since=made.started_at, over=HOUR)
    split_evenly(made, found)
    without = {each.pk for each in found if arm_of(made.key, each.pk) == OFF}
    assert len(without) == 20
    assert withheld_ids(found) == without
    stop(experiment=made, by=boss, now=NOW)
    assert withheld_ids(found) == set()


def test_cases_from_before_and_after_it_was_full_are_not_part_of_it(desk):
    made = trial(desk, days_ago=2, full_at=NOW - DAY)
    before = cases(desk, 20, since=made.started_at - DAY, over=DAY - HOUR)
    after = cases(desk, 20, since=NOW - DAY, over=HOUR)
    assert withheld_ids([*before, *after]) == set()
    assert came_in(made, NOW) == {ON: 0, OFF: 0}


@pytest.mark.parametrize("never", [{"security": True}, {"severity": "A"}])
def test_security_cases_and_the_most_severe_are_never_without(desk, never):
    made = trial(desk, days_ago=1)
    found = cases(desk, 20, since=made.started_at, over=HOUR)
    Ticket.objects.update(**never)
    found = list(Ticket.objects.all())
    assert not any(withheld(each) for each in found)
    assert came_in(made, NOW) == {ON: 0, OFF: 0}


def test_many_cases_are_asked_about_in_one_statement(desk):
    made = trial(desk, days_ago=1)
    found = cases(desk, 30, since=made.started_at, over=HOUR)
    with CaptureQueriesContext(connection) as queries:
        withheld_ids(found)
    assert len(queries) == 1


# --- carrying on ----------------------------------------------------------------------------------


def test_a_trial_is_full_when_both_groups_are_and_ends_when_the_last_were_followed(desk):
    made = trial(desk, days_ago=10, in_each=20)
    found = cases(desk, 30, since=made.started_at, over=DAY)
    carry_on(NOW)
    made.refresh_from_db()
    assert made.full_at is None
    assert sum(made.came_in.values()) == 30 and made.counted_at == NOW
    found += cases(desk, 90, since=made.started_at + 2 * DAY, over=DAY)
    solve(desk, found, times(120))
    carry_on(NOW)
    made.refresh_from_db()
    assert (made.full_at, made.is_running) == (NOW, True)
    carry_on(NOW + 14 * DAY - timedelta(seconds=1))
    made.refresh_from_db()
    assert made.is_running
    carry_on(NOW + 14 * DAY)
    made.refresh_from_db()
    assert (made.ending, made.ended_by, made.ended_at) == ("complete", None, NOW + 14 * DAY)
    assert made.result[ON]["cases"] + made.result[OFF]["cases"] == 120


def test_without_a_trial_there_is_nothing_to_carry_on(desk):
    carry_on(NOW)
    assert not Experiment.objects.exists()


def test_stopping_twice_keeps_the_first_end(desk, boss):
    made = solved_trial(desk, 60)
    stop(experiment=made, by=boss, now=NOW)
    made.refresh_from_db()
    stop(experiment=made, by=boss, now=NOW + DAY)
    assert Experiment.objects.get().ended_at == NOW
    assert Experiment.objects.get().ending == "stopped"
    carry_on(NOW + DAY)
    assert Experiment.objects.get().ending == "stopped"


# --- counting -------------------------------------------------------------------------------------


def test_a_large_difference_is_found_with_its_size(desk):
    made = solved_trial(desk, 400, change=0.5)
    compared = results.count(made, NOW)["compared"]
    assert compared["low"] < 0.5 < compared["high"] < 1
    assert compared["p"] < 0.001


def test_medians_and_solved_cases_stand_side_by_side(desk):
    made = trial(desk)
    found = cases(desk, 60, since=made.started_at, over=DAY)
    groups = {arm: [x for x in found if arm_of(made.key, x.pk) == arm] for arm in (ON, OFF)}
    solve(desk, groups[ON], [3.0] * len(groups[ON]))
    half = len(groups[OFF]) // 2 - 1
    solve(desk, groups[OFF][:half], [5.0] * half)
    got = results.count(made, NOW)
    assert got[ON]["median"] == 3 * 3600
    assert got[ON]["solved"] == got[ON]["cases"] == len(groups[ON])
    assert got[OFF]["median"] is None  # fewer than half were solved
    assert got[OFF]["solved"] == half


def test_a_case_that_was_not_followed_for_14_days_is_not_counted_yet(desk):
    made = trial(desk, days_ago=20)
    old = cases(desk, 10, since=made.started_at, over=DAY)
    cases(desk, 10, since=NOW - 14 * DAY, over=DAY)
    assert {each.ticket for each in followed(made, NOW)} == {each.pk for each in old}
    assert sum(came_in(made, NOW).values()) == 20


def test_what_was_solved_after_14_days_counts_as_the_longest(desk):
    made = trial(desk)
    found = cases(desk, 2, since=made.started_at, over=DAY)
    solve(desk, found, [14 * 24 + 1, 2])
    assert sorted(each.seconds for each in followed(made, NOW)) == [7200, LONGEST]


def test_no_cases_duplicates_and_other_desks_are_left_out_and_counted(desk):
    made = trial(desk)
    cases(desk, 30, since=made.started_at, over=DAY)
    none, duplicate, elsewhere = Ticket.objects.order_by("pk")[:3]
    Ticket.objects.filter(pk=none.pk).update(case_type="not_a_case")
    Ticket.objects.filter(pk=duplicate.pk).update(close_reason="duplicate")
    Ticket.objects.filter(pk=elsewhere.pk).update(solution_code="other_desk")
    got = results.count(made, NOW)
    assert got[ON]["left_out"] + got[OFF]["left_out"] == 3
    assert got[ON]["cases"] + got[OFF]["cases"] == 27
    assert sum(came_in(made, NOW).values()) == 27


def test_a_case_another_desk_had_is_left_out(desk):
    made = trial(desk)
    other = make_team(slug="skatt", name="Skatt", line="other_desk")
    ticket = opened(desk, at=made.started_at)
    ticket.involvements.create(team=other, kind="owner", started_at=NOW, ended_at=NOW)
    (found,) = followed(made, NOW)
    assert not found.counts


def test_first_line_solutions_are_those_of_the_managers_reports(desk):
    made = trial(desk)
    found = cases(desk, 20, since=made.started_at, over=DAY)
    solve(desk, found, [2.0] * 20)
    got = results.count(made, NOW)
    assert got[ON]["first_line"] == got[ON]["cases"]
    second = found[0]
    second.involvements.create(
        team=desk.second, kind="owner", started_at=second.opened_at, ended_at=second.opened_at
    )
    again = results.count(made, NOW)
    arm = arm_of(made.key, second.pk)
    assert again[arm]["first_line"] == got[arm]["first_line"] - 1
    assert again[arm]["escalated"] == 1


def test_very_few_cases_are_not_compared(desk):
    made = trial(desk)
    cases(desk, 6, since=made.started_at, over=DAY)
    assert results.count(made, NOW)["compared"] is None
