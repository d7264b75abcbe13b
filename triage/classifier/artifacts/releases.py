"""Which classifier is in use, which were before, and how to go back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from accounts.models import User
from triage.classifier.artifacts import archive
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused
from triage.classifier.models import Release

log = structlog.get_logger(__name__)


def note(
    *, version: str, replaced: str, why: str, now: datetime, by: User | None = None
) -> Release:
    """Note that a classifier was put to use."""
    log.info("classifier put to use", version=version, replaced=replaced, why=why)
    return Release.objects.create(version=version, replaced=replaced, why=why, by=by, at=now)


@transaction.atomic
def put_to_use(*, version: str, why: str, now: datetime, by: User | None = None) -> Release:
    """Put a classifier that lies aside to use; every process takes it from its next case on.

    Raises ArtifactRefused when its file cannot be used; the one in use stays then.
    """
    row = note(version=version, replaced=archive.live_version(), why=why, now=now, by=by)
    archive.use(version)  # last: a fault of the file takes the row back
    return row


def roll_back(*, now: datetime, by: User | None = None) -> Release:
    """Put the classifier that was in use before this one to use again.

    Raises ArtifactMissing when there is none to go back to, ArtifactRefused when it cannot be used.
    """
    before = previous(list(Release.objects.order_by("pk")), live=archive.live_version())
    if not before:
        raise ArtifactMissing("There is no classifier to go back to.")
    return put_to_use(version=before, why=Release.Why.ROLLED_BACK, now=now, by=by)


def choose(*, version: str, now: datetime, by: User) -> Release:
    """Put a classifier an administrator has chosen to use.

    One from before the one in use is gone back to. Another is gone on to: a challenger that waited,
    or one that somebody went back from. Raises as `put_to_use` does, and for the one in use.
    """
    live = archive.live_version()
    if version == live:
        raise ArtifactRefused(f"{version} is in use already.")
    before = _line(list(Release.objects.order_by("pk")), live=live)
    why = Release.Why.ROLLED_BACK if version in before else Release.Why.CHOSEN
    return put_to_use(version=version, why=why, now=now, by=by)


def previous(history: Sequence[Release], *, live: str) -> str:
    """The version before the one in use, "" when none is known.

    Whoever goes back twice comes two back: one that was rolled back is not gone back to.
    """
    line = _line(history, live=live)
    return line[-1] if line else ""


def _line(history: Sequence[Release], *, live: str) -> list[str]:
    """The versions that led to the one in use, the oldest first, without those gone back from."""
    stack: list[str] = []
    for row in history:
        if row.why == Release.Why.ROLLED_BACK and row.version in stack:
            while stack[-1] != row.version:
                stack.pop()
        else:
            if row.replaced and (not stack or stack[-1] != row.replaced):
                stack.append(row.replaced)
            stack.append(row.version)
    while stack and stack[-1] == live:
        stack.pop()
    return stack


def is_rolled_back() -> bool:
    """Whether a person went back to the one in use: no machine changes that by itself."""
    last = Release.objects.order_by("pk").last()
    return last is not None and last.why == Release.Why.ROLLED_BACK
