"""What the pages about people and organisations show, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Membership, MembershipContactRole, User
from accounts.queries import domains_of
from accounts.roles import Group


@dataclass(frozen=True, kw_only=True)
class OwnMembership:
    """One of the person's own organisations, with where the membership stands."""

    pk: int
    organisation: str
    state: str
    since: datetime
    roles: tuple[str, ...]
    reason: str
    address: str

    @classmethod
    def of(cls, membership: Membership) -> OwnMembership:
        """From a row with organisation and roles loaded."""
        active = membership.status == Membership.Status.ACTIVE
        address = reverse("account_organisation", args=[membership.organisation_id])
        return cls(
            pk=membership.pk,
            organisation=membership.organisation.name,
            state=membership.status,
            since=membership.decided_at or membership.requested_at,
            roles=role_names(membership),
            reason=membership.decline_reason,
            address=address if active else "",
        )


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member as the organisation's contacts see them."""

    pk: int
    name: str
    email: str
    roles: tuple[str, ...]
    since: datetime
    is_you: bool

    @classmethod
    def of(cls, membership: Membership, viewer: User) -> Member:
        """From a row with person and roles loaded."""
        return cls(
            pk=membership.pk,
            name=membership.user.display_name,
            email=membership.user.email,
            roles=role_names(membership),
            since=membership.decided_at,
            is_you=membership.user_id == viewer.pk,
        )


@dataclass(frozen=True, kw_only=True)
class JoinRequest:
    """Somebody who asks to join, with what helps to decide."""

    pk: int
    name: str
    email: str
    organisation: str
    asked_at: datetime
    address_fits: bool

    @classmethod
    def of(cls, membership: Membership) -> JoinRequest:
        """From a row with person, organisation and its domains loaded."""
        known = {row.domain for row in membership.organisation.domains.all()}
        return cls(
            pk=membership.pk,
            name=membership.user.display_name,
            email=membership.user.email,
            organisation=membership.organisation.name,
            asked_at=membership.requested_at,
            address_fits=not known.isdisjoint(domains_of(membership.user.email)),
        )


def role_names(membership: Membership) -> tuple[str, ...]:
    """The contact roles of a member, in the order they are always listed."""
    held = {row.role: str(row) for row in membership.contact_roles.all()}
    return tuple(held[role] for role, _label in MembershipContactRole.ROLES if role in held)


def staff_roles(user: User) -> list[str]:
    """What the person may do beyond being a reader, in words."""
    words = [team.name for team in user.teams.all()]
    words += [group.label for group in Group if group in user.group_names]
    if user.is_superuser and Group.ADMINISTRATOR not in user.group_names:
        words.append(Group.ADMINISTRATOR.label)
    return words
