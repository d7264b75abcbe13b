"""The recurring job that removes drafts nobody goes on with, and bytes no row names."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.drafts import remove_old
from cms.community import drafts, files
from cms.community.models import PostDraft, PostFile
from dispatch.jobs import recurring
from dispatch.leftovers import remove_left_over


@recurring("remove old drafts of the community", every=timedelta(hours=6))
def remove_old_drafts(now: datetime) -> None:
    """Remove drafts nobody has touched for long, and files a stopped process left behind."""
    remove_old(PostDraft.objects.all(), drafts.discard, now=now)
    remove_left_over_bytes(now)


def remove_left_over_bytes(now: datetime) -> int:
    """Remove files of posts that no row names; returns how many."""
    return remove_left_over(files.storage(), files.FOLDER, PostFile.objects.all(), now=now)
