"""Reads of the community that have more than one caller, or that join several models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, Sum

from cms.community.models import (
    IN_SIGHT,
    Answer,
    Follow,
    MeToo,
    Question,
    QuestionQuerySet,
    Vote,
)
from taxonomy.models import AccessPackage, Product, Topic

PAGE_LENGTH = 20


class Tab(StrEnum):
    """The lists of the community."""

    NEW = "new"
    UNANSWERED = "unanswered"
    SOLVED = "solved"
    FOLLOWED = "followed"


@dataclass(frozen=True, kw_only=True)
class QuestionList:
    """One page of a list, newest first; `older` is the last question's id when there are more."""

    questions: Sequence[Question]
    older: int | None


def _for_rows(questions: QuestionQuerySet) -> QuestionQuerySet:
    """With what a row shows, without the texts a row does not show."""
    return questions.select_related("product", "official_team").defer("body", "html")


def list_questions(
    user,
    *,
    tab: Tab = Tab.NEW,
    product: Product | None = None,
    topic: Topic | None = None,
    access_package: AccessPackage | None = None,
    language: str = "",
    older_than: int | None = None,
    length: int = PAGE_LENGTH,
) -> QuestionList:
    """One page of a tab; `older_than` is the id of the last question on the page before.

    `language` is a code (nb, nn, en); empty for every language.

    Raises Question.DoesNotExist when `older_than` is no question.
    """
    seen = Question.objects.visible_to(user)
    rows = _in_tab(seen.filter(merged_into__isnull=True, withdrawn_at__isnull=True), tab, user)
    if product is not None:
        rows = rows.filter(product=product)
    if topic is not None:
        rows = rows.filter(topics=topic)
    if access_package is not None:
        rows = rows.filter(access_packages=access_package)
    if language:
        rows = rows.filter(language=language)
    if older_than is not None:
        last = Question.objects.only("asked_at").get(pk=older_than)
        rows = rows.filter(
            Q(asked_at__lt=last.asked_at) | Q(asked_at=last.asked_at, pk__lt=last.pk),
            asked_at__lte=last.asked_at,  # lets the index begin where the page does
        )
    found = list(_for_rows(rows).order_by("-asked_at", "-pk")[: length + 1])
    _with_votes(found)
    more = len(found) > length
    return QuestionList(questions=found[:length], older=found[length - 1].pk if more else None)


def _in_tab(rows: QuestionQuerySet, tab: Tab, user) -> QuestionQuerySet:
    """What a tab holds for a person; somebody who is not signed in follows nothing."""
    if tab == Tab.NEW:
        return rows
    if tab != Tab.FOLLOWED:
        return rows.filter(state=tab.value)
    if not user.is_authenticated:
        return rows.none()
    followed = Follow.objects.filter(user=user, stopped_at__isnull=True)
    return rows.filter(pk__in=followed.values("question_id"))


def _with_votes(questions: Sequence[Question]) -> None:
    """Give each question `useful`: how many votes its answers in sight have together."""
    rows = Answer.objects.filter(IN_SIGHT, question__in=[each.pk for each in questions])
    votes = dict(rows.values_list("question").annotate(Sum("vote_count")).order_by())
    for question in questions:
        question.useful = votes.get(question.pk, 0)


def newest_answered(user, limit: int) -> list[Question]:
    """The questions something last happened to, among those with an answer; never hidden ones."""
    rows = Question.objects.visible_to(user).public().exclude(state=Question.State.UNANSWERED)
    return list(_for_rows(rows).order_by("-activity_at", "-pk")[:limit])


def unanswered(user, limit: int) -> list[Question]:
    """The newest questions nobody has answered; never hidden ones."""
    rows = Question.objects.visible_to(user).public().filter(state=Question.State.UNANSWERED)
    return list(_for_rows(rows).order_by("-asked_at", "-pk")[:limit])


def questions_answered_by(article_id: int, user, *, limit: int) -> list[Question]:
    """Answered questions that an article was given as the answer to, the newest few first."""
    rows = Question.objects.visible_to(user).public().exclude(state=Question.State.UNANSWERED)
    return list(_for_rows(rows.filter(article_id=article_id)).order_by("-asked_at", "-pk")[:limit])


def answers_of(question: Question, user) -> list[Answer]:
    """The answers this person may see: accepted, official, then by votes, oldest first."""
    found = (
        Answer.objects.visible_to(user)
        .filter(question=question)
        .select_related("author__member", "official_team")
        .prefetch_related("files")
        .order_by("-vote_count", "answered_at", "pk")
    )
    return sorted(found, key=lambda answer: -_lifted(answer, question))


def _lifted(answer: Answer, question: Question) -> int:
    """How high an answer stands above those ordered by votes; those out of sight never do."""
    if not answer.is_in_sight:
        return 0
    return 2 * (answer.pk == question.accepted_answer_id) + answer.is_official


def wonders_too(question: Question, user) -> bool:
    """Whether this person has said "me too"."""
    return user.is_authenticated and MeToo.objects.filter(question=question, user=user).exists()


def voted_answers(question: Question, user) -> frozenset[int]:
    """The ids of the answers this person has voted for."""
    if not user.is_authenticated:
        return frozenset()
    votes = Vote.objects.filter(answer__question=question, user=user)
    return frozenset(votes.values_list("answer_id", flat=True))
