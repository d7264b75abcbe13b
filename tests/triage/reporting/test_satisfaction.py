"""How satisfied people are, by month and by group, and what is never shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_organisation
from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.oversight import ratings
from triage.reporting import satisfaction
from triage.reporting.satisfaction import Grades
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
AT = oslo("2026-10-14 12:00")
HOUR = timedelta(hours=1)


def solved(desk, grade=None, *, at=AT, comment="", **fields):
    ticket = opened(desk, at=at - HOUR, **fields)
    services.resolve(ticket=ticket, by=desk.people.agent, solution_code="answer", body="S", now=at)
    if grade:
        ratings.rate(
            ticket=ticket, by=desk.people.asker, grade=grade, comment=comment, now=at + HOUR
        )
    return ticket


def test_grades_are_counted_of_those_asked_in_the_month_the_case_was_solved(desk):
    for grade in (5, 4, 1, None):
        solved(desk, grade)
    solved(desk, 3, at=oslo("2026-09-30 23:59"))
    found = satisfaction.satisfaction(scope_of(desk.people.manager))
    october = found.by_month[OCTOBER]
    assert (october.asked, october.answered, october.satisfied) == (4, 3, 2)
    assert october.mean == pytest.approx(10 / 3)
    assert found.by_month[SEPTEMBER].grades == (0, 0, 1, 0, 0)


def test_who_has_no_account_was_not_asked(desk):
    solved(desk, requester=None, contact_email="a@tindvik.example")
    assert satisfaction.satisfaction(scope_of(desk.people.manager)).by_month == {}


def test_a_case_solved_twice_is_asked_about_twice(desk):
    ticket = solved(desk, 1)
    services.reopen(ticket=ticket, by=desk.people.asker, reason="Nei", now=AT + 2 * HOUR)
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Nå", now=AT + 3 * HOUR
    )
    scope = scope_of(desk.people.manager)
    october = satisfaction.satisfaction(scope).by_month[OCTOBER]
    assert (october.asked, october.answered) == (2, 1)
    assert list(satisfaction.rated_cases(scope)) == [ticket]
    assert list(satisfaction.asked_cases(scope)) == [ticket]


def test_grades_of_security_cases_are_for_those_who_may_read_them(desk):
    ticket = solved(desk, 5)
    ticket.security = True
    ticket.save()
    assert satisfaction.satisfaction(scope_of(desk.people.manager)).by_month == {}
    assert satisfaction.comments(scope_of(desk.people.manager), 5) == []
    assert satisfaction.satisfaction(scope_of(desk.people.guard)).by_month[OCTOBER].answered == 1


def test_comments_come_the_newest_first(desk):
    solved(desk, 2, comment="Det tok tid", at=AT - 5 * HOUR)
    solved(desk, 5, comment="Takk")
    solved(desk, 5)
    found = satisfaction.comments(scope_of(desk.people.manager), 5)
    assert [rating.comment for rating in found] == ["Takk", "Det tok tid"]


def test_groups_are_of_the_last_four_whole_quarters_whatever_is_asked(desk):
    scope = scope_of(desk.people.manager, first="2026-11")
    period = satisfaction.whole_quarters(scope)
    assert (str(period.first), str(period.last)) == ("2025-10", "2026-09")
    solved(desk, 5)  # in October: its quarter is not over
    assert satisfaction.by_group(scope)["language"].by_group == {}


@pytest.mark.parametrize(
    ("quarters", "safe"),
    [
        ({"2026-08": 5}, True),
        ({"2026-08": 4}, False),
        ({"2026-08": 5, "2026-05": 5}, True),
        ({"2026-08": 20, "2026-05": 1}, False),  # the one could be worked out a quarter later
    ],
)
def test_a_group_is_shown_when_every_quarter_with_answers_has_five(desk, quarters, safe):
    for month, count in quarters.items():
        for _number in range(count):
            solved(desk, 4, at=oslo(f"{month}-14 12:00"), language="nn")
    found = satisfaction.by_group(scope_of(desk.people.manager))["language"]
    assert ("nn" not in found.unsafe) is safe
    assert found.by_group["nn"].answered == sum(quarters.values())


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["nb", "nn", "en"]), st.integers(0, 3)), st.integers(0, 9)
    )
)
def test_no_quarter_of_a_group_is_small_whether_shown_or_hidden_together(answered):
    unsafe = satisfaction.unsafe_groups(answered)
    groups = {value for value, _quarter in answered}
    for quarter in range(4):
        for value in groups - unsafe:
            assert not 0 < answered.get((value, quarter), 0) < 5
        hidden = sum(answered.get((value, quarter), 0) for value in unsafe)
        assert not 0 < hidden < 5 or groups == unsafe


def test_groups_by_size_know_those_without_an_organisation(desk):
    small = make_organisation(size="small")
    solved(desk, 4, at=oslo("2026-08-14 12:00"), organisation=small)
    solved(desk, 4, at=oslo("2026-08-14 12:00"), organisation=None)
    found = satisfaction.by_group(scope_of(desk.people.manager))["size"]
    assert set(found.by_group) == {"small", ""} == set(found.unsafe)


def test_nobody_answered_has_no_mean():
    assert Grades().mean is None and Grades().hidden
    assert (Grades(asked=2) + Grades(asked=1, grades=(1, 0, 0, 0, 0))).asked == 3


def test_what_is_still_to_come_is_not_counted(desk):
    solved(desk, 5, at=NOW + HOUR)
    assert satisfaction.satisfaction(scope_of(desk.people.manager)).by_month == {}
