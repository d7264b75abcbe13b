"""Files in posts: what a file is by its bytes, what is let in, and where it lies.

Everybody can see what is published, so a file is never kept as it came: pictures are drawn anew,
which leaves behind where and with what they were taken, and texts are masked like posts.
"""

from __future__ import annotations

import hashlib
import io
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import PurePath

import magic
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from cms.community.exceptions import FileRefused
from cms.community.models import Answer, PostDraft, PostFile, Question
from cms.community.texts import letters_of, many_lines, one_line

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
MOST_PIXELS = 25_000_000
MOST_IN_A_POST = 5
LONGEST_ALT = 250
FOLDER = "community"
# What a picture is, and what it is drawn anew as; of what moves, the first look is kept.
PICTURES = {
    "image/png": ("PNG", "image/png", ".png"),
    "image/jpeg": ("JPEG", "image/jpeg", ".jpg"),
    "image/webp": ("WEBP", "image/webp", ".webp"),
    "image/gif": ("GIF", "image/png", ".png"),
}
WRITES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
TEXTS = frozenset(
    {"text/plain", "text/csv", "application/json", "text/xml", "application/xml", "text/x-log"}
)
TEXT_ENDINGS = re.compile(r"\.(txt|log|csv|json|xml|ya?ml|md|toml|ini)$", re.IGNORECASE)
PLAIN = "text/plain; charset=utf-8"
# Characters 0-31 other than tab and line ends do not stand in a text somebody has written.
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A file that has been looked at and made fit to be shown."""

    name: str
    content_type: str
    data: bytes
    width: int | None = None
    height: int | None = None

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in a text."""
        return self.width is not None


@cache
def _detector() -> magic.Magic:
    return magic.Magic(mime=True)


def examine(upload: File) -> Examined:
    """Look at an uploaded file and make it fit to be shown. Raises FileRefused."""
    shown = one_line(PurePath((upload.name or "").replace("\\", "/")).name, "nb")[:100]
    if upload.size > LARGEST:
        raise FileRefused(
            _("%(name)s is larger than %(limit)s MB. Make it smaller, or show only a part.")
            % {"name": shown, "limit": LARGEST // MEGABYTE}
        )
    if not upload.size:
        raise FileRefused(_("%(name)s is empty. Choose the file again.") % {"name": shown})
    upload.seek(0)
    data = upload.read()
    kind = _detector().from_buffer(data[:65536])
    if kind in PICTURES:
        return _picture(shown, kind, data)
    if kind in TEXTS and (kind != "text/plain" or not _looks_like_a_page(data)):
        return _text(shown, data)
    raise FileRefused(
        _("%(name)s is a kind of file that cannot be shown here. Use a picture or a text file.")
        % {"name": shown}
    )


def _looks_like_a_page(data: bytes) -> bool:
    start = data[:1024].lstrip().lower()
    return start.startswith((b"<!doctype", b"<html", b"<svg", b"<script"))


def _picture(shown: str, kind: str, data: bytes) -> Examined:
    """The picture drawn anew, without anything that was written into the file."""
    reads, content_type, ending = PICTURES[kind]
    refused = FileRefused(
        _("%(name)s could not be read as a picture. Save it anew, and try again.") % {"name": shown}
    )
    try:
        with Image.open(io.BytesIO(data), formats=[reads]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise FileRefused(
                    _("%(name)s has more than %(limit)s million points. Make it smaller.")
                    % {"name": shown, "limit": MOST_PIXELS // 1_000_000}
                )
            drawn, size = _drawn_anew(image, content_type)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise refused from error
    except Image.DecompressionBombError as error:
        raise refused from error
    return Examined(
        name=_name(shown, ending, otherwise=_("picture")),
        content_type=content_type,
        data=drawn,
        width=size[0],
        height=size[1],
    )


def _drawn_anew(image: Image.Image, content_type: str) -> tuple[bytes, tuple[int, int]]:
    image.seek(0)
    upright = ImageOps.exif_transpose(image)
    wanted = "RGB" if content_type == "image/jpeg" else "RGBA"
    bare = Image.new(wanted, upright.size)
    bare.paste(upright.convert(wanted))
    if wanted == "RGBA" and bare.getchannel("A").getextrema() == (255, 255):
        bare = bare.convert("RGB")
    out = io.BytesIO()
    bare.save(out, WRITES[content_type], quality=88, optimize=content_type == "image/png")
    return out.getvalue(), bare.size


def _text(shown: str, data: bytes) -> Examined:
    """The text masked like a post, as UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if _NO_TEXT.search(text):
        raise FileRefused(
            _("%(name)s is a kind of file that cannot be shown here. Use a picture or a text file.")
            % {"name": shown}
        )
    found = TEXT_ENDINGS.search(shown)
    return Examined(
        name=_name(shown, found[0].lower() if found else ".txt", otherwise=_("file")),
        content_type=PLAIN,
        data=many_lines(text, "nb").encode() + b"\n",
    )


def _name(shown: str, ending: str, *, otherwise: str) -> str:
    """A masked name that can be written in Markdown without marks around it."""
    stem = PurePath(shown).stem
    masked = one_line(stem.replace("_", " "), "nb")
    return (slugify(letters_of(masked))[:60].strip("-") or otherwise) + ending


def add_file(*, draft: PostDraft, upload: File, alt: str, by: User, now: datetime) -> PostFile:
    """Keep a file with a draft. Raises FileRefused: too many, not let in, picture without words.

    Bytes are written before the row that names them.
    """
    item = examine(upload)
    alt = one_line(alt, "nb")[:LONGEST_ALT]
    if item.is_picture and not alt:
        raise FileRefused(
            _("Say in a few words what %(name)s shows. Not everybody can see it.")
            % {"name": item.name}
        )
    with transaction.atomic():
        locked = PostDraft.objects.select_for_update().get(pk=draft.pk)
        there = list(files_at_hand(locked))
        if len(there) >= MOST_IN_A_POST:
            raise FileRefused(
                _("There is room for %(count)s files in a post. Remove one first.")
                % {"count": MOST_IN_A_POST}
            )
        path = storage().save(f"{FOLDER}/{uuid.uuid4().hex}", ContentFile(item.data))
        file = PostFile.objects.create(
            draft=locked,
            uploader=by,
            path=path,
            name=_free_name(item.name, {each.name for each in there}),
            content_type=item.content_type,
            size=len(item.data),
            sha256=hashlib.sha256(item.data).hexdigest(),
            alt=alt if item.is_picture else "",
            width=item.width,
            height=item.height,
            created_at=now,
        )
        PostDraft.objects.filter(pk=locked.pk).update(changed_at=now)
    return file


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    free, number = name, 2
    while free in taken:
        free, number = f"{stem}-{number}{dot}{ending}", number + 1
    return free


def files_at_hand(draft: PostDraft) -> list[PostFile]:
    """The files the text being written can show: those of the post as it is, and the new ones."""
    rows = list(PostFile.objects.filter(draft=draft).order_by("created_at", "pk"))
    if draft.purpose != PostDraft.Purpose.EDIT:
        return rows
    return [*files_of(draft.answer or draft.question), *rows]


def files_of(post: Question | Answer) -> list[PostFile]:
    """The files of a published post, oldest first."""
    return list(post.files.order_by("created_at", "pk"))


def move_to(post: Question | Answer, draft: PostDraft) -> None:
    """Let the draft's files belong to the post, within the transaction that publishes it."""
    place = {"answer": post} if isinstance(post, Answer) else {"question": post}
    PostFile.objects.filter(draft=draft).update(draft=None, **place)


def remove(files: Iterable[PostFile]) -> None:
    """Remove rows now, and bytes once that is certain; what a crash leaves is swept later."""
    files = list(files)
    PostFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    paths = [file.path for file in files]
    transaction.on_commit(lambda: [storage().delete(path) for path in paths])


def storage() -> Storage:
    """Where files of posts lie: outside everything that has an address of its own."""
    return storages["attachments"]
