"""Two people at the very same moment, each with a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from accounts import services, staffing
from accounts.duties import NO_DUTIES, Duties
from accounts.exceptions import AlreadyDecided, LastContact, PeopleProblem, StaffChangedMeanwhile
from accounts.models import Membership, User
from dispatch.models import Mail
from tests.factories import make_membership, make_organisation, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*actions) -> list[type[Exception] | None]:
    """Run the actions together; for each, the kind of problem it met, or None."""
    barrier = Barrier(len(actions))

    def run(action):
        try:
            barrier.wait()
            action()
        except (PeopleProblem, PermissionDenied) as problem:
            return type(problem)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def make_contact(organisation) -> User:
    user = make_user()
    make_membership(user, organisation, roles=("incident",))
    return User.objects.get(pk=user.pk)


def test_two_who_approve_at_once_let_the_person_in_once():
    organisation, now = make_organisation(), timezone.now()
    contacts = [make_contact(organisation), make_contact(organisation)]
    asked = services.ask_to_join(user=make_user(), organisation=organisation, now=now)

    def approve(by):
        own = Membership.objects.select_related("organisation", "user").get(pk=asked.pk)
        return lambda: services.approve_request(membership=own, by=by, now=now)

    problems = at_once(*[approve(contact) for contact in contacts])
    assert sorted(problems, key=str) == sorted([None, AlreadyDecided], key=str)
    assert Mail.objects.filter(kind="request_approved").count() == 1


def test_the_last_two_contacts_do_not_both_leave():
    organisation, now = make_organisation(), timezone.now()
    contacts = [make_contact(organisation), make_contact(organisation)]

    def leave(user):
        own = user.memberships.select_related("organisation").get()
        return lambda: services.leave(membership=own, by=user, now=now)

    problems = at_once(*[leave(contact) for contact in contacts])
    assert sorted(problems, key=str) == sorted([None, LastContact], key=str)
    assert organisation.memberships.contacts().count() == 1


def test_one_invitation_accepted_twice_at_once_makes_one_member():
    organisation, now = make_organisation(), timezone.now()
    contact = make_contact(organisation)
    guest = services.add_person(email="gjest@tindvik.example", name="Gjest")
    services.invite(organisation=organisation, email=guest.email, by=contact, now=now)

    def accept():
        invitation = organisation.invitations.select_related("organisation").get()
        return lambda: services.accept_invitation(invitation=invitation, by=guest, now=now)

    problems = at_once(accept(), accept())
    assert problems.count(None) == 1
    assert guest.memberships.count() == 1
    assert Mail.objects.filter(kind="invitation_accepted").count() == 1


def test_of_two_administrators_who_take_the_role_from_each_other_one_stays():
    one, other = (make_user(groups=("administrator",)) for _number in range(2))

    def take(by, person):
        by, now = User.objects.get(pk=by.pk), timezone.now()
        assert by.is_administrator  # as read when the page was opened
        return lambda: staffing.set_duties(person=person, duties=NO_DUTIES, seen=0, by=by, now=now)

    problems = at_once(take(one, other), take(other, one))
    assert sorted(problems, key=str) == sorted([None, PermissionDenied], key=str)
    assert sum(person.is_administrator for person in User.objects.all()) == 1


def test_of_two_changes_of_one_person_at_once_the_second_is_told():
    person, now = make_user(), timezone.now()

    def give(group):
        by = make_user(groups=("administrator",))
        duties = Duties(groups=frozenset({group}))
        return lambda: staffing.set_duties(person=person, duties=duties, seen=0, by=by, now=now)

    problems = at_once(give("editor"), give("manager"))
    assert sorted(problems, key=str) == sorted([None, StaffChangedMeanwhile], key=str)
    assert person.groups.count() == 1
