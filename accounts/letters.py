"""Mails about people: sign-in, memberships, invitations. Each in its receiver's language."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.duties import Duties, named
from accounts.models import Invitation, Membership, User
from dispatch.mail import queue_mail

SUBJECTS = {
    "confirm_address": _("Confirm your e-mail address"),
    "has_account": _("You have an account already"),
    "no_account": _("You have no account with this address"),
    "new_password": _("Choose a new password"),
    "password_changed": _("Your password was changed"),
    "asked_to_join": _("Somebody asks to join %(organisation)s"),
    "request_approved": _("You are now a member of %(organisation)s"),
    "request_declined": _("You were not let into %(organisation)s"),
    "invited": _("Invitation to join %(organisation)s"),
    "invitation_accepted": _("Your invitation to %(organisation)s was accepted"),
    "roles_changed": _("Your roles in %(organisation)s have changed"),
    "member_left": _("A member has left %(organisation)s"),
    "membership_ended": _("Your membership of %(organisation)s has ended"),
    "staff_invited": _("You have an account in Veiviser"),
    "duties_changed": _("Your roles in Veiviser have changed"),
    "account_opened": _("Your account is open again"),
}


def address_of(name: str, *arguments) -> str:
    """The whole address of a page, to be put in a mail."""
    return settings.PUBLIC_URL + reverse(name, args=arguments)


def send(kind: str, *, to: str, language: str, name: str = "", **words) -> None:
    """Queue the mail of this kind; `words` fill its subject and its text."""
    with translation.override(language):
        context = {"name": name, "owner": settings.SITE_OWNER, **words}
        queue_mail(
            to=to,
            subject=str(SUBJECTS[kind]) % words,
            text=render_to_string(f"accounts/mail/{kind}.txt", context).strip() + "\n",
            language=language,
            kind=kind,
        )


def send_to(receiver: User, kind: str, /, **words) -> None:
    """As `send`, to somebody with an account; one whose account is closed gets nothing."""
    if receiver.is_active:
        send(kind, to=receiver.email, language=receiver.language, name=receiver.name, **words)


def asked_to_join(membership: Membership, contact: User) -> None:
    """To one who may answer: who asks."""
    send_to(
        contact,
        "asked_to_join",
        organisation=membership.organisation.name,
        person=membership.user.display_name,
        link=address_of("account_requests"),
    )


def request_approved(membership: Membership) -> None:
    """To the one who asked: welcome."""
    _to_member(membership, "request_approved")


def request_declined(membership: Membership) -> None:
    """To the one who asked: no; the reason stands on their page."""
    send_to(
        membership.user,
        "request_declined",
        organisation=membership.organisation.name,
        link=address_of("account"),
    )


def invited(invitation: Invitation, token: str) -> None:
    """To the invited address; in its owner's language, else the organisation's written standard."""
    receiver = User.objects.filter(email=invitation.email, is_active=True).first()
    send(
        "invited",
        to=invitation.email,
        language=receiver.language if receiver else invitation.organisation.written_standard,
        name=receiver.name if receiver else "",
        organisation=invitation.organisation.name,
        person=invitation.invited_by.display_name,
        expires=invitation.expires_at,
        link=address_of("account_invitation", token),
    )


def invitation_accepted(membership: Membership, invitation: Invitation) -> None:
    """To the one who invited."""
    send_to(
        invitation.invited_by,
        "invitation_accepted",
        organisation=membership.organisation.name,
        person=membership.user.display_name,
        link=address_of("account_organisation", membership.organisation_id),
    )


def roles_changed(membership: Membership) -> None:
    """To the member: which contact roles they hold now."""
    with translation.override(membership.user.language):
        roles = [str(role) for role in membership.contact_roles.order_by("pk")]
    _to_member(membership, "roles_changed", roles=roles)


def member_left(membership: Membership, contact: User) -> None:
    """To a contact: who left."""
    send_to(
        contact,
        "member_left",
        organisation=membership.organisation.name,
        person=membership.user.display_name,
        link=address_of("account_organisation", membership.organisation_id),
    )


def membership_ended(membership: Membership) -> None:
    """To the one who is no longer a member."""
    send_to(
        membership.user,
        "membership_ended",
        organisation=membership.organisation.name,
        link=address_of("account"),
    )


def staff_invited(person: User, *, by: User, duties: Duties, link: str, days: int) -> None:
    """To somebody who is to work here: the roles they have, and where to choose a password."""
    send_to(
        person,
        "staff_invited",
        person=by.display_name,
        duties=_in_words(duties, person),
        link=link,
        days=days,
        password_link=address_of("account_reset_password"),
    )


def duties_changed(person: User, duties: Duties) -> None:
    """To somebody who works here, or did: which roles and teams are theirs now."""
    duties = _in_words(duties, person)
    send_to(person, "duties_changed", duties=duties, link=address_of("account"))


def account_opened(person: User, *, link: str, days: int) -> None:
    """To somebody whose account was closed: where to choose a new password."""
    password_link = address_of("account_reset_password")
    send_to(person, "account_opened", link=link, days=days, password_link=password_link)


def _in_words(duties: Duties, receiver: User) -> list[str]:
    with translation.override(receiver.language):
        return [duty.label for duty in named(duties.words)]


def _to_member(membership: Membership, kind: str, **words) -> None:
    send_to(
        membership.user,
        kind,
        organisation=membership.organisation.name,
        link=address_of("account_organisation", membership.organisation_id),
        **words,
    )
