"""Joining, letting in, inviting, roles and leaving."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts import exceptions, services
from accounts.addresses import confirm_address, confirmed_addresses
from accounts.models import Invitation, Membership, User
from accounts.roles import ContactRole, Group
from dispatch.models import Mail
from tests.factories import make_membership, make_organisation, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def fresh(user: User) -> User:
    """The person as a new request would load them."""
    return User.objects.get(pk=user.pk)


def make_contact(organisation, role=ContactRole.ORDERING, **fields) -> User:
    user = make_user(**fields)
    make_membership(user, organisation, roles=(role,))
    return fresh(user)


def make_administrator(**fields) -> User:
    return make_user(groups=(Group.ADMINISTRATOR,), **fields)


def make_request(organisation, **fields) -> Membership:
    return services.ask_to_join(user=make_user(**fields), organisation=organisation, now=NOW)


def token_in(mail: Mail) -> str:
    return mail.text.split("/konto/invitasjon/")[1].split("/")[0]


def make_invitation(organisation, by, email="gjest@tindvik.example") -> tuple[Invitation, str]:
    invitation = services.invite(organisation=organisation, email=email, by=by, now=NOW)
    return invitation, token_in(Mail.objects.filter(kind="invited").latest("pk"))


# --- people -----------------------------------------------------------------------------------


def test_added_person_has_a_confirmed_address():
    person = services.add_person(email="Ola@Tindvik.example", name="Ola", password="x" * 12)
    assert person.email == "ola@tindvik.example"
    assert confirmed_addresses(person) == {"ola@tindvik.example"}


def test_superuser_can_sign_in_without_a_mail_first():
    boss = User.objects.create_superuser("sjef@fellesetaten.example", "passord-for-alle")
    assert confirmed_addresses(boss) == {"sjef@fellesetaten.example"}


def test_confirming_twice_changes_nothing():
    person = make_user()
    confirm_address(person)
    confirm_address(person)
    assert confirmed_addresses(person) == {person.email}


def test_confirming_an_unconfirmed_address_makes_it_the_primary_one():
    person = make_user()
    person.emailaddress_set.create(email=person.email, verified=False, primary=False)
    confirm_address(person)
    address = person.emailaddress_set.get()
    assert (address.verified, address.primary) == (True, True)


# --- asking to join ---------------------------------------------------------------------------


def test_request_waits_and_every_contact_is_told():
    organisation = make_organisation()
    contacts = [make_contact(organisation), make_contact(organisation)]
    membership = make_request(organisation)
    assert membership.status == Membership.Status.REQUESTED
    told = Mail.objects.filter(kind="asked_to_join").values_list("to", flat=True)
    assert sorted(told) == sorted(contact.email for contact in contacts)


def test_administrators_are_told_when_there_is_no_contact():
    administrator = make_administrator()
    make_membership(make_user(), organisation := make_organisation())
    make_request(organisation)
    assert list(Mail.objects.values_list("to", flat=True)) == [administrator.email]


def test_contact_whose_account_is_closed_is_not_the_one_who_answers():
    organisation, administrator = make_organisation(), make_administrator()
    make_contact(organisation, is_active=False)
    make_request(organisation)
    assert list(Mail.objects.values_list("to", flat=True)) == [administrator.email]


def test_request_twice_is_refused_with_a_sentence():
    membership = make_request(make_organisation())
    with pytest.raises(exceptions.AlreadyAsked, match="You have asked already"):
        services.ask_to_join(user=membership.user, organisation=membership.organisation, now=NOW)


def test_member_cannot_ask_again():
    user, organisation = make_user(), make_organisation()
    make_membership(user, organisation)
    with pytest.raises(exceptions.AlreadyMember, match="You are a member"):
        services.ask_to_join(user=user, organisation=organisation, now=NOW)


def test_declined_person_may_ask_again_and_the_old_reason_is_gone():
    membership = make_request(make_organisation())
    services.decline_request(
        membership=membership, by=make_administrator(), reason="Ukjent navn.", now=NOW
    )
    again = services.ask_to_join(
        user=membership.user, organisation=membership.organisation, now=LATER
    )
    again.refresh_from_db()
    assert (again.pk, again.status, again.decline_reason, again.decided_by) == (
        membership.pk,
        Membership.Status.REQUESTED,
        "",
        None,
    )


def test_person_takes_the_request_back():
    membership = make_request(make_organisation())
    services.withdraw_request(membership=membership, by=membership.user, now=NOW)
    membership.refresh_from_db()
    assert membership.status == Membership.Status.LEFT


def test_nobody_else_takes_a_request_back():
    membership = make_request(organisation := make_organisation())
    with pytest.raises(PermissionDenied):
        services.withdraw_request(membership=membership, by=make_contact(organisation), now=NOW)


def test_approved_person_is_a_member_and_is_told():
    organisation = make_organisation()
    contact, membership = make_contact(organisation), make_request(organisation)
    services.approve_request(membership=membership, by=contact, now=LATER)
    membership.refresh_from_db()
    assert (membership.status, membership.decided_by, membership.decided_at) == (
        Membership.Status.ACTIVE,
        contact,
        LATER,
    )
    assert Mail.objects.get(kind="request_approved").to == membership.user.email


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told():
    organisation = make_organisation()
    first, second = make_contact(organisation), make_contact(organisation)
    membership = make_request(organisation)
    seen_by_second = Membership.objects.get(pk=membership.pk)
    services.approve_request(membership=membership, by=first, now=NOW)
    with pytest.raises(exceptions.AlreadyDecided, match="answered already"):
        services.approve_request(membership=seen_by_second, by=second, now=LATER)
    membership.refresh_from_db()
    assert membership.decided_by == first
    assert Mail.objects.filter(kind="request_approved").count() == 1


def test_decline_after_approval_changes_nothing():
    organisation = make_organisation()
    contact, membership = make_contact(organisation), make_request(organisation)
    stale = Membership.objects.get(pk=membership.pk)
    services.approve_request(membership=membership, by=contact, now=NOW)
    with pytest.raises(exceptions.AlreadyDecided):
        services.decline_request(membership=stale, by=contact, reason="Nei.", now=NOW)
    membership.refresh_from_db()
    assert (membership.status, membership.decline_reason) == (Membership.Status.ACTIVE, "")


def test_request_taken_back_cannot_be_approved():
    organisation = make_organisation()
    contact, membership = make_contact(organisation), make_request(organisation)
    services.withdraw_request(
        membership=Membership.objects.get(pk=membership.pk), by=membership.user, now=NOW
    )
    with pytest.raises(exceptions.AlreadyDecided):
        services.approve_request(membership=membership, by=contact, now=NOW)


def test_declined_person_is_told_without_the_reason_in_the_mail():
    membership = make_request(make_organisation())
    services.decline_request(
        membership=membership, by=make_administrator(), reason="Hemmelig grunn.", now=NOW
    )
    mail = Mail.objects.get(kind="request_declined")
    assert mail.to == membership.user.email
    assert "Hemmelig" not in mail.text


# --- invitations ------------------------------------------------------------------------------


def test_invitation_is_sent_and_only_a_hash_of_its_token_is_kept():
    organisation = make_organisation()
    invitation, token = make_invitation(organisation, make_contact(organisation))
    assert invitation.expires_at == NOW + timedelta(days=14)
    assert token not in str(vars(invitation))
    assert services.invitation_of(token=token, now=LATER) == invitation


def test_invited_person_becomes_a_member_once_and_the_inviter_is_told():
    organisation = make_organisation()
    contact = make_contact(organisation)
    invitation, token = make_invitation(organisation, contact)
    guest = services.add_person(email="gjest@tindvik.example", name="Gjest")
    membership = services.accept_invitation(invitation=invitation, by=guest, now=LATER)
    assert membership.status == Membership.Status.ACTIVE
    assert Mail.objects.get(kind="invitation_accepted").to == contact.email
    with pytest.raises(exceptions.InvitationUsed):
        services.accept_invitation(invitation=invitation, by=guest, now=LATER)
    with pytest.raises(exceptions.InvitationUsed):
        services.invitation_of(token=token, now=LATER)


def test_invitation_expires_after_fourteen_days():
    organisation = make_organisation()
    invitation, token = make_invitation(organisation, make_contact(organisation))
    guest = services.add_person(email="gjest@tindvik.example", name="Gjest")
    at_the_end = NOW + timedelta(days=14)
    assert services.invitation_of(token=token, now=at_the_end - timedelta(seconds=1))
    with pytest.raises(exceptions.InvitationExpired):
        services.invitation_of(token=token, now=at_the_end)
    with pytest.raises(exceptions.InvitationExpired):
        services.accept_invitation(invitation=invitation, by=guest, now=at_the_end)
    assert not Membership.objects.filter(user=guest).exists()


@pytest.mark.parametrize("token", ["", "abc", "../..", "\x00", "å" * 5000])
def test_unknown_token_is_no_invitation(token):
    with pytest.raises(exceptions.InvitationUnknown):
        services.invitation_of(token=token, now=NOW)


def test_invitation_of_another_cannot_be_accepted():
    organisation = make_organisation()
    invitation, _token = make_invitation(organisation, make_contact(organisation))
    other = services.add_person(email="annen@tindvik.example", name="Annen")
    with pytest.raises(exceptions.InvitationForOther):
        services.accept_invitation(invitation=invitation, by=other, now=NOW)
    assert Invitation.objects.get(pk=invitation.pk).accepted_at is None


def test_invited_address_must_be_confirmed():
    organisation = make_organisation()
    invitation, _token = make_invitation(organisation, make_contact(organisation))
    unconfirmed = make_user(email="gjest@tindvik.example")
    with pytest.raises(exceptions.InvitationForOther):
        services.accept_invitation(invitation=invitation, by=unconfirmed, now=NOW)


def test_second_invitation_to_the_same_address_is_refused():
    organisation = make_organisation()
    contact = make_contact(organisation)
    make_invitation(organisation, contact)
    with pytest.raises(exceptions.AlreadyInvited):
        make_invitation(organisation, contact, email=" GJEST@tindvik.example ")
    assert Mail.objects.filter(kind="invited").count() == 1


def test_expired_or_withdrawn_invitation_does_not_stop_a_new_one():
    organisation = make_organisation()
    contact = make_contact(organisation)
    old, _token = make_invitation(organisation, contact)
    month = NOW + timedelta(days=30)
    new = services.invite(organisation=organisation, email=old.email, by=contact, now=month)
    services.withdraw_invitation(invitation=new, by=contact, now=month)
    services.invite(organisation=organisation, email=old.email, by=contact, now=month)
    assert organisation.invitations.unanswered().count() == 1


def test_withdrawn_invitation_cannot_be_used_or_withdrawn_again():
    organisation = make_organisation()
    contact = make_contact(organisation)
    invitation, token = make_invitation(organisation, contact)
    services.withdraw_invitation(invitation=invitation, by=contact, now=NOW)
    with pytest.raises(exceptions.InvitationUnknown):
        services.invitation_of(token=token, now=NOW)
    with pytest.raises(exceptions.InvitationUnknown):
        services.withdraw_invitation(invitation=invitation, by=contact, now=NOW)


def test_accepted_invitation_cannot_be_withdrawn():
    organisation = make_organisation()
    contact = make_contact(organisation)
    invitation, _token = make_invitation(organisation, contact)
    guest = services.add_person(email="gjest@tindvik.example", name="Gjest")
    services.accept_invitation(invitation=invitation, by=guest, now=NOW)
    with pytest.raises(exceptions.InvitationUsed):
        services.withdraw_invitation(invitation=invitation, by=contact, now=NOW)


def test_invitation_answers_a_waiting_request_too():
    organisation = make_organisation()
    invitation, _token = make_invitation(organisation, make_contact(organisation))
    guest = services.add_person(email="gjest@tindvik.example", name="Gjest")
    services.ask_to_join(user=guest, organisation=organisation, now=NOW)
    services.accept_invitation(invitation=invitation, by=guest, now=NOW)
    assert guest.memberships.get().status == Membership.Status.ACTIVE


def test_member_and_one_who_asks_are_not_invited():
    organisation = make_organisation()
    contact = make_contact(organisation)
    member, asking = make_user(), make_user()
    make_membership(member, organisation)
    services.ask_to_join(user=asking, organisation=organisation, now=NOW)
    with pytest.raises(exceptions.AlreadyMember):
        make_invitation(organisation, contact, email=member.email)
    with pytest.raises(exceptions.AlreadyAsked):
        make_invitation(organisation, contact, email=asking.email)


def test_too_many_open_invitations_are_refused(monkeypatch):
    monkeypatch.setattr(services, "MOST_OPEN_INVITATIONS", 2)
    organisation = make_organisation()
    contact = make_contact(organisation)
    for number in range(2):
        make_invitation(organisation, contact, email=f"g{number}@tindvik.example")
    with pytest.raises(exceptions.TooManyInvitations):
        make_invitation(organisation, contact, email="g9@tindvik.example")


# --- roles and leaving ------------------------------------------------------------------------


def roles_of(membership) -> set[str]:
    return set(membership.contact_roles.values_list("role", flat=True))


def test_roles_are_set_exactly_and_the_member_is_told():
    organisation = make_organisation()
    contact = make_contact(organisation)
    membership = make_membership(make_user(), organisation, roles=("incident", "ordering"))
    services.set_contact_roles(membership=membership, roles=["ordering", "information"], by=contact)
    assert roles_of(membership) == {"ordering", "information"}
    assert Mail.objects.get(kind="roles_changed").to == membership.user.email


def test_same_roles_again_send_no_mail():
    organisation = make_organisation()
    membership = make_membership(make_user(), organisation, roles=("ordering",))
    services.set_contact_roles(
        membership=membership, roles=["ordering"], by=make_contact(organisation)
    )
    assert not Mail.objects.exists()


def test_unknown_role_is_refused():
    organisation = make_organisation()
    membership = make_membership(make_user(), organisation)
    with pytest.raises(ValueError, match="king"):
        services.set_contact_roles(
            membership=membership, roles=["king"], by=make_contact(organisation)
        )


def test_last_contact_keeps_a_role():
    organisation = make_organisation()
    contact = make_contact(organisation)
    with pytest.raises(exceptions.LastContact):
        services.set_contact_roles(membership=contact.memberships.get(), roles=[], by=contact)


def test_one_who_asks_gets_no_role():
    organisation = make_organisation()
    membership = make_request(organisation)
    with pytest.raises(exceptions.NotMember):
        services.set_contact_roles(
            membership=membership, roles=["ordering"], by=make_contact(organisation)
        )


def test_last_contact_cannot_leave_until_the_role_is_passed_on():
    organisation = make_organisation()
    contact = make_contact(organisation)
    own = contact.memberships.get()
    heir = make_membership(make_user(), organisation)
    with pytest.raises(exceptions.LastContact, match="at least one contact"):
        services.leave(membership=own, by=contact, now=NOW)
    services.set_contact_roles(membership=heir, roles=["incident"], by=contact)
    services.leave(membership=own, by=contact, now=LATER)
    own.refresh_from_db()
    assert (own.status, roles_of(own)) == (Membership.Status.LEFT, set())
    assert Mail.objects.get(kind="member_left").to == heir.user.email


def test_contact_whose_membership_has_ended_does_not_count_as_another_contact():
    organisation = make_organisation()
    contact = make_contact(organisation)
    gone = make_membership(make_user(), organisation, roles=("incident",))
    Membership.objects.filter(pk=gone.pk).update(status=Membership.Status.LEFT)
    with pytest.raises(exceptions.LastContact):
        services.leave(membership=contact.memberships.get(), by=contact, now=NOW)


def test_member_without_role_leaves_freely():
    organisation = make_organisation()
    make_contact(organisation)
    membership = make_membership(make_user(), organisation)
    services.leave(membership=membership, by=membership.user, now=NOW)
    membership.refresh_from_db()
    assert membership.status == Membership.Status.LEFT


def test_leaving_twice_is_refused():
    membership = make_membership(make_user(), make_organisation())
    services.leave(membership=membership, by=membership.user, now=NOW)
    with pytest.raises(exceptions.NotMember):
        services.leave(membership=membership, by=membership.user, now=NOW)


def test_contact_ends_a_membership_and_the_person_is_told():
    organisation = make_organisation()
    membership = make_membership(make_user(), organisation)
    services.end_membership(membership=membership, by=make_contact(organisation), now=NOW)
    membership.refresh_from_db()
    assert membership.status == Membership.Status.LEFT
    assert Mail.objects.get(kind="membership_ended").to == membership.user.email


def test_administrator_may_end_the_membership_of_the_last_contact():
    contact = make_contact(make_organisation())
    membership = contact.memberships.get()
    services.end_membership(membership=membership, by=make_administrator(), now=NOW)
    membership.refresh_from_db()
    assert membership.status == Membership.Status.LEFT


def test_log_lines_hold_no_personal_data(caplog):
    organisation = make_organisation(name="Hemmelig etat")
    contact = make_contact(organisation, name="Kari Hemmelig", email="kari@hemmelig.example")
    invitation, token = make_invitation(organisation, contact, email="ola@hemmelig.example")
    guest = services.add_person(email="ola@hemmelig.example", name="Ola Hemmelig")
    services.accept_invitation(invitation=invitation, by=guest, now=NOW)
    services.change_profile(user=guest, name="Ola Nytt Hemmelig", language="nn")
    assert "invitation accepted" in caplog.text
    assert "emmelig" not in caplog.text
    assert token not in caplog.text
