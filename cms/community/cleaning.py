"""The recurring job that removes drafts nobody goes on with, and bytes no row names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cms.community import drafts, files
from cms.community.models import PostDraft, PostFile
from dispatch.jobs import recurring

BATCH = 200
LEFT_OVER = timedelta(days=1)


@recurring("remove old drafts of the community", every=timedelta(hours=6))
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
        rows = list(PostDraft.objects.select_for_update().filter(old)[:BATCH])
        for draft in rows:
            drafts.discard(draft=draft)
    return len(rows)


def remove_left_over_bytes(now: datetime) -> int:
    """Remove files of posts that no row names, a day after they were written; returns how many.

    A row follows its bytes within the same request, so younger ones may still get theirs.
    """
    place = files.storage()
    try:
        names = sorted(place.listdir(files.FOLDER)[1])
    except FileNotFoundError:
        return 0
    paths = [f"{files.FOLDER}/{name}" for name in names]
    removed = 0
    for start in range(0, len(paths), BATCH):
        part = paths[start : start + BATCH]
        known = set(PostFile.objects.filter(path__in=part).values_list("path", flat=True))
        for path in part:
            if path not in known and place.get_modified_time(path) < now - LEFT_OVER:
                place.delete(path)
                removed += 1
    return removed
