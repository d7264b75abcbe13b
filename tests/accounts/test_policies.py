"""Every role against every action, and against everything that may be seen."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts import policies, services
from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import ContactRole, Group, Line
from tests.factories import make_membership, make_organisation, make_team, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CONTACTS = tuple(f"contact:{role}" for role in ContactRole)
ACTORS = (
    "visitor",
    "closed account",
    "stranger",
    "asking",
    "declined",
    "former contact",
    "member",
    *CONTACTS,
    "contact elsewhere",
    "first line",
    "second line",
    "moderator",
    "editor",
    "manager",
    "administrator",
)


class World:
    """An organisation with a contact, a member, one who asks and one who is invited."""

    def __init__(self) -> None:
        self.organisation = make_organisation()
        self.contact = make_membership(make_user(), self.organisation, roles=("incident",))
        self.member = make_membership(make_user(), self.organisation)
        self.request = services.ask_to_join(
            user=make_user(), organisation=self.organisation, now=NOW
        )
        self.invitation = services.invite(
            organisation=self.organisation,
            email="gjest@tindvik.example",
            by=User.objects.get(pk=self.contact.user_id),
            now=NOW,
        )

    def actor(self, name: str):
        """Somebody who is what the name says, loaded as a request would."""
        if name == "visitor":
            return AnonymousUser()
        return User.objects.get(pk=self._make(name).pk)

    def _make(self, name: str) -> User:
        kind, _colon, role = name.partition(":")
        if name in (Group.MODERATOR, Group.EDITOR, Group.MANAGER, Group.ADMINISTRATOR):
            return make_user(groups=(name,))
        if name in ("first line", "second line"):
            line = Line.FIRST if name == "first line" else Line.SECOND
            return make_user(teams=(make_team(line=line),))
        user = make_user(is_active=name != "closed account")
        if kind == "contact":
            make_membership(user, self.organisation, roles=(role,))
        elif name == "closed account":
            make_membership(user, self.organisation, roles=("ordering",))
        elif name == "member":
            make_membership(user, self.organisation)
        elif name == "contact elsewhere":
            make_membership(user, make_organisation(), roles=("incident",))
        elif name in ("asking", "declined", "former contact"):
            self._without_membership(user, name)
        return user

    def _without_membership(self, user: User, name: str) -> None:
        status = {"asking": "requested", "declined": "declined", "former contact": "left"}[name]
        membership = make_membership(user, self.organisation, roles=("incident",))
        Membership.objects.filter(pk=membership.pk).update(
            status=status, decided_at=None if name == "asking" else NOW
        )


@pytest.fixture
def world() -> World:
    return World()


MANAGES = {*CONTACTS, "administrator"}
INSIDE = {"member", *CONTACTS}
DESK = {"first line", "second line"}
SIGNED_IN = set(ACTORS) - {"visitor", "closed account"}


def allows(check, *arguments) -> bool:
    try:
        check(*arguments)
    except PermissionDenied:
        return False
    return True


ACTIONS = {
    "ask to join": (lambda who, w: allows(policies.check_can_ask_to_join, who), SIGNED_IN),
    "see the organisation": (
        lambda who, w: w.organisation in Organisation.objects.visible_to(who),
        INSIDE | DESK | {"manager", "administrator"},
    ),
    "manage members": (lambda who, w: policies.can_manage_members(who, w.organisation), MANAGES),
    "answer a request": (
        lambda who, w: allows(policies.check_can_answer_request, who, w.request),
        MANAGES,
    ),
    "end another's membership as one's own": (
        lambda who, w: allows(policies.check_can_leave, who, w.member),
        set(),
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("name", ACTORS)
def test_who_may_do_what(world, name, action):
    asks, allowed = ACTIONS[action]
    assert asks(world.actor(name), world) is (name in allowed)


CHANGES = {
    "approve": lambda who, w: services.approve_request(membership=w.request, by=who, now=NOW),
    "decline": lambda who, w: services.decline_request(
        membership=w.request, by=who, reason="Nei.", now=NOW
    ),
    "invite": lambda who, w: services.invite(
        organisation=w.organisation, email="ny@tindvik.example", by=who, now=NOW
    ),
    "withdraw an invitation": lambda who, w: services.withdraw_invitation(
        invitation=w.invitation, by=who, now=NOW
    ),
    "set roles": lambda who, w: services.set_contact_roles(
        membership=w.member, roles=["ordering"], by=who
    ),
    "end a membership": lambda who, w: services.end_membership(
        membership=w.member, by=who, now=NOW
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ACTORS)
def test_who_may_change_what(world, name, change):
    who = world.actor(name)
    if name in MANAGES:
        CHANGES[change](who, world)
    else:
        with pytest.raises(PermissionDenied):
            CHANGES[change](who, world)


SEEN = {
    "organisation": (
        lambda who, w: Organisation.objects.visible_to(who).filter(pk=w.organisation.pk),
        INSIDE | DESK | {"manager", "administrator"},
    ),
    "contact's membership": (
        lambda who, w: Membership.objects.visible_to(who).filter(pk=w.contact.pk),
        INSIDE | DESK | {"administrator"},
    ),
    "member's membership": (
        lambda who, w: Membership.objects.visible_to(who).filter(pk=w.member.pk),
        set(CONTACTS) | DESK | {"administrator"},
    ),
    "request": (
        lambda who, w: Membership.objects.visible_to(who).filter(pk=w.request.pk),
        set(CONTACTS) | DESK | {"administrator"},
    ),
    "invitation": (
        lambda who, w: Invitation.objects.visible_to(who).filter(pk=w.invitation.pk),
        MANAGES,
    ),
    "contact": (
        lambda who, w: User.objects.visible_to(who).filter(pk=w.contact.user_id),
        INSIDE | DESK | {"administrator"},
    ),
    "member": (
        lambda who, w: User.objects.visible_to(who).filter(pk=w.member.user_id),
        set(CONTACTS) | DESK | {"administrator"},
    ),
    "one who asks": (
        lambda who, w: User.objects.visible_to(who).filter(pk=w.request.user_id),
        set(CONTACTS) | DESK | {"administrator"},
    ),
}


@pytest.mark.parametrize("what", SEEN)
@pytest.mark.parametrize("name", ACTORS)
def test_who_may_see_what(world, name, what):
    rows, allowed = SEEN[what]
    assert rows(world.actor(name), world).count() == (1 if name in allowed else 0)


@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_everybody_sees_themselves_once(world, name):
    who = world.actor(name)
    assert User.objects.visible_to(who).filter(pk=who.pk).count() == 1


def test_contact_no_longer_sees_one_who_was_declined(world):
    contact = world.actor("contact:incident")
    services.decline_request(membership=world.request, by=contact, reason="Nei.", now=NOW)
    assert not User.objects.visible_to(contact).filter(pk=world.request.user_id).exists()


def test_refusal_is_a_sentence(world):
    with pytest.raises(PermissionDenied, match="Only the organisation’s contacts"):
        policies.check_can_manage_members(world.actor("member"), world.organisation)
