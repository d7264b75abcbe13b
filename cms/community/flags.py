"""Telling the moderators that something is wrong with a post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from cms.community import log
from cms.community.exceptions import NothingWritten, ReportedAlready, TooOften
from cms.community.guard import (
    DAY,
    FLAGS_THAT_HOLD,
    KNOWN_FLAGS_A_DAY,
    NEW_FLAGS_A_DAY,
    is_known,
)
from cms.community.models import Answer, CommunityEvent, Flag, HeldFor, Question
from cms.community.moderation import as_answer, hold, open_flags
from cms.community.policies import Action, check_can
from cms.community.texts import one_line
from cms.community.threads import locked_post

Kind = CommunityEvent.Kind
LONGEST_COMMENT = 1_000


@transaction.atomic
def flag(
    *, post: Question | Answer, by: User, reason: str, now: datetime, comment: str = ""
) -> Flag:
    """Report a post. When enough known members have, it is out of sight until looked at.

    Reporting again while the first report waits gives that one. Raises PermissionDenied,
    ReportedAlready, TooOften, and NothingWritten when the reason is "other" without words.
    """
    question, post = locked_post(post)
    if waiting := open_flags(post).filter(reporter=by.pk).first():
        return waiting
    check_can(by, Action.FLAG, post)
    comment = one_line(comment, by.language)[:LONGEST_COMMENT]
    if reason == Flag.Reason.OTHER and not comment:
        raise NothingWritten
    _check_not_reported_before(post, by)
    _check_pace(by, now)
    made = Flag.objects.create(
        question=question,
        answer=as_answer(post),
        reporter=by,
        reason=reason,
        comment=comment,
        at=now,
    )
    log.note(Kind.FLAGGED, question, as_answer(post), by=by, now=now, reason_kind=reason)
    if _enough_to_hold(post, now):
        hold(question=question, post=post, held_for=HeldFor.FLAGS, now=now)
    return made


@dataclass(frozen=True, kw_only=True)
class WaitingReports:
    """The reports of a thread nobody has looked at, by answer; None stands for the question.

    `own` are the posts the reader has reported, `counts` how many reports each post has.
    """

    own: Collection[int | None] = ()
    counts: Mapping[int | None, int] = field(default_factory=dict)


def waiting_reports(question: Question, user) -> WaitingReports:
    """What waits in a thread: all of it for moderators, one's own for others. One statement."""
    if not user.is_authenticated:
        return WaitingReports()
    flags = Flag.objects.filter(question=question, outcome=Flag.Outcome.OPEN)
    if not user.is_moderator:
        flags = flags.filter(reporter=user)
    rows = list(flags.values_list("answer_id", "reporter_id"))
    return WaitingReports(
        own={answer for answer, reporter in rows if reporter == user.pk},
        counts=Counter(answer for answer, _reporter in rows),
    )


def _check_not_reported_before(post: Question | Answer, by: User) -> None:
    """Once a moderator has looked at somebody's report, they may report what was changed since."""
    of_post = {"answer": post} if isinstance(post, Answer) else {"question": post, "answer": None}
    last = Flag.objects.filter(reporter=by, **of_post).order_by("-pk").first()
    if last is not None and (post.edited_at is None or post.edited_at <= last.at):
        raise ReportedAlready


def _check_pace(by: User, now: datetime) -> None:
    most = KNOWN_FLAGS_A_DAY if is_known(by, now) else NEW_FLAGS_A_DAY
    if Flag.objects.filter(reporter=by, at__gt=now - DAY).count() >= most:
        raise TooOften(
            _("You have reported many posts today. If something is urgent, ask for help instead.")
        )


def _enough_to_hold(post: Question | Answer, now: datetime) -> bool:
    """Enough different known members; what a team stands behind is never held by others."""
    if isinstance(post, Answer) and post.is_official:
        return False
    reporters = [each.reporter for each in open_flags(post).select_related("reporter")]
    known = {user.pk for user in reporters if user is not None and is_known(user, now)}
    return len(known) >= FLAGS_THAT_HOLD
