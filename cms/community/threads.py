"""A thread as it stands now, locked for a change, and what lists show of it kept up to date."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from cms.community.models import IN_SIGHT, Answer, Question


def locked(question_pk: int) -> Question:
    """The question as it stands now; others who change it wait until we are done."""
    return Question.objects.select_for_update().get(pk=question_pk)


def locked_post(post: Question | Answer) -> tuple[Question, Question | Answer]:
    """The question, locked, and the post to change as it stands now (perhaps the same).

    An answer is found where it stands, also when its thread was joined with another meanwhile.
    """
    if isinstance(post, Question):
        question = locked(post.pk)
        return question, question
    question = locked(post.question_id)
    answer = Answer.objects.get(pk=post.pk)
    while answer.question_id != question.pk:
        question = locked(answer.question_id)
        answer = Answer.objects.get(pk=post.pk)
    answer.question = question
    return question, answer


def solve(question: Question, answer: Answer | None, at: datetime) -> None:
    """Point out what solved it, or that nothing did; saved by `recount`."""
    question.accepted_answer = answer
    question.solved_at = at if answer else None


def recount(question: Question, now: datetime | None = None) -> None:
    """Bring what lists show up to date with the answers; `now` when something was added."""
    visible = question.answers.filter(IN_SIGHT)
    question.answer_count = visible.count()
    first = visible.aggregate(first=Min("answered_at"))["first"]
    # An answer that came with another thread may be older than the question.
    question.first_answered_at = max(first, question.asked_at) if first else None
    latest = visible.filter(official_team__isnull=False).order_by("-confirmed_at", "-pk").first()
    question.official_team_id = latest.official_team_id if latest else None
    if question.accepted_answer_id:
        question.state = Question.State.SOLVED
    elif question.answer_count:
        question.state = Question.State.ANSWERED
    else:
        question.state = Question.State.UNANSWERED
    if now and now > question.activity_at:
        question.activity_at = now
    question.save(
        update_fields=[
            "answer_count",
            "first_answered_at",
            "official_team",
            "state",
            "accepted_answer",
            "solved_at",
            "activity_at",
        ]
    )
