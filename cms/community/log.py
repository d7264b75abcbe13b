"""Writes the log of the community, and lets everything that follows from it follow."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from cms.community import notices
from cms.community.models import Answer, CommunityEvent, Question
from search.indexing import changed

Kind = CommunityEvent.Kind
# After these the question is out of the index before the index itself has caught up.
_OUT_OF_SIGHT = frozenset({Kind.HIDDEN, Kind.HELD, Kind.WITHDRAWN, Kind.MERGED})


def note(
    kind: CommunityEvent.Kind,
    question: Question | None,
    answer: Answer | None = None,
    *,
    by: User | None,
    now: datetime,
    member: User | None = None,
    undoes: CommunityEvent | None = None,
    **data: object,
) -> CommunityEvent:
    """Add a line to the log, within the transaction of the change it tells of.

    `data` holds what can be written as JSON and no personal data. The index follows the question.
    """
    event = CommunityEvent.objects.create(
        kind=kind,
        at=now,
        actor=by,
        question=question,
        answer=answer,
        member=member,
        undoes=undoes,
        data=data,
    )
    notices.put_in_outbox(event)
    if question is not None:
        index(question, withdrawn=kind in _OUT_OF_SIGHT)
    return event


def index(question: Question, *, withdrawn: bool = False) -> None:
    """Let the index follow; what was withdrawn is not found until it has.

    An article that answers the question is also found by what was asked.
    """
    ids = [f"question:{question.pk}"]
    if question.article_id:
        ids.append(f"article:{question.article_id}")
    changed(*ids, withdrawn=withdrawn)
