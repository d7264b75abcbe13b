"""Time to the first answer: wall time, service hours, and who is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import make_organisation
from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting import answering
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
HOUR = 3600


def answer(desk, came: str, answered: str, **fields):
    ticket = opened(desk, at=oslo(came), **fields)
    services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=oslo(answered))
    return ticket


def rows(desk, **more):
    return answering.answers(scope_of(desk.people.manager, **more)).rows


def values(desk, name: str) -> list:
    """The groups there are of one kind, one for each group."""
    return list(answering.answers(scope_of(desk.people.manager)).times(name))


@pytest.mark.parametrize(
    ("came", "answered", "wall", "service"),
    [
        ("2026-10-14 10:00", "2026-10-14 12:30", 2.5, 2.5),
        # Friday 15.00 to Monday 09.00: 45 minutes to closing, an hour from opening.
        ("2026-10-16 15:00", "2026-10-19 09:00", 66, 1.75),
        # The weekend the clocks go back is an hour longer by the clock, not in service.
        ("2026-10-23 15:45", "2026-10-26 08:00", 65.25, 0),
        # Outside hours altogether.
        ("2026-10-17 12:00", "2026-10-17 13:00", 1, 0),
    ],
)
def test_both_times_of_an_answer_by_hand(desk, came, answered, wall, service):
    answer(desk, came, answered)
    [row] = rows(desk)
    assert (row["wall"], row["service"]) == (wall * HOUR, service * HOUR)


def test_a_critical_case_is_measured_around_the_clock(desk):
    answer(desk, "2026-10-17 12:00", "2026-10-17 13:00", case_type="incident", impact=1, urgency=1)
    [row] = rows(desk)
    assert row["service"] == row["wall"] == HOUR


@pytest.mark.parametrize(
    ("answered", "month"),
    [("2026-10-31 23:59:59", OCTOBER), ("2026-11-01 00:00:00", NOVEMBER)],
)
def test_an_answer_counts_in_the_month_it_was_given(desk, answered, month):
    answer(desk, "2026-10-30 12:00", answered)
    assert values(desk, "month") == [month]


def test_who_waits_and_who_was_told_that_we_look_into_it_are_not_counted(desk):
    opened(desk, at=oslo("2026-10-14 10:00"))
    held = opened(desk, at=oslo("2026-10-14 10:00"))
    services.reply(
        ticket=held, by=desk.people.agent, body="Vi ser på det.", now=NOW, counts_as_answer=False
    )
    assert len(rows(desk)) == 0


def test_only_the_first_answer_counts(desk):
    ticket = answer(desk, "2026-10-14 10:00", "2026-10-14 11:00")
    services.reply(ticket=ticket, by=desk.people.agent, body="Og.", now=oslo("2026-10-15 11:00"))
    assert [row["wall"] for row in rows(desk)] == [HOUR]


def test_groups_by_written_standard_kind_of_body_and_channel(desk):
    state = make_organisation(segment="state")
    for minutes in (10, 20, 30, 40, 100):
        end = oslo("2026-10-14 10:00") + timedelta(minutes=minutes)
        ticket = opened(
            desk, at=oslo("2026-10-14 10:00"), language="nn", organisation=state, channel="phone"
        )
        services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=end)
    answer(desk, "2026-10-14 10:00", "2026-10-14 11:00", organisation=None)
    found = answering.answers(scope_of(desk.people.manager))
    nynorsk = found.times("language")["nn"]
    assert (nynorsk.wall.count, nynorsk.wall.median, nynorsk.wall.p90) == (5, 1800, 6000)
    assert not nynorsk.wall.hidden
    assert found.times("language")["nb"].wall.hidden
    assert set(found.times("segment")) == {"state", ""}
    assert set(found.times("channel")) == {"phone", "portal"}
    assert answering.answered_cases(scope_of(desk.people.manager)).count() == 6


def test_groups_by_size_are_those_of_the_organisation(desk):
    for fields in ({"organisation": make_organisation(size="small")}, {"organisation": None}):
        answer(desk, "2026-10-14 10:00", "2026-10-14 11:00", **fields)
    assert set(values(desk, "size")) == {"small", ""}


GROUPS = {"month": (Month(2026, 9), OCTOBER, NOVEMBER), "language": ["nb", "nn", "en"]}


def test_what_may_be_shown_is_the_same_whatever_filters_are_in_use(desk):
    for language, count in (("nb", 12), ("nn", 3), ("en", 6)):
        for _number in range(count):
            answer(desk, "2026-10-14 10:00", "2026-10-14 11:00", language=language)
    found = answering.answers(scope_of(desk.people.manager))
    plain = answering.small(found, GROUPS)
    filtered = answering.small(found, {**GROUPS, "product": [None, desk.product.pk]})
    for language in GROUPS["language"]:
        assert plain.count({"language": language}) == filtered.count({"language": language})
    hidden = {code for code in GROUPS["language"] if filtered.is_hidden({"language": code})}
    assert hidden == {"nn", "en"} and not filtered.is_hidden({"product": None})


def test_a_group_of_a_product_cannot_be_had_by_taking_another_product_away(desk):
    for product, count in ((desk.product, 20), (None, 2)):
        for _number in range(count):
            answer(desk, "2026-10-14 10:00", "2026-10-14 11:00", language="nn", product=product)
    for product in (desk.product, None):
        for _number in range(30):
            answer(desk, "2026-10-14 10:00", "2026-10-14 11:00", product=product)
    dimensions = {**GROUPS, "product": [None, desk.product.pk]}
    found = answering.small(answering.answers(scope_of(desk.people.manager)), dimensions)
    assert not found.is_hidden({"language": "nn"})
    assert found.is_hidden({"language": "nn", "product": None})
    assert found.is_hidden({"language": "nn", "product": desk.product.pk})
