"""Kept internal deadlines by team, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting import deadlines, internal
from triage.reporting.closing import close_months
from triage.reporting.figures import Share
from triage.sla.agreements import Agreement
from triage.sla.months import Month
from triage.sla.policy import DEFAULT_POLICY, policy_to_json
from triage.sla.service_model import service_model, store_example
from triage.sla.targets import Target
from triage.tickets import services

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _agreed(db):
    service_model.cache_clear()
    stored = store_example(oslo("2026-09-01 00:00"))
    agreements = tuple(
        Agreement(team, "service_hours", Target(minutes=120))
        for team in ("autorisasjon", "plattform")
    )
    stored.data = policy_to_json(replace(DEFAULT_POLICY, agreements=agreements))
    stored.save()
    yield
    service_model.cache_clear()


def handed(desk, at, *, to=None, **fields):
    ticket = opened(desk, at=at, **fields)
    services.hand_over(
        ticket=ticket,
        by=desk.people.guard if ticket.security else desk.people.agent,
        to=to or desk.second,
        reason="unsure",
        tried="x",
        now=at,
    )
    return ticket


def back(desk, ticket, at, by=None):
    services.hand_back(ticket=ticket, by=by or desk.people.expert, reason="Nei", now=at)


@pytest.fixture
def scene(desk):
    """In September one kept, bounced and late; in October one late that another team took on."""
    at = oslo("2026-09-16 10:00")
    bounced = handed(desk, at)
    back(desk, bounced, at + HOUR)
    services.hand_over(
        ticket=bounced,
        by=desk.people.agent,
        to=desk.second,
        reason="unsure",
        tried="x",
        now=at + 2 * HOUR,
    )
    back(desk, bounced, at + 30 * HOUR)
    late = handed(desk, oslo("2026-10-14 10:00"))
    services.hand_over(
        ticket=late,
        by=desk.people.expert,
        to=desk.third,
        reason="unsure",
        tried="x",
        now=oslo("2026-10-15 10:00"),
    )
    back(desk, late, oslo("2026-10-15 10:30"), by=desk.people.outsider)
    return bounced, late


def test_each_part_counts_for_the_team_that_had_it_in_the_month_its_time_came(desk, scene):
    found = internal.kept_by_teams(scope_of(desk.people.manager))
    second, third = desk.second.pk, desk.third.pk
    assert found.of(SEPTEMBER, second) == Share(1, 2)
    assert found.of(OCTOBER, second) == Share(0, 1)
    assert found.of(OCTOBER, third) == Share(1, 1)
    assert found.of(NOVEMBER, second) == Share()
    assert found.teams() == sorted([second, third])


def test_the_cases_behind_are_those_of_the_team(desk, scene):
    bounced, late = scene
    scope = scope_of(desk.people.manager)
    assert internal.parts(scope).count() == 4
    of_second = replace(scope, of_team="autorisasjon", narrow=True)
    assert [part.ticket_id for part in internal.late_parts(of_second)] == [late.pk, bounced.pk]
    assert not internal.late_parts(replace(scope, of_team="plattform")).exists()


def test_parts_that_are_not_over_or_were_given_up_before_their_time_are_not_counted(desk):
    handed(desk, NOW - HOUR)
    withdrawn = handed(desk, oslo("2026-10-14 10:00"))
    services.mark_not_a_case(ticket=withdrawn, by=desk.people.expert, now=oslo("2026-10-14 10:30"))
    still_late = handed(desk, oslo("2026-11-02 10:00"))
    found = internal.kept_by_teams(scope_of(desk.people.manager))
    assert found.shares == {(NOVEMBER, desk.second.pk): Share(0, 1)}
    assert internal.late_parts(scope_of(desk.people.manager)).get().ticket_id == still_late.pk


def test_internal_deadlines_are_no_promises_in_other_reports(desk, scene):
    scope = scope_of(desk.people.manager)
    assert {clock.kind for clock in deadlines.targets(scope)} <= {
        "first_response",
        "update",
        "resolution",
    }


def test_a_closed_month_keeps_its_figures_and_says_the_same(desk, scene):
    scope = scope_of(desk.people.manager)
    before = internal.kept_by_teams(scope)
    close_months(NOW)
    after = internal.kept_by_teams(scope)
    assert after.closed.months and after.shares == before.shares


def test_a_security_case_counts_for_those_who_may_read_it(desk):
    handed(desk, oslo("2026-10-14 10:00"), case_type="security_incident")
    assert internal.kept_by_teams(scope_of(desk.people.manager)).shares == {}
    found = internal.kept_by_teams(scope_of(desk.people.guard))
    assert sum(share.whole for share in found.shares.values()) == 1


def test_a_team_that_is_gone_is_counted_without_a_name(desk, scene):
    desk.third.slug = "omdopt"
    desk.third.save()
    assert internal.kept_by_teams(scope_of(desk.people.manager)).of(OCTOBER, 0) == Share(1, 1)
