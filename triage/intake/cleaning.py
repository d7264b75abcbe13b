"""The recurring job that removes old drafts, and bytes no draft names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import Q

from dispatch.jobs import recurring
from triage.intake import drafts
from triage.intake.models import Draft, DraftFile

BATCH = 200
LEFT_OVER = timedelta(days=1)


@recurring("remove old drafts", every=timedelta(hours=6))
def remove_old_drafts(now: datetime) -> None:
    """Remove drafts nobody has touched for long, and files a stopped process left behind."""
    while _remove_batch(now):
        pass
    remove_left_over_bytes(now)


def _remove_batch(now: datetime) -> int:
    old = Q(owner=None, changed_at__lt=now - drafts.KEPT_UNOWNED) | Q(
        changed_at__lt=now - drafts.KEPT_OWNED
    )
    with transaction.atomic():
        rows = list(Draft.objects.select_for_update().filter(old)[:BATCH])
        for draft in rows:
            drafts.discard(draft=draft)
    return len(rows)


def remove_left_over_bytes(now: datetime) -> int:
    """Remove files in the drafts' folder that no row names, a day after they were written.

    A row follows its bytes within the same request, so younger ones may still get theirs.
    """
    place = drafts.storage()
    names = _names(place)
    paths = [f"{drafts.FOLDER}/{name}" for name in names]
    removed = 0
    for start in range(0, len(paths), BATCH):
        part = paths[start : start + BATCH]
        known = set(DraftFile.objects.filter(path__in=part).values_list("path", flat=True))
        for path in part:
            if path not in known and place.get_modified_time(path) < now - LEFT_OVER:
                place.delete(path)
                removed += 1
    return removed


def _names(place: Storage) -> list[str]:
    try:
        return sorted(place.listdir(drafts.FOLDER)[1])
    except FileNotFoundError:
        return []
