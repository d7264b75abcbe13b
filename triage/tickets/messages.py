"""Messages of a case as they come to rest: masked, with their files, each form once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import User
from triage.tickets.files import StoredFile, attach
from triage.tickets.models import Message, Ticket
from triage.tickets.redact import redacted


def write_message(
    *,
    ticket: Ticket,
    author: User | None,
    body: str,
    visibility: str,
    now: datetime,
    from_requester: bool = False,
    automatic: bool = False,
    files: Sequence[StoredFile] = (),
    submission_key: UUID | None = None,
    masked_before: int = 0,
) -> Message:
    """Store a message with identity numbers masked; the caller has checked and logs.

    `masked_before` are those masked on the way here; they count as masked in this message.
    """
    clean = redacted(body.strip())
    message = Message.objects.create(
        ticket=ticket,
        author=author,
        body=clean.text,
        masked_numbers=clean.count + masked_before,
        visibility=visibility,
        from_requester=from_requester,
        automatic=automatic,
        created_at=now,
        submission_key=submission_key,
    )
    attach(message, files)
    return message


def already_sent(submission_key: UUID | None) -> bool:
    """Whether a form with this key has been taken in before (a second press of the button)."""
    return bool(submission_key) and Message.objects.filter(submission_key=submission_key).exists()
