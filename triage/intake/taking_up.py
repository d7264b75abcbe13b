"""Taking an ended case up again: the case itself in time, after that a new one linked with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from triage.intake.services import NewCase, open_ticket
from triage.tickets import merging, services
from triage.tickets.codes import Channel
from triage.tickets.exceptions import MissingReason, TicketError
from triage.tickets.files import StoredFile
from triage.tickets.models import Ticket
from triage.tickets.policies import check_can, is_requester_side
from triage.tickets.reopening import reopens_in_time
from triage.tickets.states import ENDED_STATUSES, Action
from triage.tickets.work import log


@transaction.atomic
def take_up(
    *, ticket: Ticket, by: User, reason: str, now: datetime, files: Sequence[StoredFile] = ()
) -> Ticket:
    """The case in which an ended one goes on: itself, or after the days of its rules a new one.

    `reason` is what is missing. A new case has clocks of its own from now and asks what the ended
    one was about; `files` go into it, and are left alone when the case itself is opened again.
    Raises PermissionDenied and TicketError, also when the case goes on in another one already.
    """
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if locked.status not in ENDED_STATUSES or reopens_in_time(locked, now=now):
        services.reopen(ticket=ticket, by=by, reason=reason, now=now)
        return ticket
    check_can(by, locked, Action.REOPEN)
    if not reason.strip():
        raise MissingReason
    later = Ticket.objects.filter(continues=locked).first()
    if later is not None:
        raise TicketError.goes_on_elsewhere(later.reference)
    if is_requester_side(by, locked):
        return _asked_anew(locked, by, reason, now, files)
    return _opened_by_desk(locked, by, reason, now)


def _asked_anew(
    ended: Ticket, by: User, reason: str, now: datetime, files: Sequence[StoredFile]
) -> Ticket:
    """What is missing is the question of the new case, asked by whoever takes it up."""
    is_member = ended.organisation_id in by.organisation_ids
    case = _like(
        ended,
        body=reason.strip(),
        requester=by,
        organisation=ended.organisation if is_member else None,
        channel=Channel.PORTAL,
        files=files,
    )
    return _open(case, ended, by=by, now=now)


def _opened_by_desk(ended: Ticket, by: User, reason: str, now: datetime) -> Ticket:
    """The words the requester began with are the question, and what is missing is a note."""
    asked = ended.messages.filter(from_requester=True).order_by("created_at", "pk").first()
    case = _like(
        ended,
        body=asked.body if asked else ended.subject,
        requester=ended.requester,
        organisation=ended.organisation,
        contact_name=ended.contact_name,
        contact_email=ended.contact_email,
        channel=ended.channel,
        registered_by=by,
    )
    found = _open(case, ended, by=by, now=now)
    services.add_note(ticket=found, by=by, body=reason.strip(), now=now)
    return found


def _like(ended: Ticket, *, organisation: Organisation | None, **asked) -> NewCase:
    """A case about the same thing."""
    return NewCase(
        subject=ended.subject,
        organisation=organisation,
        product=ended.product,
        topic=ended.topic,
        case_type=ended.case_type,
        environment=ended.environment,
        impact=ended.impact,
        urgency=ended.urgency,
        security=ended.security,
        language=ended.language,
        continues=ended,
        **asked,
    )


def _open(case: NewCase, ended: Ticket, *, by: User, now: datetime) -> Ticket:
    ticket = open_ticket(case, now=now)
    merging.let_follow(ticket, ended, by=by, now=now)
    log(ended, "continued", by=by, now=now, into=ticket.pk)
    return ticket
