"""Opening a case: the one place every door leads to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Organisation, Team, User
from accounts.roles import Line
from dispatch import outbox
from taxonomy.models import Product, Topic
from triage.sla.service_model import version_in_force
from triage.tickets import notices
from triage.tickets.codes import Channel, Environment
from triage.tickets.facts import facts_of
from triage.tickets.files import StoredFile
from triage.tickets.kinds import CaseType
from triage.tickets.messages import write_message
from triage.tickets.models import Involvement, Message, Ticket
from triage.tickets.priority import priority_for
from triage.tickets.redact import redacted
from triage.tickets.work import finish, log


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case as it comes in by any door. Either `requester` or contact name and address."""

    subject: str
    body: str
    requester: User | None = None
    contact_name: str = ""
    contact_email: str = ""
    organisation: Organisation | None = None
    product: Product | None = None
    topic: Topic | None = None
    case_type: str = CaseType.QUESTION
    environment: str = Environment.UNKNOWN
    impact: int = 3
    urgency: int = 3
    security: bool = False
    language: str = "nb"
    channel: str = Channel.PORTAL
    files: Sequence[StoredFile] = field(default_factory=tuple)
    registered_by: User | None = None
    submission_key: UUID | None = None
    masked_before: int = 0  # identity numbers that were masked on the way here
    continues: Ticket | None = None  # the ended case that is taken up again


class NoFirstLine(Exception):
    """No team is the first line: make one under Editing → Teams before cases can come in."""


def first_line() -> Team:
    """The team new cases go to. Raises NoFirstLine when none is set up."""
    team = Team.objects.filter(line=Line.FIRST).order_by("pk").first()
    if team is None:
        raise NoFirstLine(NoFirstLine.__doc__)
    return team


def open_ticket(case: NewCase, *, now: datetime) -> Ticket:
    """Open a case in one transaction: ticket, message, event, clocks and what follows.

    The same submission key gives the same ticket, however often and however fast it is sent.
    """
    found = _earlier(case.submission_key)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return _open(case, now)
    except IntegrityError:
        found = _earlier(case.submission_key)
        if found is None:
            raise
        return found


def _earlier(key: UUID | None) -> Ticket | None:
    return Ticket.objects.filter(submission_key=key).first() if key else None


def _open(case: NewCase, now: datetime) -> Ticket:
    ticket = _ticket(case, now)
    ticket.save()
    Involvement.objects.create(ticket=ticket, team=ticket.team, kind="owner", started_at=now)
    message = write_message(
        ticket=ticket,
        author=case.requester,
        body=case.body,
        visibility=Message.Visibility.PUBLIC,
        now=now,
        from_requester=True,
        files=case.files,
        masked_before=case.masked_before + _masked_beside(case),
    )
    log(
        ticket,
        "opened",
        by=case.registered_by or case.requester,
        now=now,
        case_type=ticket.case_type,
        priority=ticket.priority,
        channel=ticket.channel,
        message=message.pk,
        facts=facts_of(organisation=ticket.organisation, product=ticket.product, at=now).as_data(),
        **({"continues": ticket.continues_id} if ticket.continues_id else {}),
    )
    finish(ticket, now=now)
    outbox.put("classify", {"ticket": ticket.pk}, key=f"{ticket.pk}.1")
    _acknowledge(ticket)
    return ticket


def _masked_beside(case: NewCase) -> int:
    """How many identity numbers are masked in what comes with the first message."""
    return redacted(case.subject).count + redacted(case.contact_name).count


def _ticket(case: NewCase, now: datetime) -> Ticket:
    security = case.security or case.case_type == CaseType.SECURITY_INCIDENT
    subject = " ".join(redacted(case.subject).text.split())[:200]
    return Ticket(
        subject=subject,
        requester=case.requester,
        contact_name=redacted(case.contact_name).text[:120],
        contact_email=case.contact_email,
        organisation=case.organisation,
        product=case.product,
        topic=case.topic,
        case_type=case.case_type,
        environment=case.environment,
        impact=case.impact,
        urgency=case.urgency,
        security=security,
        priority=priority_for(case.impact, case.urgency, security=security),
        language=case.language,
        channel=case.channel,
        team=first_line(),
        policy_id=version_in_force(now),
        opened_at=now,
        submission_key=case.submission_key,
        continues=case.continues,
    )


def _acknowledge(ticket: Ticket) -> None:
    """The receipt, with the promise of an answer."""
    clock = ticket.clocks.filter(kind="first_response").first()
    notices.to_requester(ticket, "receipt", key=str(ticket.pk), due=clock.due_at if clock else None)
