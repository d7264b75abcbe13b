"""What the composer keeps between pages: files already looked at, and texts put in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core import signing

from accounts.models import User
from triage.tickets.files import StoredFile, store
from triage.tickets.models import ReplyTemplate, Ticket, attachment_storage

SALT = "portal.desk.kept-files"
DAY = 24 * 3600


def keep(files: Sequence[StoredFile], *, user: User) -> str:
    """Store files that are not sent yet and give a signed list of them for the form to carry."""
    kept = [[store(item), item.name, item.content_type, item.size, item.sha256] for item in files]
    return signing.dumps({"by": user.pk, "files": kept}, salt=SALT) if kept else ""


def kept_files(token: str, *, user: User) -> list[StoredFile]:
    """The files behind a signed list; none when it is somebody else's, old or made up."""
    if not token:
        return []
    try:
        found = signing.loads(token, salt=SALT, max_age=DAY)
    except signing.BadSignature:
        return []
    storage = attachment_storage()
    if found["by"] != user.pk:
        return []
    return [
        StoredFile(
            name=name,
            content_type=content_type,
            size=size,
            sha256=sha256,
            content=storage.open(path),
        )
        for path, name, content_type, size, sha256 in found["files"]
        if storage.exists(path)
    ]


def templates_for(ticket: Ticket) -> list[ReplyTemplate]:
    """Reply templates for the ticket: those of its product first, then those for any."""
    found = ReplyTemplate.objects.select_related("product")
    fitting = [item for item in found if item.product_id in (None, ticket.product_id)]
    return sorted(fitting, key=lambda item: (item.product_id is None, item.name))


def filled(template: ReplyTemplate, ticket: Ticket, user: User) -> str:
    """The template in the asker's written standard, with names and case number put in."""
    values = {
        "{name}": ticket.requester_name,
        "{case}": ticket.reference,
        "{agent}": user.display_name,
    }
    text = template.text(ticket.language)
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def joined(texts: Iterable[str]) -> str:
    """Texts under one another with an empty line between."""
    return "\n\n".join(text.strip() for text in texts if text.strip())
