"""The views of the queue, their counts, and pages that go on where the last one ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.tickets import queries, services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

DAY = timedelta(days=1)


@pytest.fixture
def full(desk):
    """One ticket of each kind a view looks for."""
    agent = desk.people.agent
    tickets = {
        "new": opened(desk),
        "mine": opened(desk, at=NOW - DAY),
        "waiting": in_status(desk, Status.WAITING_CUSTOMER),
        "handed_over": opened(desk),
        "solved": in_status(desk, Status.RESOLVED),
    }
    services.take_ticket(ticket=tickets["mine"], by=agent, now=NOW)
    services.hand_over(
        ticket=tickets["handed_over"],
        by=agent,
        to=desk.second,
        reason="unsure",
        tried="Alt",
        now=NOW,
    )
    services.consult(ticket=tickets["new"], by=agent, team=desk.second, question="Kjent?", now=NOW)
    return tickets


def _shown(user, view, tickets) -> set[str]:
    found = {ticket.pk for ticket in queries.queue(user, view, now=NOW)}
    return {name for name, ticket in tickets.items() if ticket.pk in found}


def test_each_view_of_the_first_line_shows_its_own(desk, full):
    expected = {
        "all": {"new", "mine", "waiting"},
        "mine": {"mine"},
        "unassigned": {"new", "waiting"},
        "due_today": {"mine"},
        "waiting": {"waiting"},
        "consulted": set(),
        "other_teams": {"handed_over"},
    }
    agent = desk.people.agent
    assert {view: _shown(agent, view, full) for view in expected} == expected


def test_a_second_line_team_sees_its_own_and_what_it_was_asked_about(desk, full):
    assert _shown(desk.people.expert, "all", full) == {"handed_over"}
    assert _shown(desk.people.expert, "consulted", full) == {"new"}
    assert not _shown(desk.people.outsider, "other_teams", full)


def test_a_manager_without_a_team_sees_every_open_ordinary_case(desk, full):
    assert _shown(desk.people.manager, "all", full) == {"new", "mine", "waiting", "handed_over"}
    with pytest.raises(KeyError):
        queries.queue(desk.people.manager, "mine", now=NOW)


def test_counts_are_what_the_views_show(desk, full):
    for person in (desk.people.agent, desk.people.expert, desk.people.manager):
        counts = queries.view_counts(person, now=NOW)
        assert set(counts) == set(queries.views_for(person))
        for view, count in counts.items():
            assert count == queries.queue(person, view, now=NOW).count(), view


def test_what_is_due_first_is_on_top_and_what_waits_is_last(desk, full):
    found = list(queries.queue(desk.people.agent, "all", now=NOW))
    assert found == [full["mine"], full["new"], full["waiting"]]


def test_pages_go_on_where_the_last_one_ended_without_gap_or_overlap(desk):
    made = [opened(desk, at=NOW + (number // 3) * MINUTE) for number in range(10)]
    tickets = queries.queue(desk.people.agent, "all", now=NOW)
    seen, more = [], True
    part = tickets
    while more:
        rows, more = queries.page(part, size=4)
        seen += rows
        part = queries.after(tickets, rows[-1].queue_at, rows[-1].pk)
    assert seen == made


def test_the_state_of_the_desk_counts_overdue_soon_and_unassigned(desk):
    late, soon = opened(desk, at=NOW - 3 * DAY), opened(desk, at=NOW - DAY + 60 * MINUTE)
    opened(desk)
    services.take_ticket(ticket=soon, by=desk.people.agent, now=NOW)
    state = queries.desk_state(queries.queue(desk.people.agent, "all", now=NOW), now=NOW)
    assert (state.overdue, state.due_soon, state.unassigned) == (1, 1, 2)
    assert state.oldest == late.opened_at


def test_new_since_counts_what_came_to_the_team_not_what_was_only_changed(desk, full):
    tickets = queries.queue(desk.people.expert, "all", now=NOW)
    assert queries.come_since(tickets, NOW - MINUTE) == 1
    assert queries.come_since(tickets, NOW) == 0
    ticket = full["handed_over"]
    services.add_note(ticket=ticket, by=desk.people.expert, body="Ser", now=NOW + MINUTE)
    assert queries.come_since(tickets, NOW) == 0


def test_the_load_of_each_team_is_shown_but_for_the_one_that_has_the_case(desk, full):
    loads = {load.team.slug: load for load in queries.team_loads(besides=desk.first)}
    assert set(loads) == {"autorisasjon", "plattform", "sikkerhet"}
    assert (loads["autorisasjon"].open, loads["plattform"].open) == (1, 0)
    assert loads["autorisasjon"].oldest == full["handed_over"].opened_at
    assert loads["plattform"].oldest is None


def test_open_means_the_same_by_status_and_by_the_times_of_the_end(desk):
    for status in Status:
        in_status(desk, status)
    by_status = {ticket.pk for ticket in Ticket.objects.all() if ticket.is_open}
    assert {ticket.pk for ticket in Ticket.objects.open()} == by_status
