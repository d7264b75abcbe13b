"""What moderators do to posts: each with a reason, a line in the log, and a way back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cms.community import log
from cms.community.exceptions import MissingReason
from cms.community.models import LONGEST_REASON, Answer, CommunityEvent, Question
from cms.community.policies import Action, check_can
from cms.community.texts import one_line
from cms.community.threads import locked_post, recount, solve

Kind = CommunityEvent.Kind


@transaction.atomic
def hide(*, post: Question | Answer, by: User, reason: str, now: datetime) -> None:
    """Take a post out of everybody's sight but its author's and the moderators'.

    A hidden answer no longer solves its question. Raises PermissionDenied, MissingReason.
    """
    question, post = locked_post(post)
    check_can(by, Action.HIDE, post)
    reason = one_line(reason, by.language)[:LONGEST_REASON]
    if not reason:
        raise MissingReason
    post.hidden_at, post.hidden_by, post.hidden_reason = now, by, reason
    post.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    data = {"reason": reason}
    if isinstance(post, Answer):
        if question.accepted_answer_id == post.pk:
            data["solved_at"] = question.solved_at.isoformat()
            solve(question, None, now)
        recount(question)
    log.note(Kind.HIDDEN, question, _answer_or_none(post), by=by, now=now, **data)


@transaction.atomic
def restore(*, post: Question | Answer, by: User, now: datetime) -> None:
    """Bring a hidden post back as it was; an answer solves again if nothing else does since."""
    question, post = locked_post(post)
    check_can(by, Action.RESTORE, post)
    post.hidden_at, post.hidden_by, post.hidden_reason = None, None, ""
    post.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    if isinstance(post, Answer):
        solved_at = _solved_at_when_hidden(post)
        if solved_at and question.accepted_answer_id is None:
            solve(question, post, solved_at)
        recount(question)
    log.note(Kind.RESTORED, question, _answer_or_none(post), by=by, now=now)


def _answer_or_none(post: Question | Answer) -> Answer | None:
    return post if isinstance(post, Answer) else None


def _solved_at_when_hidden(answer: Answer) -> datetime | None:
    """When the answer had been accepted, if it was the accepted one when it was last hidden."""
    event = answer.events.filter(kind=Kind.HIDDEN).order_by("-pk").first()
    written = event.data.get("solved_at") if event else None
    return datetime.fromisoformat(written) if written else None
