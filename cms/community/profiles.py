"""What everybody may see of a member: what they have solved, answered and asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from accounts.models import Team, User
from cms.community.models import Answer, Member, Question

PAGE_LENGTH = 20


class Part(StrEnum):
    """The lists of a profile."""

    SOLVED = "solved"
    ANSWERS = "answers"
    QUESTIONS = "questions"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much of each kind stands in everybody's sight."""

    solved: int
    answers: int
    questions: int


@dataclass(frozen=True, kw_only=True)
class PostList:
    """One page of a list, newest first; `older` is the last id when there are more."""

    posts: Sequence[Question | Answer]
    older: int | None


def visible_member(handle: str, reader) -> Member:
    """The member whose page this person may see.

    Raises Member.DoesNotExist for nobody, for somebody who has left, and, when the reader is not
    signed in, for somebody who does not show themselves to visitors.
    """
    members = Member.objects.select_related("user").filter(user__is_active=True)
    if not reader.is_authenticated:
        members = members.filter(shown_to_visitors=True)
    return members.get(handle=handle)


def teams_of(user: User) -> list[Team]:
    """The teams of the owner somebody answers for."""
    return list(user.teams.order_by("name"))


def counts_of(user: User) -> Counts:
    """How much a member has asked, answered and solved that everybody can see."""
    return Counts(
        solved=_solved(user).count(),
        answers=_answers(user).count(),
        questions=Question.objects.public().filter(asker=user).count(),
    )


def posts_of(
    user: User, part: Part, *, older_than: int | None = None, length: int = PAGE_LENGTH
) -> PostList:
    """One page of what a member has written and everybody can see, whoever asks.

    Raises DoesNotExist when `older_than` is no such post.
    """
    if part == Part.QUESTIONS:
        rows = Question.objects.public().filter(asker=user).select_related("product")
        return _page(rows.defer("body", "html"), "asked_at", older_than, length)
    rows = _solved(user) if part == Part.SOLVED else _answers(user)
    rows = rows.select_related("question__product").defer(
        "body", "html", "question__body", "question__html"
    )
    return _page(rows, "answered_at", older_than, length)


def _answers(user: User) -> QuerySet[Answer]:
    return Answer.objects.public().filter(author=user)


def _solved(user: User) -> QuerySet[Answer]:
    """Answers that solved somebody else's question."""
    solved = _answers(user).filter(question__accepted_answer=F("pk"))
    return solved.exclude(question__asker=user)


def _page(rows: QuerySet, time: str, older_than: int | None, length: int) -> PostList:
    if older_than is not None:
        last = rows.model.objects.only(time).get(pk=older_than)
        at = getattr(last, time)
        rows = rows.filter(Q(**{f"{time}__lt": at}) | Q(**{time: at}, pk__lt=last.pk))
    found = list(rows.order_by(f"-{time}", "-pk")[: length + 1])
    more = len(found) > length
    return PostList(posts=found[:length], older=found[length - 1].pk if more else None)
