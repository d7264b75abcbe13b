"""How cases travel, by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting import cooperation
from triage.reporting.cooperation import Moves
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HOUR = timedelta(hours=1)


def hand_over(desk, ticket, at) -> None:
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="x", now=at
    )


def test_moves_count_times_and_cases_in_the_month_they_happen(desk):
    late, at = oslo("2026-10-31 23:30"), oslo("2026-10-14 10:00")
    ping_pong, other = opened(desk, at=at), opened(desk, at=at, channel="phone")
    hand_over(desk, ping_pong, at + HOUR)
    services.hand_back(ticket=ping_pong, by=desk.people.expert, reason="Nei", now=at + 2 * HOUR)
    hand_over(desk, ping_pong, late)
    hand_over(desk, other, late + HOUR)
    consulted = opened(desk, at=late + HOUR)
    services.consult(
        ticket=consulted, by=desk.people.agent, team=desk.third, question="?", now=late + 2 * HOUR
    )
    scope = scope_of(desk.people.manager)
    found = cooperation.cooperation(scope)
    assert found.move(OCTOBER, "handed_over") == Moves(times=2, cases=1)
    assert found.move(NOVEMBER, "handed_over") == Moves(times=1, cases=1)
    assert found.move(OCTOBER, "handed_back") == Moves(times=1, cases=1)
    assert found.move(OCTOBER, "consulted") == Moves()
    assert found.move(NOVEMBER, "consulted") == Moves(times=1, cases=1)
    assert (found.opened(OCTOBER), found.opened(NOVEMBER)) == (2, 1)
    assert found.channels() == {"portal": 2, "phone": 1}
    assert cooperation.moved_cases(scope, "handed_over").count() == 2
    assert cooperation.opened_cases(scope).count() == 3


def test_nothing_of_the_future_or_of_another_period_is_counted(desk):
    opened(desk, at=oslo("2026-08-31 23:59"))
    opened(desk, at=NOW + HOUR)
    found = cooperation.cooperation(scope_of(desk.people.manager))
    assert sum(found.came_in.values()) == 0


def test_what_the_reader_may_not_open_is_not_counted(desk):
    opened(desk, at=oslo("2026-10-14 10:00"), case_type="security_incident")
    assert cooperation.cooperation(scope_of(desk.people.manager)).opened(OCTOBER) == 0
    assert cooperation.cooperation(scope_of(desk.people.guard)).opened(OCTOBER) == 1
