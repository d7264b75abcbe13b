"""Who wants to hear of what happens in a thread.

Whoever asks or answers follows by default. Somebody who has said no is not made to follow again by
answering once more; only pressing the button is.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from cms.community.models import Follow, Question


def follow(*, user: User, question: Question, now: datetime, by_choice: bool = False) -> bool:
    """Let the person hear of the thread from now on; returns whether they follow it afterwards.

    Without `by_choice` (the person asked or answered) an earlier "no" stands.
    """
    row, made = Follow.objects.get_or_create(user=user, question=question, defaults={"at": now})
    if made or row.stopped_at is None:
        return True
    if not by_choice:
        return False
    Follow.objects.filter(pk=row.pk).update(at=now, stopped_at=None)
    return True


def stop(*, user: User, question: Question, now: datetime) -> None:
    """Let the person hear no more of the thread; kept as a "no", also when they did not follow."""
    row, made = Follow.objects.get_or_create(
        user=user, question=question, defaults={"at": now, "stopped_at": now}
    )
    if not made and row.stopped_at is None:
        Follow.objects.filter(pk=row.pk, stopped_at__isnull=True).update(stopped_at=now)
