"""Reading one's notices. Whether a person may still see what one is about is asked each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cms.community.models import Answer, Notice, Question
from cms.community.models.posts import in_sight_of
from cms.community.notices import OWN_KINDS

PAGE_LENGTH = 20
Kind = Notice.Kind


_PUBLIC_QUESTION = in_sight_of("question") & Q(question__merged_into__isnull=True)
_PUBLIC_ANSWER = (
    Q(answer__isnull=False)
    & in_sight_of("answer")
    & in_sight_of("answer__question")
    & Q(answer__question__merged_into__isnull=True)
)


def shown_to(user: User, *, now: datetime) -> QuerySet[Notice]:
    """The notices the person may see now.

    What has gone out of sight takes its notices along, but for what moderators say to its author.
    What is to be confirmed is shown to those who are in the team now, until it is confirmed.
    """
    public = Q(answer__isnull=True, question__isnull=False) & _PUBLIC_QUESTION | _PUBLIC_ANSWER
    confirm = Q(
        kind=Kind.CONFIRM,
        answer__official_team__in=list(user.team_lines),
        answer__confirm_by__lte=timezone.localdate(now),
    )
    return Notice.objects.filter(
        Q(kind__in=OWN_KINDS) | (public & (~Q(kind=Kind.CONFIRM) | confirm)), user=user
    )


@dataclass(frozen=True, kw_only=True)
class Position:
    """The notice a page ended with; unread ones come before read ones, newest first."""

    unread: bool
    pk: int

    @property
    def written(self) -> str:
        """As it stands in an address."""
        return f"{'u' if self.unread else 'r'}_{self.pk}"


@dataclass(frozen=True, kw_only=True)
class NoticePage:
    """One page of notices; `next` is where the next begins, when there are more."""

    notices: Sequence[Notice]
    next: Position | None


def page_for(
    user: User, *, after: Position | None, now: datetime, length: int = PAGE_LENGTH
) -> NoticePage:
    """One page of the person's notices: unread first, then read, newest first in each."""
    rows = shown_to(user, now=now).select_related(
        "question", "event", "actor", "answer__question", "answer__official_team"
    )
    rows = rows.defer("question__body", "question__html", "answer__body", "answer__html")
    found: list[Notice] = []
    for unread in (True, False):
        if after is not None and after.unread < unread:
            continue
        part = rows.filter(read_at__isnull=unread)
        if after is not None and after.unread == unread:
            part = part.filter(pk__lt=after.pk)
        if len(found) <= length:
            found += part.order_by("-pk")[: length + 1 - len(found)]
    last = found[length - 1] if len(found) > length else None
    position = last and Position(unread=last.read_at is None, pk=last.pk)
    return NoticePage(notices=found[:length], next=position)


def openable(notices: Sequence[Notice], user: User) -> set[int]:
    """The ids of the notices whose post the person may open; two statements for all."""
    answers = Answer.objects.visible_to(user).filter(
        pk__in=[notice.answer_id for notice in notices if notice.answer_id]
    )
    questions = Question.objects.visible_to(user).filter(
        pk__in=[notice.question_id for notice in notices if not notice.answer_id]
    )
    open_answers = set(answers.values_list("pk", flat=True))
    open_questions = set(questions.values_list("pk", flat=True))
    return {
        notice.pk
        for notice in notices
        if notice.answer_id in open_answers
        or (not notice.answer_id and notice.question_id in open_questions)
    }


def unread_count(user: User, *, now: datetime, most: int = 100) -> int:
    """How many notices wait to be read, counted no further than `most`.

    Whether they may still be seen is asked where there are any: every page counts them, most are
    shown to people without one, and that question takes longer to put than to answer.
    """
    if not Notice.objects.filter(user=user, read_at__isnull=True).exists():
        return 0
    return shown_to(user, now=now).filter(read_at__isnull=True)[:most].count()


def mark_thread_read(*, user: User, question: Question, now: datetime) -> int:
    """The person has opened the thread: its notices are read. Returns how many were not.

    One statement, which only reads, when there are none.
    """
    unread = Notice.objects.filter(user=user, read_at__isnull=True)
    found = unread.filter(Q(question=question) | Q(answer__question=question))
    ids = list(found.values_list("pk", flat=True))
    return Notice.objects.filter(pk__in=ids).update(read_at=now) if ids else 0


def mark_read(*, user: User, notice_id: int, now: datetime) -> bool:
    """The person has read one notice; False when it is not theirs."""
    rows = Notice.objects.filter(user=user, pk=notice_id)
    rows.filter(read_at__isnull=True).update(read_at=now)
    return rows.exists()


def mark_all_read(*, user: User, newest: int, now: datetime) -> int:
    """Everything up to the notice `newest` is read; what came later is not. Returns how many."""
    rows = Notice.objects.filter(user=user, pk__lte=newest, read_at__isnull=True)
    return rows.update(read_at=now)


def forget_old(now: datetime) -> int:
    """Delete notices read a quarter of a year ago or made two years ago; returns how many."""
    read = Q(read_at__lt=now - timedelta(days=90))
    return Notice.objects.filter(read | Q(at__lt=now - timedelta(days=730))).delete()[0]
