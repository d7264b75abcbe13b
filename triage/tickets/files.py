"""Attachments: what a file is by its bytes, what is let in, and where it lies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

import magic
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext as _

from triage.tickets.exceptions import TicketError
from triage.tickets.models import Attachment, Message, attachment_storage
from triage.tickets.redact import redacted

# What a file may be, by its bytes; programs, scripts and web pages are not let in.
ALLOWED_TYPES = frozenset(
    {
        "application/gzip",
        "application/json",
        "application/msword",
        "application/pdf",
        "application/vnd.ms-excel",
        "application/vnd.ms-outlook",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/x-7z-compressed",
        "application/xml",
        "application/zip",
        "image/bmp",
        "image/gif",
        "image/heic",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "image/webp",
        "message/rfc822",
        "text/csv",
        "text/plain",
        "text/xml",
        "video/mp4",
        "video/quicktime",
        "video/webm",
    }
)
REFUSED_NAMES = re.compile(
    r"\.(exe|com|bat|cmd|scr|pif|msi|jar|js|mjs|vbs|ps1|sh|py|html?|xhtml|svg|hta|lnk|dll|app)$",
    re.IGNORECASE,
)


class FileRefused(TicketError):
    """A file cannot be taken in; the message names it and says what to do."""


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file that has been looked at and may be attached."""

    name: str
    content_type: str
    size: int
    sha256: str
    content: File


@cache
def _detector() -> magic.Magic:
    return magic.Magic(mime=True)


def clean_name(name: str) -> str:
    """A file name without path, control characters or identity numbers, at most 150 long."""
    last = PurePath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    safe = _masked(re.sub(r'[<>:"|?*]', "_", printable))
    stem, dot, extension = safe.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: 149 - len(extension)]}.{extension}"
    return safe[:150] or "vedlegg"


def _masked(name: str) -> str:
    """The name with identity numbers masked, also where "_" stands between their groups."""
    spaced = redacted(name.replace("_", " "))
    return spaced.text if spaced.count else name


def examine(upload: File) -> StoredFile:
    """Look at an uploaded file. Raises FileRefused when it is too large, empty or not allowed."""
    name = clean_name(upload.name or "")
    limit = settings.ATTACHMENT_MAX_MB * 1024 * 1024
    if upload.size > limit:
        raise FileRefused(
            _("%(name)s is larger than %(limit)s MB. Send a smaller file, or split it.")
            % {"name": name, "limit": settings.ATTACHMENT_MAX_MB}
        )
    if upload.size == 0:
        raise FileRefused(_("%(name)s is empty. Choose the file again.") % {"name": name})
    upload.seek(0)
    data = upload.read()
    content_type = _detector().from_buffer(data[:65536])
    if content_type not in ALLOWED_TYPES or REFUSED_NAMES.search(name):
        raise FileRefused(
            _("%(name)s is a kind of file we cannot take in. Send it as PDF, picture or text.")
            % {"name": name}
        )
    return StoredFile(
        name=name,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        content=ContentFile(data),
    )


def examine_all(uploads: Iterable[File]) -> list[StoredFile]:
    """Look at several files. Raises FileRefused for the first that cannot be taken in."""
    files = list(uploads)
    if len(files) > settings.ATTACHMENT_MAX_COUNT:
        raise FileRefused(
            _("You can send at most %(count)s files at a time.")
            % {"count": settings.ATTACHMENT_MAX_COUNT}
        )
    return [examine(upload) for upload in files]


def attach(message: Message, files: Sequence[StoredFile]) -> None:
    """Store files with a message. Bytes are written before the row that names them."""
    for item in files:
        attachment = Attachment(
            message=message,
            name=item.name,
            content_type=item.content_type,
            size=item.size,
            sha256=item.sha256,
        )
        attachment.file.name = store(item)
        attachment.save()


def store(item: StoredFile) -> str:
    """Where the bytes lie, under their own sum: the same bytes once, unless some were lost.

    A process that is stopped while it writes leaves a part behind.
    """
    storage = attachment_storage()
    path = f"{item.sha256[:2]}/{item.sha256}"
    if storage.exists(path) and storage.size(path) == item.size:
        return path
    item.content.seek(0)
    return storage.save(path, item.content)
