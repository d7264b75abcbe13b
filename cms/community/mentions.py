"""Who is named in which post, kept beside the text."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cms.community.models import Answer, Mention, Question


def record(
    question: Question, answer: Answer | None, named: Collection[int], *, now: datetime
) -> frozenset[int]:
    """Remember whom the post names now; returns those it did not name before."""
    rows = Mention.objects.filter(question=question, answer=answer)
    before = set(rows.values_list("user_id", flat=True))
    rows.exclude(user_id__in=named).delete()
    new = frozenset(named) - before
    Mention.objects.bulk_create(
        [Mention(question=question, answer=answer, user_id=user, at=now) for user in sorted(new)],
        ignore_conflicts=True,
    )
    return new
