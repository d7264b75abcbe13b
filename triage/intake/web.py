"""Sending what was written on the site: a draft becomes a case, or a reply in one.

The draft goes in the same transaction as what it becomes: a process that is stopped in between
leaves either the draft or what was sent, never neither and never both.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from taxonomy.models import Product
from triage.intake.content import NO_ORGANISATION, CaseContent, read_content
from triage.intake.details import details
from triage.intake.drafts import discard, find_draft, stored_files
from triage.intake.models import Draft
from triage.intake.services import NewCase, open_ticket
from triage.tickets import services
from triage.tickets.codes import Channel
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Ticket


class NotComplete(TicketError):
    """Something is missing before the case can be sent; the message says what to do."""


def sent_case(key: UUID, *, by: User) -> Ticket | None:
    """The case a draft of the person has become, or None."""
    return Ticket.objects.filter(submission_key=key, requester=by).first()


@transaction.atomic
def send_case(*, key: UUID, by: User, now: datetime) -> Ticket:
    """Open the case of a draft. Sent twice, or by two at once, it is the same case.

    Raises Draft.DoesNotExist when there is neither draft nor case, and NotComplete.
    """
    draft = Draft.objects.select_for_update().filter(pk=key, owner=by, ticket=None).first()
    earlier = sent_case(key, by=by)
    if earlier is None:
        if draft is None:
            raise Draft.DoesNotExist
        earlier = open_ticket(_new_case(draft, by), now=now)
    if draft is not None:
        discard(draft=draft)
    return earlier


def _new_case(draft: Draft, by: User) -> NewCase:
    content = read_content(draft.data)
    if not content.is_complete:
        raise NotComplete(_("Something is missing. Go through the steps once more."))
    language = content.language(get_language() or "nb")
    return NewCase(
        subject=content.subject,
        body=composed(content, language),
        requester=by,
        organisation=_organisation(content, by),
        product=Product.objects.filter(slug=content.product).first() if content.product else None,
        case_type=content.case_type,
        environment=content.environment,
        impact=content.impact,
        urgency=content.urgency,
        language=language,
        channel=Channel.PORTAL,
        files=stored_files(draft),
        submission_key=draft.pk,
        masked_before=draft.masked_numbers,
    )


def _organisation(content: CaseContent, by: User) -> Organisation | None:
    """The chosen organisation, of which the person must still be a member."""
    if content.organisation == NO_ORGANISATION:
        return None
    if content.organisation not in by.organisation_ids:
        raise NotComplete(
            _("You are no longer a member of the organisation you chose. Choose again.")
        )
    return Organisation.objects.get(pk=content.organisation)


def composed(content: CaseContent, language: str) -> str:
    """The first message: the person's words, and under them what they answered to our questions."""
    fields = details().fields
    lines = [
        f"{fields[slug].label(language).rstrip('?')}: {_laid_out(answer.strip())}"
        for slug, answer in content.answered_details()
    ]
    return "\n\n".join(part for part in (content.body.strip(), "\n".join(lines)) if part)


def _laid_out(answer: str) -> str:
    """An answer of several lines begins on a line of its own."""
    return f"\n{answer}" if "\n" in answer else answer


@transaction.atomic
def send_reply(*, key: UUID, ticket: Ticket, by: User, now: datetime) -> None:
    """Send the reply of a draft into its case. Sent twice, it counts once.

    Raises what `customer_reply` raises; then the draft is still there.
    """
    draft = find_draft(key, user=by)
    if draft is None or draft.ticket_id != ticket.pk:
        if services.already_sent(key):
            return
        raise Draft.DoesNotExist
    services.customer_reply(
        ticket=ticket,
        by=by,
        body=str(draft.data.get("body", "")),
        now=now,
        files=stored_files(draft),
        submission_key=key,
        masked_before=draft.masked_numbers,
    )
    discard(draft=draft)
