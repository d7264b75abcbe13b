"""What the desk's page of a case shows of the community: the question behind it, and ways on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cms.community import queries
from cms.community.models import Answer, Question
from portal.bridges.models import CaseOfQuestion, Proposal, QuestionTask
from portal.community.presenters import (
    Mark,
    address_of,
    answers_in_words,
    me_toos_in_words,
    person_name,
    reachable,
    state_mark,
)
from triage.tickets.codes import Channel
from triage.tickets.models import Ticket
from triage.tickets.states import Status
from triage.tickets.tasks import is_task


@dataclass(frozen=True, kw_only=True)
class AnswerAtDesk:
    """An answer under the question, as the desk reads it."""

    pk: int
    author: str
    at: datetime
    html: str
    language: str
    team: str


@dataclass(frozen=True, kw_only=True)
class Thread:
    """The question of a task with what has been answered so far."""

    pk: int
    title: str
    address: str
    html: str
    language: str
    author: str
    at: datetime
    state: Mark
    waits: bool
    me_toos: str
    answers_line: str
    answers: Sequence[AnswerAtDesk]


@dataclass(frozen=True, kw_only=True)
class Made:
    """What somebody has proposed from the case, and where it is."""

    kind: str
    title: str
    state: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Bridges:
    """The bridges of one case. `thread` is None for a task whose question is out of sight."""

    is_task: bool
    thread: Thread | None
    copied_from: str
    made: Sequence[Made]
    to_question: str
    to_article: str

    @property
    def has_ways(self) -> bool:
        """Whether there is anything to show beside the case."""
        return bool(self.copied_from or self.made or self.to_question)


def bridges_of(ticket: Ticket, user) -> Bridges:
    """What this person, who reads the case as staff, is shown. At most five statements more."""
    task = task_of(ticket)
    ended = ticket.status == Status.RESOLVED and not ticket.security and user.is_support
    ways = ended and task is None
    return Bridges(
        is_task=task is not None,
        thread=_thread(task.question_id, user) if task else None,
        copied_from=copied_from(ticket, user),
        made=_made(ticket) if not task else (),
        to_question=reverse("bridge_propose", args=[ticket.pk, "question"]) if ways else "",
        to_article=reverse("bridge_propose", args=[ticket.pk, "article"]) if ways else "",
    )


def task_of(ticket: Ticket) -> QuestionTask | None:
    """The task a case is, when it stands for a question; asked only for cases that can be one."""
    if not is_task(ticket):
        return None
    return QuestionTask.objects.filter(ticket=ticket).first()


def copied_from(ticket: Ticket, user) -> str:
    """The address of the public question the case was made from, for those who may see it."""
    if ticket.channel != Channel.COMMUNITY or ticket.requester_id is None:
        return ""
    source = CaseOfQuestion.objects.filter(ticket=ticket).values("question")
    question = Question.objects.visible_to(user).filter(pk__in=source).only("pk", "slug").first()
    return address_of(question) if question else ""


def _thread(question_id: int, user) -> Thread | None:
    rows = Question.objects.visible_to(user).select_related("asker", "official_team")
    question = rows.filter(pk=question_id).first()
    if question is None:
        return None
    return Thread(
        pk=question.pk,
        title=question.title,
        address=address_of(question),
        html=reachable(question.html),
        language=question.language,
        author=person_name(question.asker),
        at=question.asked_at,
        state=state_mark(question),
        waits=question.state == Question.State.UNANSWERED and not question.is_closed,
        me_toos=me_toos_in_words(question.me_too_count),
        answers_line=answers_in_words(question.answer_count),
        answers=[_answer(each) for each in queries.answers_of(question, user) if each.is_in_sight],
    )


def _answer(answer: Answer) -> AnswerAtDesk:
    return AnswerAtDesk(
        pk=answer.pk,
        author=person_name(answer.author),
        at=answer.answered_at,
        html=reachable(answer.html),
        language=answer.language,
        team=answer.official_team.name if answer.official_team else "",
    )


def _made(ticket: Ticket) -> list[Made]:
    """What was proposed from the case. Nothing is ever proposed from an open one."""
    if ticket.first_responded_at is None:
        return []
    rows = Proposal.objects.filter(ticket=ticket).select_related("published", "page")
    return [
        Made(
            kind=str(row.get_kind_display()),
            title=row.title,
            state=str(row.get_state_display()),
            address=reverse("bridge_proposal", args=[row.pk]),
        )
        for row in rows.order_by("pk")
    ]
