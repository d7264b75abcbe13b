"""Who of the staff opened security cases and fetched files: noted once a person and day.

Nothing is stored unmasked here, so there is no number to reveal; these are the sensitive things
there are to open. Rows are kept two years.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from dispatch.jobs import recurring
from triage.oversight.models import Reading
from triage.tickets.models import Attachment, Ticket

KEPT = timedelta(days=730)


def note_opened(*, ticket: Ticket, by: User, now: datetime) -> None:
    """Note that a security case was opened on the desk; other cases are not noted."""
    if ticket.security:
        _note(ticket.pk, by, Reading.What.CASE, None, now)


def note_fetched(*, attachment: Attachment, by: User, now: datetime) -> None:
    """Note that a file of a case was fetched on the desk."""
    _note(attachment.message.ticket_id, by, Reading.What.FILE, attachment.pk, now)


def _note(ticket_id: int, by: User, what: str, attachment_id: int | None, now: datetime) -> None:
    row = Reading(
        ticket_id=ticket_id,
        user=by,
        what=what,
        attachment_id=attachment_id,
        day=timezone.localdate(now),
        at=now,
    )
    Reading.objects.bulk_create([row], ignore_conflicts=True)


def readings_of(ticket: Ticket) -> list[Reading]:
    """Who opened a case and fetched its files, the newest first: for those who may read it."""
    found = Reading.objects.filter(ticket=ticket).select_related("user", "attachment")
    return list(found.order_by("-at", "-pk"))


@recurring("let old readings go", every=timedelta(days=1))
def remove_old_readings(now: datetime) -> None:
    """Remove what is older than two years."""
    Reading.objects.filter(at__lt=now - KEPT).delete()
