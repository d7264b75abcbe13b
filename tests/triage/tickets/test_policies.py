"""Who sees a ticket and who may do what with it, for every role."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.roles import ContactRole
from accounts.services import end_membership
from dispatch.models import Mail
from tests.factories import make_membership, make_user
from tests.triage.tickets.desk import MINUTE, NOW, opened
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.policies import actions_for, can, check_can
from triage.tickets.states import Action, allowed_actions

REQUESTERS = {Action.CUSTOMER_REPLY, Action.WITHDRAW, Action.REOPEN}
EVERYTHING = set(Action)

# Role -> what it may do with an ordinary case that the first line has handed to the second.
MAY = {
    "agent": EVERYTHING,
    "colleague": EVERYTHING,
    "expert": EVERYTHING,
    "outsider": set(),
    "guard": set(),
    "manager": set(),
    "asker": REQUESTERS,
    "contact": REQUESTERS,
    "participant": REQUESTERS,
    "member": set(),
    "stranger": set(),
}
SEES = {"agent", "colleague", "expert", "manager", "asker", "contact", "participant"}
# A case about security: not for managers, nor for contacts who do not answer for incidents.
SEES_SECURITY = {"agent", "colleague", "expert", "guard", "asker", "incident_contact"}


def _people(desk) -> dict:
    people = dict(vars(desk.people))
    people["participant"] = make_user(name="Unni Strand")
    make_membership(people["participant"], desk.organisation)
    people["incident_contact"] = make_user(name="Per Bakke")
    make_membership(people["incident_contact"], desk.organisation, roles=(ContactRole.INCIDENT,))
    return people


def _handed_over(desk, people, **fields) -> Ticket:
    ticket = opened(desk, **fields)
    services.add_participant(
        ticket=ticket, by=people["asker"], person=people["participant"], now=NOW
    )
    services.hand_over(
        ticket=ticket, by=people["agent"], to=desk.second, reason="unsure", tried="Alt", now=NOW
    )
    return ticket


def test_each_role_may_do_what_the_table_says(desk):
    people = _people(desk)
    ticket = _handed_over(desk, people)
    for role, expected in MAY.items():
        assert {action for action in Action if can(people[role], ticket, action)} == expected, role


def test_each_role_sees_what_the_table_says(desk):
    people = _people(desk)
    ordinary = _handed_over(desk, people)
    secret = opened(desk, security=True)
    services.hand_over(
        ticket=secret, by=people["agent"], to=desk.second, reason="security", tried="Alt", now=NOW
    )
    for tickets, seers in ((ordinary, SEES | {"incident_contact"}), (secret, SEES_SECURITY)):
        found = {
            role
            for role, person in people.items()
            if Ticket.objects.visible_to(person).filter(pk=tickets.pk).exists()
        }
        assert found == seers


def test_nobody_sees_anything_without_being_signed_in_and_active(desk):
    opened(desk)
    desk.people.agent.is_active = False
    for nobody in (AnonymousUser(), desk.people.agent):
        assert not Ticket.objects.visible_to(nobody).exists()
        with pytest.raises(PermissionDenied):
            check_can(nobody, Ticket.objects.get(), Action.REPLY)


def test_the_one_who_asked_in_an_organisation_one_has_left_still_sees_the_case(desk):
    ticket = opened(desk)
    desk.people.asker.memberships.update(status="left")
    assert Ticket.objects.visible_to(desk.people.asker).get() == ticket


def test_a_contact_who_has_left_no_longer_sees_the_cases(desk):
    opened(desk)
    desk.people.contact.memberships.update(status="left")
    assert not Ticket.objects.visible_to(desk.people.contact).exists()


def test_a_colleague_who_has_left_no_longer_follows_the_case_nor_hears_of_it(desk):
    ticket, person = opened(desk), desk.people.member
    services.add_participant(ticket=ticket, by=desk.people.asker, person=person, now=NOW)
    assert Ticket.objects.visible_to(person).exists()
    membership = person.memberships.get()
    end_membership(membership=membership, by=desk.people.contact, now=NOW)
    person = User.objects.get(pk=person.pk)
    assert not Ticket.objects.visible_to(person).exists()
    assert actions_for(person, ticket) == set()
    services.reply(ticket=ticket, by=desk.people.agent, body="Svaret.", now=NOW + MINUTE)
    told = Mail.objects.filter(kind="answer").values_list("to", flat=True)
    assert list(told) == [desk.people.asker.email]


def test_a_row_is_shown_once_however_many_reasons_there_are_to_see_it(desk):
    agent = desk.people.agent
    make_membership(agent, desk.organisation, roles=(ContactRole.INCIDENT, ContactRole.ORDERING))
    ticket = opened(desk, requester=agent)
    services.consult(ticket=ticket, by=agent, team=desk.second, question="?", now=NOW)
    assert list(Ticket.objects.visible_to(agent)) == [ticket]


def test_a_team_that_had_a_case_may_still_read_and_note(desk):
    people = _people(desk)
    ticket = _handed_over(desk, people)
    services.hand_back(ticket=ticket, by=people["expert"], reason="Se her", now=NOW + MINUTE)
    assert actions_for(people["expert"], ticket) == {Action.ADD_NOTE}


def test_the_page_offers_exactly_what_the_services_accept(desk):
    people = _people(desk)
    ticket = _handed_over(desk, people)
    for role, person in people.items():
        for action in actions_for(person, ticket):
            assert action in allowed_actions(ticket.status), role
            check_can(person, ticket, action)
