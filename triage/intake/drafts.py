"""What people do with drafts: write, add files, sign in and go on, send, throw away.

Every function is keyword-only and makes its change in one transaction. Identity numbers never come
to rest here: texts are masked as they are saved, file names as files are looked at.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.files.storage import Storage
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.drafts import DraftTaken, Held, keys_of, owned_by
from accounts.models import User
from triage.intake.models import Draft, DraftFile
from triage.tickets.files import FileRefused, StoredFile
from triage.tickets.models import Ticket, attachment_storage
from triage.tickets.redact import redacted

FOLDER = "drafts"
LONGEST_TEXT = 20_000


# --- finding ------------------------------------------------------------------------------------


def drafts_of(*, user: User | None, held: Held = ()) -> QuerySet[Draft]:
    """The drafts of new cases this person can go on with, last changed first."""
    rows = Draft.objects.filter(owned_by(user, held), ticket=None)
    return rows.order_by("-changed_at", "pk")


def find_draft(key: UUID, *, user: User | None, held: Held = ()) -> Draft | None:
    """The person's draft with this key, or None."""
    return Draft.objects.filter(owned_by(user, held), pk=key).first()


def reply_draft(*, ticket: Ticket, user: User) -> Draft | None:
    """What the person has begun to write in a case and not sent; the last one."""
    rows = Draft.objects.filter(owner=user, ticket=ticket).prefetch_related("files")
    return rows.order_by("-changed_at").first()


# --- writing ------------------------------------------------------------------------------------


def masked(value):
    """The value with identity numbers masked in every text, however deep it lies."""
    if isinstance(value, str):
        return redacted(value.replace("\r\n", "\n")).text[:LONGEST_TEXT]
    if isinstance(value, Mapping):
        return {key: masked(item) for key, item in value.items()}
    return value


@transaction.atomic
def save_draft(
    *,
    key: UUID,
    values: Mapping,
    now: datetime,
    user: User | None = None,
    held: Held = (),
    ticket: Ticket | None = None,
    continues: UUID | None = None,
) -> Draft:
    """Write values into the draft with this key, which is made when it does not exist.

    What is not among the values stays as it is. Raises DraftTaken for somebody else's key.
    """
    draft = Draft.objects.select_for_update().filter(owned_by(user, held), pk=key).first()
    if draft is None:
        draft = _new_draft(key, user, ticket, continues, now)
    draft.data = {**draft.data, **masked(values)}
    draft.masked = _most(draft.masked, {name: _numbers(value) for name, value in values.items()})
    draft.changed_at = now
    draft.save(update_fields=["data", "masked", "changed_at"])
    return draft


def _numbers(value) -> int:
    """How many identity numbers a value holds, however deep."""
    if isinstance(value, str):
        return redacted(value).count
    return sum(map(_numbers, value.values())) if isinstance(value, Mapping) else 0


def _most(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """The larger count of each value; those without are left out."""
    counts = {name: max(before.get(name, 0), now.get(name, 0)) for name in {*before, *now}}
    return {name: count for name, count in sorted(counts.items()) if count}


def _new_draft(key, user, ticket, continues, now) -> Draft:
    try:
        with transaction.atomic():
            return Draft.objects.create(
                key=key,
                owner=user,
                ticket=ticket,
                continues=continues,
                created_at=now,
                changed_at=now,
            )
    except IntegrityError as error:
        raise DraftTaken from error


@transaction.atomic
def adopt_drafts(*, user: User, held: Held, now: datetime) -> list[Draft]:
    """Make the drafts a session holds the property of who has signed in; returns them.

    One that continues a draft of the same person is laid into it.
    """
    rows = Draft.objects.select_for_update().filter(owner=None, pk__in=keys_of(held))
    return [_adopt(draft, user, now) for draft in rows.order_by("changed_at", "pk")]


def _adopt(draft: Draft, user: User, now: datetime) -> Draft:
    earlier = None
    if draft.continues is not None:
        earlier = Draft.objects.filter(owner=user, pk=draft.continues).first()
    if earlier is None:
        draft.owner, draft.changed_at, draft.continues = user, now, None
        draft.save(update_fields=["owner", "changed_at", "continues"])
        return draft
    earlier.data = _laid_over(earlier.data, draft.data)
    earlier.masked = _most(earlier.masked, draft.masked)
    earlier.changed_at = now
    earlier.save(update_fields=["data", "masked", "changed_at"])
    have = set(earlier.files.values_list("sha256", "name"))
    for item in draft.files.all():
        if (item.sha256, item.name) not in have:
            item.draft = earlier
            item.save(update_fields=["draft"])
    _delete(draft)
    return earlier


def _laid_over(earlier: Mapping, later: Mapping) -> dict:
    """The earlier values with the later ones over them, answer by answer."""
    return {
        **earlier,
        **{
            name: {**earlier[name], **value}
            if isinstance(value, Mapping) and isinstance(earlier.get(name), Mapping)
            else value
            for name, value in later.items()
        },
    }


# --- files --------------------------------------------------------------------------------------


def add_files(*, draft: Draft, files: Sequence[StoredFile], now: datetime) -> None:
    """Keep files with a draft; the same one twice is kept once. Raises FileRefused for too many.

    Bytes are written before the row that names them.
    """
    with transaction.atomic():
        locked = Draft.objects.select_for_update().get(pk=draft.pk)
        have = set(locked.files.values_list("sha256", "name"))
        new = {(item.sha256, item.name): item for item in files}
        wanted = [item for mark, item in new.items() if mark not in have]
        if len(have) + len(wanted) > settings.ATTACHMENT_MAX_COUNT:
            raise FileRefused(
                _("You can send at most %(count)s files at a time.")
                % {"count": settings.ATTACHMENT_MAX_COUNT}
            )
        for item in wanted:
            _keep_file(locked, item)
        locked.changed_at = now
        locked.save(update_fields=["changed_at"])


def _keep_file(draft: Draft, item: StoredFile) -> None:
    item.content.seek(0)
    path = storage().save(f"{FOLDER}/{uuid.uuid4().hex}", item.content)
    DraftFile.objects.create(
        draft=draft,
        path=path,
        name=item.name,
        content_type=item.content_type,
        size=item.size,
        sha256=item.sha256,
    )


def remove_file(*, draft: Draft, file_id: int, now: datetime) -> bool:
    """Take one file out of a draft; the others stay. Returns whether it was there."""
    with transaction.atomic():
        found = DraftFile.objects.filter(draft=draft, pk=file_id).first()
        if found is None:
            return False
        found.delete()
        Draft.objects.filter(pk=draft.pk).update(changed_at=now)
        _remove_bytes_on_commit([found.path])
    return True


def stored_files(draft: Draft) -> list[StoredFile]:
    """The draft's files as they are attached. One whose bytes are gone is left out."""
    place = storage()
    return [
        StoredFile(
            name=item.name,
            content_type=item.content_type,
            size=item.size,
            sha256=item.sha256,
            content=place.open(item.path),
        )
        for item in draft.files.order_by("pk")
        if place.exists(item.path)
    ]


def storage() -> Storage:
    """Where files of drafts lie: with the attachments, without an address."""
    return attachment_storage()


def _remove_bytes_on_commit(paths: Iterable[str]) -> None:
    """Remove bytes once the rows are gone for good; what a crash leaves is swept later."""
    paths = list(paths)
    transaction.on_commit(lambda: [storage().delete(path) for path in paths])


# --- the end of a draft -------------------------------------------------------------------------


@transaction.atomic
def discard(*, draft: Draft) -> None:
    """Throw a draft away, with its files."""
    _delete(draft)


def _delete(draft: Draft) -> None:
    paths = list(draft.files.values_list("path", flat=True))
    Draft.objects.filter(pk=draft.pk).delete()
    _remove_bytes_on_commit(paths)
