"""What moderators do to posts: each with a line in the log, from which it can be undone.

`seen` is the id of the last thing moderators had done to the post when the person looked at it
(see `last_done`); when another has done something since, nothing is done and Overtaken says what.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from cms.community import log
from cms.community.exceptions import MissingReason, Overtaken
from cms.community.models import (
    LONGEST_REASON,
    Answer,
    CommunityEvent,
    Flag,
    HeldFor,
    Question,
)
from cms.community.policies import Action, check_can
from cms.community.texts import one_line
from cms.community.threads import locked, locked_post, recount, solve
from taxonomy.models import Product

Kind = CommunityEvent.Kind
# What moderators do to posts.
DONE_TO_POSTS = (
    Kind.APPROVED,
    Kind.FLAGS_DISMISSED,
    Kind.HIDDEN,
    Kind.RESTORED,
    Kind.MOVED,
    Kind.CLOSED,
    Kind.REOPENED,
    Kind.MERGED,
    Kind.SEPARATED,
    Kind.WARNED,
)
_OUT_OF_SIGHT = (Kind.HIDDEN, Kind.HELD)


@transaction.atomic
def hide(
    *, post: Question | Answer, by: User, reason: str, now: datetime, seen: int | None = None
) -> None:
    """Take a post out of everybody's sight but its author's and the moderators'.

    A hidden answer no longer solves its question; what was reported is looked at with this.
    Raises PermissionDenied, MissingReason, Overtaken.
    """
    question, post = _to_moderate(post, by, Action.HIDE, seen)
    reason = reason_given(reason, by)
    data = {"reason": reason, "flags": uphold(post, by=by, now=now)}
    if post.is_held:
        data |= {"held_for": post.held_for, "held_at": post.held_at.isoformat()}
    data |= _no_longer_solves(question, post, now)
    post.hidden_at, post.hidden_by, post.hidden_reason = now, by, reason
    post.held_at, post.held_for = None, ""
    _save(post, "hidden_at", "hidden_by", "hidden_reason", "held_at", "held_for")
    recount(question)
    log.note(Kind.HIDDEN, question, as_answer(post), by=by, now=now, **data)


@transaction.atomic
def restore(*, post: Question | Answer, by: User, now: datetime, seen: int | None = None) -> None:
    """Bring a hidden post back into sight; an answer solves again if nothing else does since.

    Raises PermissionDenied, Overtaken.
    """
    question, post = _to_moderate(post, by, Action.RESTORE, seen)
    _into_sight(question, post)
    hidden = last_event(question, post, (Kind.HIDDEN,))
    log.note(Kind.RESTORED, question, as_answer(post), by=by, now=now, undoes=hidden)


@transaction.atomic
def approve(*, post: Question | Answer, by: User, now: datetime, seen: int | None = None) -> None:
    """Let others see a post that was held; what was reported about it is dismissed with this.

    Raises PermissionDenied, Overtaken.
    """
    question, post = _to_moderate(post, by, Action.APPROVE, seen)
    data = {
        "held_for": post.held_for,
        "held_at": post.held_at.isoformat(),
        "flags": _handle(post, Flag.Outcome.DISMISSED, by=by, now=now),
    }
    _into_sight(question, post)
    log.note(Kind.APPROVED, question, as_answer(post), by=by, now=now, **data)


@transaction.atomic
def dismiss_flags(
    *, post: Question | Answer, by: User, now: datetime, seen: int | None = None
) -> None:
    """Say that nothing was wrong with a post. When it was held for it, it comes into sight.

    Raises PermissionDenied, Overtaken.
    """
    question, post = _to_moderate(post, by, Action.DISMISS_FLAGS, seen)
    if post.held_for == HeldFor.FLAGS:
        approve(post=post, by=by, now=now)
        return
    flags = _handle(post, Flag.Outcome.DISMISSED, by=by, now=now)
    log.note(Kind.FLAGS_DISMISSED, question, as_answer(post), by=by, now=now, flags=flags)


@transaction.atomic
def move(
    *, question: Question, product: Product, by: User, now: datetime, seen: int | None = None
) -> None:
    """Say that a question is about another product. Nothing is done when it is about it already.

    Raises PermissionDenied, Overtaken.
    """
    question, _post = _to_moderate(question, by, Action.MOVE, seen)
    if question.product_id == product.pk:
        return
    data = {
        "from": question.product.slug,
        "to": product.slug,
        "flags": uphold(question, by=by, now=now, reason=Flag.Reason.MISPLACED),
    }
    question.product = product
    _save(question, "product")
    log.note(Kind.MOVED, question, by=by, now=now, **data)


@transaction.atomic
def close(
    *, question: Question, by: User, reason: str, now: datetime, seen: int | None = None
) -> None:
    """Let a question take no new answers; what stands can still be read.

    Raises PermissionDenied, MissingReason, Overtaken.
    """
    question, _post = _to_moderate(question, by, Action.CLOSE, seen)
    reason = reason_given(reason, by)
    _close(question, by, reason, now)
    log.note(Kind.CLOSED, question, by=by, now=now, reason=reason)


@transaction.atomic
def reopen(*, question: Question, by: User, now: datetime, seen: int | None = None) -> None:
    """Let a closed question take answers again. Raises PermissionDenied, Overtaken."""
    question, _post = _to_moderate(question, by, Action.REOPEN, seen)
    _close(question, None, "", None)
    closed = last_event(question, question, (Kind.CLOSED,))
    log.note(Kind.REOPENED, question, by=by, now=now, undoes=closed)


def hold(
    *, question: Question, post: Question | Answer, held_for: str, now: datetime
) -> CommunityEvent:
    """Take a post out of sight until a moderator has looked at it, within a transaction.

    `question` is locked and perhaps the post itself. Nobody is named: it is done by the site.
    """
    data = {"held_for": held_for} | _no_longer_solves(question, post, now)
    post.held_at, post.held_for = now, held_for
    _save(post, "held_at", "held_for")
    recount(question)
    return log.note(Kind.HELD, question, as_answer(post), by=None, now=now, **data)


# --- undoing, each given the event to undo and the thread locked ------------------------------


def undo_hiding(event: CommunityEvent, by: User, now: datetime) -> bool:
    """As it was before: waiting and reported when it was. False when it is not hidden."""
    question, post = post_of(event)
    if not post.is_hidden:
        return False
    _into_sight(question, post)
    _hold_again(question, post, event)
    reopen_flags(event)
    log.note(Kind.RESTORED, question, as_answer(post), by=by, now=now, undoes=event)
    return True


def undo_approval(event: CommunityEvent, by: User, now: datetime) -> bool:
    """Let it wait for a moderator again. False when it is out of sight already."""
    question, post = post_of(event)
    if not post.is_in_sight:
        return False
    reopen_flags(event)
    _no_longer_solves(question, post, now)
    _hold_again(question, post, event)
    held_for = event.data["held_for"]
    log.note(Kind.HELD, question, as_answer(post), by=by, now=now, undoes=event, held_for=held_for)
    return True


def undo_dismissal(event: CommunityEvent, by: User, now: datetime) -> bool:
    """Put the reports back into the queue. False when none of them can be."""
    question, post = post_of(event)
    if not reopen_flags(event):
        return False
    log.note(Kind.FLAGGED, question, as_answer(post), by=by, now=now, undoes=event)
    return True


def undo_move(event: CommunityEvent, by: User, now: datetime) -> bool:
    """Back to the product it came from. False when it has been moved on."""
    question = locked(event.question_id)
    before = Product.objects.filter(slug=event.data["from"]).first()
    if before is None or question.product.slug != event.data["to"]:
        return False
    question.product = before
    _save(question, "product")
    reopen_flags(event)
    data = {"from": event.data["to"], "to": event.data["from"]}
    log.note(Kind.MOVED, question, by=by, now=now, undoes=event, **data)
    return True


def undo_closing(event: CommunityEvent, by: User, now: datetime) -> bool:
    """Let it take answers again. False when it is open."""
    question = locked(event.question_id)
    if not question.is_closed:
        return False
    _close(question, None, "", None)
    log.note(Kind.REOPENED, question, by=by, now=now, undoes=event)
    return True


# --- what the parts share ---------------------------------------------------------------------


def last_done(question: Question, post: Question | Answer) -> CommunityEvent | None:
    """The last thing moderators did to a post; None when they have done nothing."""
    return last_event(question, post, DONE_TO_POSTS)


def last_event(
    question: Question, post: Question | Answer, kinds: tuple[Kind, ...]
) -> CommunityEvent | None:
    """The last event of these kinds about a post that has not been undone."""
    events = _events_of(question, post).filter(kind__in=kinds, undone_by__isnull=True)
    return events.order_by("-pk").first()


def check_not_overtaken(question: Question, post: Question | Answer, seen: int | None) -> None:
    """Raise Overtaken when moderators have done something to the post since `seen`."""
    if seen is None:
        return
    since = _events_of(question, post).filter(kind__in=DONE_TO_POSTS, pk__gt=seen)
    event = since.select_related("actor").order_by("-pk").first()
    if event is not None:
        raise Overtaken(event)


def reason_given(reason: str, by: User) -> str:
    """The reason as it is kept. Raises MissingReason when nothing is left of it."""
    reason = one_line(reason, by.language)[:LONGEST_REASON]
    if not reason:
        raise MissingReason
    return reason


def uphold(post: Question | Answer, *, by: User, now: datetime, reason: str = "") -> list[int]:
    """Something was done about what was reported; with a reason only those that gave it.

    Returns the ids of the reports, which the event keeps.
    """
    return _handle(post, Flag.Outcome.UPHELD, by=by, now=now, reason=reason)


def reopen_flags(event: CommunityEvent) -> int:
    """Let the reports an event handled wait again; returns how many that was.

    Somebody who has reported the same again since then has one report waiting, not two.
    """
    flags = Flag.objects.filter(pk__in=event.data.get("flags", []))
    waiting = Flag.objects.filter(
        outcome=Flag.Outcome.OPEN, question=event.question_id, answer=event.answer_id
    )
    again = flags.exclude(outcome=Flag.Outcome.OPEN).exclude(
        reporter__in=waiting.filter(reporter__isnull=False).values("reporter")
    )
    return again.update(outcome=Flag.Outcome.OPEN, handled_by=None, handled_at=None)


def open_flags(post: Question | Answer) -> QuerySet[Flag]:
    """The reports of a post nobody has looked at."""
    of_post = {"answer": post} if isinstance(post, Answer) else {"question": post, "answer": None}
    return Flag.objects.filter(outcome=Flag.Outcome.OPEN, **of_post)


def post_of(event: CommunityEvent) -> tuple[Question, Question | Answer]:
    """The thread of an event, locked, and the post it is about, wherever it stands now."""
    if event.answer_id is None:
        question = locked(event.question_id)
        return question, question
    return locked_post(Answer.objects.get(pk=event.answer_id))


def as_answer(post: Question | Answer) -> Answer | None:
    """The post when it is an answer, as events name it."""
    return post if isinstance(post, Answer) else None


def _to_moderate(
    post: Question | Answer, by: User, action: Action, seen: int | None
) -> tuple[Question, Question | Answer]:
    """The thread and the post as they stand now; being overtaken is told before anything else."""
    question, post = locked_post(post)
    check_not_overtaken(question, post, seen)
    check_can(by, action, post)
    return question, post


def _events_of(question: Question, post: Question | Answer) -> QuerySet[CommunityEvent]:
    if isinstance(post, Answer):
        return CommunityEvent.objects.filter(answer=post)
    return CommunityEvent.objects.filter(question=question, answer__isnull=True)


def _handle(
    post: Question | Answer, outcome: str, *, by: User, now: datetime, reason: str = ""
) -> list[int]:
    flags = open_flags(post)
    if reason:
        flags = flags.filter(reason=reason)
    ids = list(flags.order_by("pk").values_list("pk", flat=True))
    Flag.objects.filter(pk__in=ids).update(outcome=outcome, handled_by=by, handled_at=now)
    return ids


def _no_longer_solves(question: Question, post: Question | Answer, now: datetime) -> dict[str, str]:
    """Take a post out of being the solution; what to keep for when it comes back."""
    if not isinstance(post, Answer) or question.accepted_answer_id != post.pk:
        return {}
    solved_at = question.solved_at.isoformat()
    solve(question, None, now)
    return {"solved_at": solved_at}


def _into_sight(question: Question, post: Question | Answer) -> None:
    solved_at = _solved_at_when_taken_out(post)
    post.hidden_at, post.hidden_by, post.hidden_reason = None, None, ""
    post.held_at, post.held_for = None, ""
    _save(post, "hidden_at", "hidden_by", "hidden_reason", "held_at", "held_for")
    if solved_at and question.accepted_answer_id is None and post.is_in_sight:
        solve(question, post, solved_at)
    recount(question)


def _hold_again(question: Question, post: Question | Answer, event: CommunityEvent) -> None:
    """As the event found it: held, when it was."""
    if not event.data.get("held_at"):
        return
    post.held_at = datetime.fromisoformat(event.data["held_at"])
    post.held_for = event.data["held_for"]
    _save(post, "held_at", "held_for")
    recount(question)


def _solved_at_when_taken_out(post: Question | Answer) -> datetime | None:
    """When an answer had been accepted, if it was the solution when it last went out of sight."""
    if not isinstance(post, Answer):
        return None
    event = post.events.filter(kind__in=_OUT_OF_SIGHT).order_by("-pk").first()
    written = event.data.get("solved_at") if event else None
    return datetime.fromisoformat(written) if written else None


def _close(question: Question, by: User | None, reason: str, now: datetime | None) -> None:
    question.closed_at, question.closed_by, question.closed_reason = now, by, reason
    _save(question, "closed_at", "closed_by", "closed_reason")


def _save(post: Question | Answer, *fields: str) -> None:
    post.save(update_fields=list(fields))
