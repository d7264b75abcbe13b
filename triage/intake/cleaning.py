"""The recurring job that removes old drafts, and bytes no draft names."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dispatch.jobs import recurring
from dispatch.leftovers import remove_left_over
from triage.intake import drafts
from triage.intake.models import Draft, DraftFile

BATCH = 200


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
    """Remove files in the drafts' folder that no row names; returns how many."""
    return remove_left_over(drafts.storage(), drafts.FOLDER, DraftFile.objects.all(), now=now)
