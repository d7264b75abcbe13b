"""Reads of the community that have more than one caller, or that join several models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import (
    Case,
    Exists,
    Expression,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.utils.translation import get_language

from cms.community.anchors import ANSWERS_SHOWN
from cms.community.models import (
    IN_SIGHT,
    Answer,
    Follow,
    MeToo,
    Notice,
    PostDraft,
    PostFile,
    Question,
    QuestionQuerySet,
    Vote,
)
from taxonomy.models import AccessPackage, Product, Topic

PAGE_LENGTH = 20
MOST_PAGES = 10_000  # of answers; a larger number is nobody's


class Tab(StrEnum):
    """The lists of the community."""

    NEW = "new"
    UNANSWERED = "unanswered"
    SOLVED = "solved"
    FOLLOWED = "followed"


@dataclass(frozen=True, kw_only=True)
class AnswerPage:
    """One page of the answers to a question; pages are numbered from 1."""

    answers: Sequence[Answer]
    number: int
    has_more: bool


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


def question_for_page(pk: int, user) -> Question | None:
    """The question with what its page shows; None when this person may not see it.

    It knows of the reader: `is_wondered` ("me too"), `is_followed`, `is_being_answered` (a draft)
    and `is_news` (notices of the thread that are not read); and whether it `has_files`.
    """
    rows = Question.objects.visible_to(user).select_related(
        "product", "asker__member", "official_team"
    )
    in_thread = Q(question=OuterRef("pk")) | Q(answer__question=OuterRef("pk"))
    has_files = Exists(PostFile.objects.filter(in_thread))
    return rows.annotate(**_of_reader(user), has_files=has_files).filter(pk=pk).first()


def _of_reader(user) -> dict[str, Expression]:
    """What the reader has done with a question, as columns of it."""
    marks = {
        "is_wondered": MeToo.objects.filter(question=OuterRef("pk")),
        "is_followed": Follow.objects.filter(question=OuterRef("pk"), stopped_at__isnull=True),
    }
    unread = Notice.objects.filter(read_at__isnull=True)
    marks["is_news"] = unread.filter(
        Q(question=OuterRef("pk")) | Q(answer__question=OuterRef("pk"))
    )
    if not user.is_authenticated:
        return {name: Value(False) for name in (*marks, "is_being_answered")}
    found = {name: Exists(rows.filter(user=user)) for name, rows in marks.items()}
    drafts = PostDraft.objects.filter(
        owner=user, purpose=PostDraft.Purpose.ANSWER, question=OuterRef("pk")
    )
    return {**found, "is_being_answered": Exists(drafts)}


def answers_of(question: Question, user) -> list[Answer]:
    """The answers this person may see: accepted, official, then by votes, oldest first.

    Each knows whether the reader has voted for it (`is_voted`).
    """
    return list(_in_order(question, user))


def page_of_answers(
    question: Question, user, *, number: int = 1, holding: int | None = None
) -> AnswerPage:
    """One page of `answers_of`: the one that holds an answer, else that of a number from 1 on.

    An answer the person may not see, or a number past the end, gives the first page. The text is
    there as drawn, not as written.
    """
    rows = _in_order(question, user).defer("body")
    if holding is not None:
        order = list(rows.values_list("pk", flat=True))
        number = order.index(holding) // ANSWERS_SHOWN + 1 if holding in order else 1
    number = max(1, min(number, MOST_PAGES))
    first = (number - 1) * ANSWERS_SHOWN
    found = list(rows[first : first + ANSWERS_SHOWN + 1])
    if not found and number > 1:
        return page_of_answers(question, user)
    has_more = len(found) > ANSWERS_SHOWN
    return AnswerPage(answers=found[:ANSWERS_SHOWN], number=number, has_more=has_more)


def _in_order(question: Question, user) -> QuerySet[Answer]:
    voted = Vote.objects.filter(answer=OuterRef("pk"), user=user.pk)
    accepted = When(IN_SIGHT, pk=question.accepted_answer_id or 0, then=2)
    official = When(IN_SIGHT, official_team__isnull=False, then=1)
    return (
        Answer.objects.visible_to(user)
        .filter(question=question)
        .select_related("author__member", "official_team")
        .annotate(is_voted=Exists(voted) if user.is_authenticated else Value(False))
        # Lifted above those ordered by votes; those out of sight never are.
        .order_by(
            (Case(accepted, default=0) + Case(official, default=0)).desc(),
            "-vote_count",
            "answered_at",
            "pk",
        )
    )


def files_of_thread(question: Question) -> dict[int | None, list[PostFile]]:
    """The files of the posts of a thread, by answer; None for the question itself."""
    rows = PostFile.objects.filter(Q(question=question) | Q(answer__question=question))
    found: dict[int | None, list[PostFile]] = {}
    for file in rows.order_by("created_at", "pk"):
        found.setdefault(file.answer_id, []).append(file)
    return found


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A word a question is tagged with; `key` is a topic's slug or an access package's URN."""

    name: str
    key: str
    is_topic: bool


def tags_of(question: Question) -> list[Tag]:
    """The topics of a question, then its access packages, in one statement."""
    field = f"name_{get_language() or 'nb'}"
    topics = question.topics.order_by().values_list(
        field, "name_nb", "slug", Value(0, output_field=IntegerField())
    )
    packages = question.access_packages.order_by().values_list(
        field, "name_nb", "urn", Value(1, output_field=IntegerField())
    )
    rows = sorted(topics.union(packages), key=lambda row: (row[3], row[0] or row[1]))
    return [
        Tag(name=name or otherwise, key=key, is_topic=not kind)
        for name, otherwise, key, kind in rows
    ]
