"""Solved in the first line: what counts, what does not, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.roles import Line
from tests.factories import make_team
from tests.triage.reporting.scenes import LONG_AGO, NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting import solved
from triage.reporting.figures import Share
from triage.reporting.measures import Sums
from triage.sla.months import Month
from triage.tickets import merging, services
from triage.tickets.models import Ticket
from triage.tickets.states import Action
from triage.tickets.work import changing

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, number) for number in (9, 10, 11))
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
AT = oslo("2026-10-14 12:00")


def solve(desk, at=AT, *, code="answer", **fields) -> Ticket:
    ticket = opened(desk, at=LONG_AGO, **fields)
    services.resolve(ticket=ticket, by=desk.people.agent, solution_code=code, body="Slik.", now=at)
    return ticket


def reopen(desk, ticket, at) -> None:
    """Open it again, however late: cases were, before late ones went on in new cases."""
    with changing(ticket, Action.REOPEN, by=desk.people.agent, now=at):
        pass


def hand_over(desk, ticket, at, to=None) -> None:
    services.hand_over(
        ticket=ticket,
        by=desk.people.agent,
        to=to or desk.second,
        reason="unsure",
        tried="x",
        now=at,
    )


def share(desk, month=OCTOBER, **more) -> Share:
    return solved.solved(scope_of(desk.people.manager, **more)).first_line(month)


def test_a_case_the_first_line_solves_counts(desk):
    solve(desk)
    assert share(desk) == Share(1, 1)


@pytest.mark.parametrize(
    ("at", "month"),
    [("2026-10-31 23:59:59", OCTOBER), ("2026-11-01 00:00:00", NOVEMBER)],
)
def test_it_counts_in_the_month_it_was_solved_by_the_clock_in_oslo(desk, at, month):
    solve(desk, oslo(at))
    assert share(desk, month) == Share(1, 1)
    found = solved.solved(scope_of(desk.people.manager))
    assert sum((found.first_line(each) for each in found.months), Share()) == Share(1, 1)


def test_a_case_a_second_line_team_had_is_not_the_first_lines(desk):
    ticket = opened(desk, at=LONG_AGO)
    hand_over(desk, ticket, LONG_AGO + DAY)
    services.hand_back(
        ticket=ticket, by=desk.people.expert, reason="Det er dere", now=LONG_AGO + 2 * DAY
    )
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Slik.", now=AT
    )
    assert share(desk) == Share(0, 1)


def test_being_asked_for_advice_is_not_having_the_case(desk):
    ticket = opened(desk, at=LONG_AGO)
    services.consult(
        ticket=ticket, by=desk.people.agent, team=desk.second, question="Hva?", now=LONG_AGO + DAY
    )
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Slik.", now=AT
    )
    assert share(desk) == Share(1, 1)


@pytest.mark.parametrize(
    ("after", "in_first_line"), [(14 * DAY - SECOND, False), (14 * DAY, True), (20 * DAY, True)]
)
def test_reopening_within_14_days_takes_it_away_and_later_does_not(desk, after, in_first_line):
    ticket = solve(desk)
    reopen(desk, ticket, AT + after)
    assert share(desk) == Share(int(in_first_line), 1)
    found = solved.solved(scope_of(desk.people.manager)).reopened(OCTOBER)
    assert found == Share(int(not in_first_line), 1)


def test_what_a_second_line_team_gets_after_14_days_changes_nothing(desk):
    ticket = solve(desk)
    reopen(desk, ticket, AT + 20 * DAY)
    hand_over(desk, ticket, AT + 21 * DAY)
    assert share(desk) == Share(1, 1)


def test_a_case_solved_twice_counts_once_in_the_first_month(desk):
    ticket = solve(desk, oslo("2026-09-20 12:00"))
    reopen(desk, ticket, oslo("2026-10-20 12:00"))
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Nå.", now=NOW - DAY
    )
    found = solved.solved(scope_of(desk.people.manager)).by_month
    assert found == {SEPTEMBER: Sums(1, 1, 0)}


def test_other_desks_cases_duplicates_and_what_is_no_case_are_left_out(desk):
    solve(desk, code="other_desk")
    elsewhere = solve(desk)
    reopen(desk, elsewhere, AT + 20 * DAY)
    hand_over(desk, elsewhere, AT + 21 * DAY, to=make_team(line=Line.OTHER_DESK))
    duplicate, original = solve(desk), opened(desk, at=LONG_AGO)
    reopen(desk, duplicate, AT + DAY)
    merging.mark_duplicate(ticket=duplicate, by=desk.people.agent, of=original, now=AT + 2 * DAY)
    nothing = solve(desk)
    reopen(desk, nothing, AT + DAY)
    services.mark_not_a_case(ticket=nothing, by=desk.people.agent, now=AT + 2 * DAY)
    typed = opened(desk, at=LONG_AGO)
    services.correct_type(
        ticket=typed, by=desk.people.agent, case_type="not_a_case", now=LONG_AGO + DAY
    )
    services.resolve(
        ticket=typed, by=desk.people.agent, solution_code="answer", body="Nei.", now=AT
    )
    assert share(desk) == Share()
    solve(desk)
    assert share(desk) == Share(1, 1)


def test_a_withdrawn_case_was_never_solved(desk):
    ticket = opened(desk, at=LONG_AGO)
    services.mark_not_a_case(ticket=ticket, by=desk.people.agent, now=AT)
    assert share(desk) == Share()


def test_a_month_is_settled_14_days_after_its_end(desk):
    scope = scope_of(desk.people.manager)
    assert solved.settled_at(OCTOBER, scope) == oslo("2026-11-15 00:00")


def test_the_lists_are_as_long_as_the_figures(desk):
    for number in range(5):
        ticket = solve(desk, AT + number * DAY)
        if number % 2:
            reopen(desk, ticket, AT + number * DAY + SECOND)
    scope = scope_of(desk.people.manager)
    assert share(desk) == Share(3, 5)
    assert solved.solved_cases(scope).count() == 5
    kept = list(solved.first_line_cases(scope).values_list("pk", flat=True))
    assert len(kept) == 3 and kept == sorted(kept, reverse=True)
    assert solved.reopened_cases(scope).count() == 2


def test_security_cases_are_counted_for_those_who_may_read_them_only(desk):
    solve(desk)
    Ticket.objects.update(security=True)
    assert share(desk) == Share()
    assert solved.solved(scope_of(desk.people.guard)).first_line(OCTOBER) == Share(1, 1)
