"""Who may do what with organisations and memberships.

`check_can_x` raises PermissionDenied with a sentence for the person; where a button depends on it,
`can_x` asks the same and answers yes or no, so that the two never disagree. Which organisations a
person sees is told by `Organisation.objects.visible_to`.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import Membership, MembershipContactRole, Organisation
from accounts.roles import ContactRole

SIGNING_ROLES = (ContactRole.SERVICE_MANAGEMENT,)


def _allowed(check, *arguments) -> bool:
    try:
        check(*arguments)
    except PermissionDenied:
        return False
    return True


def _is_active(user) -> bool:
    return user.is_authenticated and user.is_active


def _is_contact_or_administrator(user, organisation_id: int) -> bool:
    return _is_active(user) and (
        user.is_administrator or organisation_id in user.contact_organisation_ids
    )


def check_can_ask_to_join(user) -> None:
    """Everybody with an account may ask."""
    if not _is_active(user):
        raise PermissionDenied(_("Sign in to join an organisation."))


def check_can_manage_members(user, organisation: Organisation) -> None:
    """The organisation's contacts and administrators see, invite and end members, and set roles."""
    if not _is_contact_or_administrator(user, organisation.pk):
        raise PermissionDenied(
            _("Only the organisation’s contacts can see and change who its members are.")
        )


def can_manage_members(user, organisation: Organisation) -> bool:
    """As above, yes or no."""
    return _allowed(check_can_manage_members, user, organisation)


def check_can_answer_request(user, membership: Membership) -> None:
    """The organisation's contacts and administrators answer those who ask to join."""
    if not _is_contact_or_administrator(user, membership.organisation_id):
        raise PermissionDenied(
            _("Only the organisation’s contacts can answer those who ask to join.")
        )


def check_can_leave(user, membership: Membership) -> None:
    """A person ends their own membership, and takes back their own request."""
    if not _is_active(user) or membership.user_id != user.pk:
        raise PermissionDenied(_("You can only end your own membership."))


def check_can_sign(user, organisation: Organisation) -> None:
    """The organisation's contacts for service management sign the terms of use for it."""
    held = MembershipContactRole.objects.filter(
        membership__user=user if _is_active(user) else None,
        membership__organisation=organisation,
        membership__status=Membership.Status.ACTIVE,
        role__in=SIGNING_ROLES,
    )
    if not held.exists():
        raise PermissionDenied(
            _("Only the organisation’s contacts for service management sign its terms of use.")
        )


def can_sign(user, organisation: Organisation) -> bool:
    """As above, yes or no."""
    return _allowed(check_can_sign, user, organisation)


def check_can_staff(user) -> None:
    """Administrators decide who works here and as what, and close and open accounts."""
    if not _is_active(user) or not user.is_administrator:
        raise PermissionDenied(_("Only administrators decide who works here."))
