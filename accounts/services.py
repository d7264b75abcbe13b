"""Every change to people, memberships and invitations."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import letters
from accounts.addresses import confirm_address, confirmed_addresses
from accounts.exceptions import (
    AlreadyAsked,
    AlreadyDecided,
    AlreadyInvited,
    AlreadyMember,
    InvitationExpired,
    InvitationForOther,
    InvitationUnknown,
    InvitationUsed,
    LastContact,
    NotMember,
    TooManyInvitations,
)
from accounts.models import Invitation, Membership, MembershipContactRole, Organisation, User
from accounts.policies import (
    check_can_answer_request,
    check_can_ask_to_join,
    check_can_leave,
    check_can_manage_members,
)
from accounts.queries import contacts_of, people_who_answer
from accounts.roles import ContactRole

log = structlog.get_logger(__name__)

INVITATION_STANDS = timedelta(days=14)
MOST_OPEN_INVITATIONS = 200
Status = Membership.Status


def add_person(*, email: str, name: str, password: str | None = None, language: str = "nb") -> User:
    """A person whose address is known to be theirs; without a password they ask for one by mail."""
    with transaction.atomic():
        user = User.objects.create_user(email, password, name=name, language=language)
        confirm_address(user)
    log.info("person added", person=user.pk)
    return user


def change_profile(*, user: User, name: str, language: str) -> None:
    """Set the person's own name and language."""
    user.name, user.language = name, language
    user.save(update_fields=["name", "language"])
    log.info("profile changed", person=user.pk)


# --- asking to join ---------------------------------------------------------------------------


def ask_to_join(*, user: User, organisation: Organisation, now: datetime) -> Membership:
    """Ask to become a member; one who left or was declined may ask again.

    Raises AlreadyMember or AlreadyAsked.
    """
    check_can_ask_to_join(user)
    with transaction.atomic():
        membership = _locked_membership(user, organisation)
        if membership.pk and membership.status == Status.ACTIVE:
            raise AlreadyMember(_("You are a member of the organisation already."))
        if membership.pk and membership.status == Status.REQUESTED:
            raise AlreadyAsked(_("You have asked already. You get a mail when you are let in."))
        membership.status, membership.requested_at = Status.REQUESTED, now
        membership.decided_at = membership.decided_by = None
        membership.decline_reason = ""
        membership.save()
        for contact in people_who_answer(organisation):
            letters.asked_to_join(membership, contact)
    log.info("membership asked for", membership=membership.pk, organisation=organisation.pk)
    return membership


def withdraw_request(*, membership: Membership, by: User, now: datetime) -> None:
    """Take one's own request back. Raises AlreadyDecided when it has been answered."""
    check_can_leave(by, membership)
    with transaction.atomic():
        _decide(membership, status=Status.LEFT, by=by, now=now)
    log.info("membership request withdrawn", membership=membership.pk)


def approve_request(*, membership: Membership, by: User, now: datetime) -> None:
    """Let the person in. Raises AlreadyDecided when somebody answered first."""
    check_can_answer_request(by, membership)
    with transaction.atomic():
        _decide(membership, status=Status.ACTIVE, by=by, now=now)
        letters.request_approved(membership)
    log.info("membership approved", membership=membership.pk, by=by.pk)


def decline_request(*, membership: Membership, by: User, reason: str, now: datetime) -> None:
    """Say no, with a reason the person reads. Raises AlreadyDecided when answered already."""
    check_can_answer_request(by, membership)
    with transaction.atomic():
        _decide(membership, status=Status.DECLINED, by=by, now=now, reason=reason)
        letters.request_declined(membership)
    log.info("membership declined", membership=membership.pk, by=by.pk)


def _decide(
    membership: Membership, *, status: str, by: User, now: datetime, reason: str = ""
) -> None:
    """Move a waiting request to its answer; of two who answer at once, the first one counts."""
    fields = {"status": status, "decided_at": now, "decided_by": by, "decline_reason": reason}
    waiting = Membership.objects.filter(pk=membership.pk, status=Status.REQUESTED)
    if not waiting.update(**fields):
        raise AlreadyDecided
    for field, value in fields.items():
        setattr(membership, field, value)


def _locked_membership(user: User, organisation: Organisation) -> Membership:
    """The person's row in the organisation, locked; a new one, not yet saved, when there is none.

    The organisation's row is the lock, so that two first requests do not collide.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    found = Membership.objects.filter(user=user, organisation=organisation).first()
    return found or Membership(user=user, organisation=organisation)


# --- invitations ------------------------------------------------------------------------------


def token_hash(token: str) -> str:
    """What is stored of a token; the token itself is only in the mail."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(*, organisation: Organisation, email: str, by: User, now: datetime) -> Invitation:
    """Invite whoever owns the address; the mail holds a link that works once, for 14 days.

    Raises AlreadyMember, AlreadyAsked, AlreadyInvited or TooManyInvitations.
    """
    check_can_manage_members(by, organisation)
    email = email.strip().lower()
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        _check_may_be_invited(organisation, email, now)
        invitation = Invitation.objects.create(
            organisation=organisation,
            email=email,
            invited_by=by,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + INVITATION_STANDS,
        )
        letters.invited(invitation, token)
    log.info("invitation sent", invitation=invitation.pk, by=by.pk)
    return invitation


def _check_may_be_invited(organisation: Organisation, email: str, now: datetime) -> None:
    """Refuse what would be a second invitation; clear away one to the address that has expired."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    membership = organisation.memberships.filter(user__email=email).first()
    if membership and membership.status == Status.ACTIVE:
        raise AlreadyMember
    if membership and membership.status == Status.REQUESTED:
        raise AlreadyAsked
    unanswered = organisation.invitations.unanswered()
    unanswered.filter(email=email, expires_at__lte=now).update(withdrawn_at=now)
    if unanswered.filter(email=email).exists():
        raise AlreadyInvited
    if organisation.invitations.open(now).count() >= MOST_OPEN_INVITATIONS:
        raise TooManyInvitations


def withdraw_invitation(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Make the link useless. Raises InvitationUsed when it was accepted meanwhile."""
    check_can_manage_members(by, invitation.organisation)
    changed = Invitation.objects.unanswered().filter(pk=invitation.pk).update(withdrawn_at=now)
    if not changed:
        invitation.refresh_from_db()
        raise InvitationUsed if invitation.accepted_at else InvitationUnknown
    log.info("invitation withdrawn", invitation=invitation.pk, by=by.pk)


def invitation_of(*, token: str, now: datetime) -> Invitation:
    """The open invitation behind a link. Raises InvitationUnknown, -Used or -Expired."""
    invitation = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(token_hash=token_hash(token))
        .first()
    )
    if invitation is None:
        raise InvitationUnknown
    _check_open(invitation, now)
    return invitation


def _check_open(invitation: Invitation, now: datetime) -> None:
    if invitation.withdrawn_at:
        raise InvitationUnknown
    if invitation.accepted_at:
        raise InvitationUsed
    if invitation.expires_at <= now:
        raise InvitationExpired


def check_invited(*, invitation: Invitation, user: User) -> None:
    """Raises InvitationForOther unless the person has confirmed the invited address."""
    if invitation.email not in confirmed_addresses(user):
        raise InvitationForOther


def accept_invitation(*, invitation: Invitation, by: User, now: datetime) -> Membership:
    """Become a member by invitation. Raises what `invitation_of` and `check_invited` raise."""
    check_invited(invitation=invitation, user=by)
    with transaction.atomic():
        membership = _locked_membership(by, invitation.organisation)
        invitation.refresh_from_db()
        _check_open(invitation, now)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now)
        if membership.pk is None or membership.status != Status.ACTIVE:
            membership.status, membership.decline_reason = Status.ACTIVE, ""
            membership.decided_at, membership.decided_by = now, invitation.invited_by
            membership.save()
            letters.invitation_accepted(membership, invitation)
    log.info("invitation accepted", invitation=invitation.pk, membership=membership.pk)
    return membership


# --- members ----------------------------------------------------------------------------------


def set_contact_roles(*, membership: Membership, roles: Collection[str], by: User) -> None:
    """Give a member exactly these contact roles. Raises NotMember or LastContact."""
    check_can_manage_members(by, membership.organisation)
    wanted = {ContactRole(role) for role in roles}
    with transaction.atomic():
        _lock_active(membership)
        held = {ContactRole(row.role) for row in membership.contact_roles.all()}
        if wanted == held:
            return
        if not wanted:
            _check_other_contact(membership, by)
        membership.contact_roles.exclude(role__in=wanted).delete()
        MembershipContactRole.objects.bulk_create(
            MembershipContactRole(membership=membership, role=role)
            for role in sorted(wanted - held)
        )
        if membership.user_id != by.pk:
            letters.roles_changed(membership)
    log.info("contact roles set", membership=membership.pk, by=by.pk, roles=sorted(wanted))


def leave(*, membership: Membership, by: User, now: datetime) -> None:
    """End one's own membership. Raises NotMember or LastContact."""
    check_can_leave(by, membership)
    with transaction.atomic():
        _end(membership, by=by, now=now)
        for contact in contacts_of(membership.organisation):
            letters.member_left(membership, contact.user)
    log.info("membership left", membership=membership.pk)


def end_membership(*, membership: Membership, by: User, now: datetime) -> None:
    """End somebody's membership. Raises NotMember or LastContact.

    An administrator may end the last contact's, who may have left their job.
    """
    check_can_manage_members(by, membership.organisation)
    with transaction.atomic():
        _end(membership, by=by, now=now)
        if membership.user_id != by.pk:
            letters.membership_ended(membership)
    log.info("membership ended", membership=membership.pk, by=by.pk)


def _end(membership: Membership, *, by: User, now: datetime) -> None:
    _lock_active(membership)
    if membership.contact_roles.exists():
        _check_other_contact(membership, by)
    membership.contact_roles.all().delete()
    membership.status, membership.decided_at, membership.decided_by = Status.LEFT, now, by
    membership.save(update_fields=["status", "decided_at", "decided_by"])


def _lock_active(membership: Membership) -> None:
    """Lock the organisation, so that two contacts cannot both leave as the last but one."""
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    membership.refresh_from_db(fields=["status"])
    if membership.status != Status.ACTIVE:
        raise NotMember


def _check_other_contact(membership: Membership, by: User) -> None:
    """Somebody else must hold a contact role, unless an administrator takes the organisation on."""
    others = Membership.objects.contacts().filter(organisation=membership.organisation_id)
    if not by.is_administrator and not others.exclude(pk=membership.pk).exists():
        raise LastContact
