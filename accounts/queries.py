"""What is read about people and organisations for more than one page."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.addresses import confirmed_addresses
from accounts.models import Invitation, Membership, Organisation, User
from accounts.roles import Group

SHORTEST_SEARCH = 2
MOST_FOUND = 20


def domains_of(email: str) -> list[str]:
    """The address's domain and those it lies under, most exact first; no top domain alone."""
    labels = email.rpartition("@")[2].lower().split(".")
    return [".".join(labels[start:]) for start in range(max(len(labels) - 1, 0))]


def _not_joined(user: User) -> QuerySet[Organisation]:
    current = user.memberships.filter(status__in=Membership.CURRENT)
    return Organisation.objects.exclude(pk__in=current.values("organisation_id"))


def suggested_organisations(user: User) -> list[Organisation]:
    """Organisations that use the domain of the person's address; several may share one."""
    found = _not_joined(user).filter(domains__domain__in=domains_of(user.email))
    return list(found.distinct()[:MOST_FOUND])


def find_organisations(user: User, text: str) -> list[Organisation]:
    """Organisations whose name holds the text, to ask to join; those joined are left out.

    Internal organisations are found by domain only, so that outsiders do not ask to join them.
    """
    text = " ".join(text.replace("\x00", "").split())
    if len(text) < SHORTEST_SEARCH:
        return []
    outside = _not_joined(user).exclude(type=Organisation.Type.INTERNAL)
    return list(outside.filter(holding("name", text))[:MOST_FOUND])


def holding(field: str, text: str) -> Q:
    """Rows whose field holds the text, without regard to case.

    SQLite compares only A–Z so, and Æ, Ø and Å are tried both ways.
    """
    match = Q()
    for wording in {text, text.lower(), text.upper(), text.title()}:
        match |= Q(**{f"{field}__icontains": wording})
    return match


def memberships_of(user: User) -> list[Membership]:
    """The person's own memberships, requests and declined requests, with organisation and roles."""
    rows = user.memberships.exclude(status=Membership.Status.LEFT)
    return list(
        rows.select_related("organisation")
        .prefetch_related("contact_roles")
        .order_by("organisation__name", "pk")
    )


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Active members by name, with person and roles."""
    return (
        organisation.memberships.active()
        .select_related("user")
        .prefetch_related("contact_roles")
        .order_by("user__name", "user__email", "pk")
    )


def contacts_of(organisation: Organisation) -> list[Membership]:
    """The organisation's contacts by name, with person and roles."""
    return list(members_of(organisation).contacts())


def requests_to_answer(user) -> QuerySet[Membership]:
    """Those waiting to join an organisation where the user may answer, oldest first."""
    waiting = Membership.objects.filter(status=Membership.Status.REQUESTED)
    if not user.is_administrator:
        waiting = waiting.filter(organisation__in=user.contact_organisation_ids)
    return waiting.select_related("user", "organisation").order_by("requested_at", "pk")


def open_invitations(organisation: Organisation, now: datetime) -> QuerySet[Invitation]:
    """Invitations that may still be accepted, oldest first, with the one who sent them."""
    rows = organisation.invitations.open(now).select_related("invited_by")
    return rows.order_by("created_at", "pk")


def invitations_for(user: User, now: datetime) -> list[Invitation]:
    """Open invitations to an address the person has confirmed."""
    rows = Invitation.objects.open(now).filter(email__in=confirmed_addresses(user))
    return list(rows.select_related("organisation", "invited_by").order_by("created_at", "pk"))


def people_who_answer(organisation: Organisation) -> list[User]:
    """Whom to tell that somebody asks to join: the contacts, or administrators when none."""
    holders = organisation.memberships.contacts().values("user_id")
    contacts = list(User.objects.filter(pk__in=holders, is_active=True).order_by("pk"))
    if contacts:
        return contacts
    administrators = Q(is_superuser=True) | Q(groups__name=Group.ADMINISTRATOR)
    return list(User.objects.filter(administrators, is_active=True).distinct().order_by("pk"))
