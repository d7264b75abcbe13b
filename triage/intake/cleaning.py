"""The recurring job that removes old drafts, and bytes no draft names."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.drafts import remove_old
from dispatch.jobs import recurring
from dispatch.leftovers import remove_left_over
from triage.intake import drafts
from triage.intake.models import Draft, DraftFile


@recurring("remove old drafts", every=timedelta(hours=6))
def remove_old_drafts(now: datetime) -> None:
    """Remove drafts nobody has touched for long, and files a stopped process left behind."""
    remove_old(Draft.objects.all(), drafts.discard, now=now)
    remove_left_over_bytes(now)


def remove_left_over_bytes(now: datetime) -> int:
    """Remove files in the drafts' folder that no row names; returns how many."""
    return remove_left_over(drafts.storage(), drafts.FOLDER, DraftFile.objects.all(), now=now)
