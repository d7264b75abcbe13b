"""Questions nobody has answered in time as cases of the desk: taken up, ended, brought back.

Every step locks the question first and looks again at what is true now, so that workers beside
each other, or one that was killed, never do it twice.
"""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Team, User
from cms.community import log, services
from cms.community.models import Answer, CommunityEvent, Question
from cms.community.texts import NO_WORDS
from portal.bridges.models import QuestionTask
from portal.bridges.waiting import WAITS
from triage.intake.services import NewCase, open_ticket
from triage.tickets import services as cases
from triage.tickets.codes import Channel, SolutionCode
from triage.tickets.models import Ticket
from triage.tickets.states import ENDED_STATUSES
from triage.tickets.tasks import end_task, retitle_task, take_up_again

BATCH = 200
LIVE = Q(task__ended_at__isnull=True, task__isnull=False) & ~Q(
    task__ticket__status__in=[str(status) for status in ENDED_STATUSES]
)


def take_up_due(now: datetime) -> int:
    """Make tasks of the questions whose time is up; returns how many. One range query a batch."""
    count, last = 0, 0
    while found := list(_due(now).filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        count += sum(_take_up(pk, now) for pk in found)
        last = found[-1]
    return count


def _due(now: datetime) -> QuerySet[Question]:
    """Questions that wait past their time without somebody at the desk looking at them."""
    return Question.objects.filter(WAITS, answer_due_at__lte=now).exclude(LIVE).order_by("pk")


@transaction.atomic
def _take_up(pk: int, now: datetime) -> bool:
    """Whether this made a task of the question: not when somebody was quicker."""
    Question.objects.select_for_update().get(pk=pk)
    question = _due(now).filter(pk=pk).select_related("product", "asker").first()
    if question is None:
        return False
    task = QuestionTask.objects.select_related("ticket").filter(question=question).first()
    with translation.override(question.language):
        if task is None:
            ticket = open_ticket(_case_about(question), now=now)
            QuestionTask.objects.create(question=question, ticket=ticket, taken_up_at=now)
        else:
            take_up_again(ticket=task.ticket, now=now)
            task.taken_up_at, task.ended_at, task.ended_for = now, None, ""
            task.save(update_fields=["taken_up_at", "ended_at", "ended_for"])
    log.note(CommunityEvent.Kind.TAKEN_UP, question, by=None, now=now)
    return True


def _case_about(question: Question) -> NewCase:
    """The task as a case. What was asked is read where it stands, and copied nowhere.

    Nobody is the requester: the asker has been promised no case, and gets no receipt of one.
    """
    words = _("This question in the community has waited long enough for an answer: %(address)s")
    return NewCase(
        subject=question.title,
        body=words % {"address": _lasting_address(question)},
        contact_name=_("A question in the community"),
        product=question.product,
        topic=question.topics.filter(product=question.product).order_by("pk").first(),
        language=question.language,
        channel=Channel.COMMUNITY,
        submission_key=uuid5(NAMESPACE_URL, f"veiviser:question-task:{question.pk}"),
    )


def _lasting_address(question: Question) -> str:
    """The address of the question without the words of its title, which may be hidden one day."""
    return settings.PUBLIC_URL + reverse("community_question", args=[question.pk, NO_WORDS])


def retitle(question: Question) -> None:
    """Let the task be called what its question is; not when a moderator or the asker took it away.

    What is hidden is not left at the desk, in its lists or in its search.
    """
    task = QuestionTask.objects.select_related("ticket").filter(question=question).first()
    if task is None:
        return
    with translation.override(task.ticket.language):
        gone = _("A question that is no longer shown")
    retitle_task(ticket=task.ticket, subject=question.title if question.is_in_sight else gone)


def settle(now: datetime) -> int:
    """End the tasks whose question needs nobody at the desk any more; returns how many."""
    waiting = Question.objects.filter(WAITS).values("pk")
    over = QuestionTask.objects.filter(ended_at__isnull=True).exclude(question__in=waiting)
    return sum(_end(pk, now) for pk in list(over.values_list("question", flat=True)))


@transaction.atomic
def _end(question_pk: int, now: datetime) -> bool:
    """Whether this ended the task of the question."""
    question = Question.objects.select_for_update().get(pk=question_pk)
    task = QuestionTask.objects.select_related("ticket").get(question=question)
    if task.ended_at or Question.objects.filter(WAITS, pk=question_pk).exists():
        return False
    in_sight = question.is_in_sight and question.merged_into_id is None
    answered = in_sight and question.state != Question.State.UNANSWERED
    end_task(ticket=task.ticket, answered=answered, now=now)
    _mark_ended(task, now, answered=answered)
    return True


def _mark_ended(task: QuestionTask, now: datetime, *, answered: bool) -> None:
    task.ended_at = now
    task.ended_for = task.Ended.ANSWERED if answered else task.Ended.OUT_OF_SIGHT
    task.save(update_fields=["ended_at", "ended_for"])


@transaction.atomic
def publish_answer(
    *, ticket: Ticket, by: User, team: Team, body: str, now: datetime, key
) -> Answer:
    """Answer the question of a task in public, for a team, and solve the task by it.

    Both or neither. The same key gives the first answer again. Raises what the community and the
    desk raise: PermissionDenied, CommunityError, TicketError.
    """
    task = QuestionTask.objects.select_related("question").get(ticket=ticket)
    earlier = Answer.objects.filter(author=by, form_key=str(key)).first()
    if earlier is not None:
        return earlier
    answer = services.give_official_answer(
        question=task.question, by=by, team=team, body=body, now=now, form_key=str(key)
    )
    if not answer.is_in_sight:
        return answer  # a moderator looks at it first; until then the task stands
    with translation.override(ticket.language):
        where = f"{_lasting_address(task.question)}#svar-{answer.pk}"
        words = _("Answered in public, in the community: %(address)s") % {"address": where}
    code = SolutionCode.ANSWER
    cases.resolve(ticket=ticket, by=by, solution_code=code, body=words, now=now, submission_key=key)
    _mark_ended(task, now, answered=True)
    return answer
