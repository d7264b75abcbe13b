"""What people are told by mail about a ticket: what happened and a link, never the case's text."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.notices import wants_mail
from accounts.roles import Group
from dispatch.mail import queue_mail
from triage.tickets.kinds import Severity
from triage.tickets.models import Ticket
from triage.tickets.policies import may_follow
from triage.tickets.states import EVENTS, Action

WISHES = {"consulted": "handed_over"}  # one choice of people's is about both


def _language(ticket: Ticket, receiver: User | None) -> str:
    """The requester's side is written to in the case's standard, staff in their own language."""
    if receiver is None or receiver.pk == ticket.requester_id:
        return ticket.language
    return receiver.language


def _send(ticket: Ticket, *, to: User | None, email: str, kind: str, key: str, **words) -> None:
    wish = WISHES.get(kind, kind)
    if to is not None and not wants_mail(to, wish):
        return
    if not email:
        return
    language = _language(ticket, to)
    desk = kind in ("assigned", "handed_over", "consulted", "new_reply", "severe")
    path = "desk/saker" if desk else "saker"
    with translation.override(language):
        context = {
            "reference": ticket.reference,
            "link": f"{settings.PUBLIC_URL}/{path}/{ticket.reference}/",
            "has_account": to is not None,
            "name": to.display_name if to else ticket.contact_name,
            "owner": settings.SITE_OWNER,
            **{name: in_words(value) for name, value in words.items()},
        }
        queue_mail(
            to=email,
            subject=subject_of(kind, ticket.reference),
            text=render_to_string(f"tickets/mail/{kind}.txt", context),
            language=language,
            kind=wish,
            key=f"{kind}:{key}:{to.pk if to else 'contact'}",
        )


def in_words(value):
    """Moments become words in the receiver's language, with the weekday before the date."""
    if isinstance(value, datetime):
        local = localtime(value)
        return f"{date_format(local, 'l')} {date_format(local, 'DATETIME_FORMAT')}"
    return value


def subject_of(kind: str, reference: str) -> str:
    """The subject line of a kind of notice, in the active language."""
    subjects = {
        "receipt": _("We have received your case %(case)s"),
        "answer": _("You have an answer in case %(case)s"),
        "question_back": _("We need more information in case %(case)s"),
        "resolved": _("Case %(case)s is solved"),
        "assigned": _("You have been given case %(case)s"),
        "handed_over": _("Your team has been given case %(case)s"),
        "consulted": _("Your team is asked for advice in case %(case)s"),
        "severe": _("Case %(case)s is graded severity A"),
        "new_reply": _("New reply in case %(case)s"),
    }
    return subjects[kind] % {"case": reference}


def to_requester(ticket: Ticket, kind: str, *, key: str, **words) -> None:
    """Tell the requester and the people added to the case who may still read it."""
    _send(ticket, to=ticket.requester, email=ticket.requester_email, kind=kind, key=key, **words)
    if kind == "receipt":
        return
    for participant in ticket.participants.select_related("user"):
        person = participant.user
        if not may_follow(person, ticket):
            continue
        _send(ticket, to=person, email=person.email, kind=kind, key=key, **words)


def to_person(ticket: Ticket, kind: str, person: User, *, key: str, **words) -> None:
    """Tell one member of staff."""
    _send(ticket, to=person, email=person.email, kind=kind, key=key, **words)


def to_team(ticket: Ticket, kind: str, *, key: str, besides: User | None = None, **words) -> None:
    """Tell everybody in the ticket's team but the one who did it."""
    for person in ticket.team.members.filter(is_active=True):
        if person != besides:
            _send(ticket, to=person, email=person.email, kind=kind, key=key, **words)


def of_severity_a(ticket: Ticket, *, by: User) -> None:
    """Tell the team that has the case, and the managers; of security, those who handle it.

    Each is told once of one grading, also when the case turns out to be of security later on;
    neither whoever graded it nor the one who did this is told. Of a case that was graded before
    gradings were in the log, each is told once.
    """
    gradings = ticket.events.filter(kind=EVENTS[Action.CORRECT_PRIORITY], data__severity=Severity.A)
    grading = gradings.order_by("at", "id").last()
    knowing = [by.pk, grading.actor_id] if grading else [by.pk]
    key = str(grading.pk) if grading else f"case {ticket.pk}"
    others = Q(teams__handles_security=True) if ticket.security else Q(groups__name=Group.MANAGER)
    people = User.objects.filter(Q(teams=ticket.team_id) | others, is_active=True)
    for person in people.exclude(pk__in=knowing).distinct().order_by("pk"):
        _send(ticket, to=person, email=person.email, kind="severe", key=key)
