"""What becomes of somebody's cases when their roles change or their account is closed."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts import staffing
from accounts.duties import NO_DUTIES, Duties
from accounts.models import User
from dispatch import outbox
from dispatch.models import OutboxRow
from tests.factories import make_user
from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.tickets import leaving, services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

OPEN = [
    Status.NEW, Status.IN_PROGRESS, Status.WAITING_CUSTOMER, Status.WAITING_THIRD_PARTY,
]  # fmt: skip


@pytest.fixture
def boss(db):
    return make_user(groups=("administrator",))


def given(ticket, person) -> Ticket:
    services.take_ticket(ticket=ticket, by=person, now=NOW + 5 * MINUTE)
    return ticket


def close(person, boss) -> None:
    seen = staffing.last_change_of(person)
    staffing.close_account(person=person, seen=seen, by=boss, now=timezone.now())


def put(person, boss, *teams) -> None:
    staffing.set_duties(
        person=person,
        duties=Duties(teams=frozenset(team.slug for team in teams)) if teams else NO_DUTIES,
        seen=staffing.last_change_of(person),
        by=boss,
        now=timezone.now(),
    )


def follow() -> None:
    outbox.drain(timezone.now(), topics=[staffing.TOPIC])


def holder_of(ticket) -> User | None:
    return Ticket.objects.get(pk=ticket.pk).assignee


@pytest.mark.parametrize("status", OPEN)
def test_open_cases_of_a_closed_account_are_free_to_take_in_their_team(desk, boss, status):
    ticket = given(in_status(desk, status), desk.people.colleague)
    before = Ticket.objects.get(pk=ticket.pk)
    close(desk.people.colleague, boss)
    follow()
    after = Ticket.objects.get(pk=ticket.pk)
    assert after.assignee is None
    assert (after.team, after.status) == (before.team, before.status)
    event = after.events.order_by("-pk").first()
    assert (event.kind, event.actor, event.data) == ("assigned", None, {"automatic": True})


def test_ended_cases_keep_the_name_of_the_one_who_solved_them(desk, boss):
    ticket = in_status(desk, Status.RESOLVED)
    Ticket.objects.filter(pk=ticket.pk).update(assignee=desk.people.agent)
    close(desk.people.agent, boss)
    follow()
    assert holder_of(ticket) == desk.people.agent


def test_who_goes_to_another_team_lets_go_of_the_cases_of_the_former_one(desk, boss):
    expert = desk.people.expert
    ticket = opened(desk)
    Ticket.objects.filter(pk=ticket.pk).update(team=desk.second, assignee=expert)
    put(expert, boss, desk.third)
    follow()
    assert holder_of(ticket) is None


def test_who_only_gets_another_team_as_well_keeps_their_cases(desk, boss):
    expert = desk.people.expert
    ticket = opened(desk)
    Ticket.objects.filter(pk=ticket.pk).update(team=desk.second, assignee=expert)
    version = Ticket.objects.get(pk=ticket.pk).version
    put(expert, boss, desk.second, desk.third)
    follow()
    assert (holder_of(ticket), Ticket.objects.get(pk=ticket.pk).version) == (expert, version)


def test_cases_of_others_are_left_alone(desk, boss):
    mine, other = opened(desk), opened(desk)
    given(mine, desk.people.agent)
    given(other, desk.people.colleague)
    close(desk.people.agent, boss)
    follow()
    assert (holder_of(mine), holder_of(other)) == (None, desk.people.colleague)


def test_following_a_change_twice_does_nothing_the_second_time(desk, boss):
    ticket = given(opened(desk), desk.people.colleague)
    close(desk.people.colleague, boss)
    follow()
    version = Ticket.objects.get(pk=ticket.pk).version
    outbox.put(staffing.TOPIC, {"person": desk.people.colleague.pk})
    follow()
    assert Ticket.objects.get(pk=ticket.pk).version == version


def test_what_somebody_else_has_taken_meanwhile_stays_theirs(desk, boss):
    ticket = given(opened(desk), desk.people.colleague)
    close(desk.people.colleague, boss)
    stale = Ticket.objects.get(pk=ticket.pk)
    services.take_ticket(ticket=Ticket.objects.get(pk=ticket.pk), by=desk.people.agent, now=NOW)
    assert not leaving._free(stale, User.objects.get(pk=desk.people.colleague.pk), timezone.now())
    assert holder_of(ticket) == desk.people.agent


def test_a_person_who_is_no_more_is_no_reason_to_try_again(desk, boss):
    outbox.put(staffing.TOPIC, {"person": 10**9})
    follow()
    assert OutboxRow.objects.get(topic=staffing.TOPIC).delivered_at is not None
