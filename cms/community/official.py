"""Official answers that have to be looked at again, and the end of a team's standing behind one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, F, Q

from accounts.models import User
from cms.community import log
from cms.community.models import Answer, CommunityEvent
from cms.community.models.posts import AnswerQuerySet
from cms.community.policies import Action, check_can
from cms.community.threads import locked, recount


def article_changed() -> Q:
    """Answers confirmed before the article that goes with their question was last published."""
    return Q(
        question__article__live=True,
        question__article__last_published_at__gt=F("confirmed_at"),
    )


def to_confirm(today: date) -> AnswerQuerySet:
    """Official answers everybody reads that are past their day, or whose article has changed."""
    return Answer.objects.public().filter(
        Q(confirm_by__lte=today) | article_changed(), official_team__isnull=False
    )


def counts_to_confirm(today: date, teams: Iterable[int]) -> tuple[int, int]:
    """How many of them are the teams' own, and how many others'; one statement."""
    own = Q(official_team__in=list(teams))
    found = to_confirm(today).aggregate(own=Count("pk", filter=own), others=Count("pk"))
    return found["own"], found["others"] - found["own"]


def bring_forward(today: date) -> int:
    """Let answers whose article has changed since be confirmed today; returns how many.

    Their teams are then told as of any other answer whose day has come. Once for each change: an
    answer that is late already is left alone.
    """
    changed = to_confirm(today).filter(article_changed(), confirm_by__gt=today)
    return Answer.objects.filter(pk__in=list(changed.values_list("pk", flat=True))).update(
        confirm_by=today
    )


@transaction.atomic
def withdraw_mark(*, answer: Answer, by: User, now: datetime) -> Answer:
    """The team no longer stands behind the answer, which stays as its author's own.

    Raises PermissionDenied for those outside the team. Doing it twice changes nothing.
    """
    question = locked(answer.question_id)
    answer = question.answers.select_related("official_team").get(pk=answer.pk)
    answer.question = question
    if not answer.is_official:
        return answer
    check_can(by, Action.CONFIRM, answer)
    team = answer.official_team
    answer.official_team, answer.confirmed_at, answer.confirm_by = None, None, None
    answer.save(update_fields=["official_team", "confirmed_at", "confirm_by"])
    recount(question)
    log.note(CommunityEvent.Kind.MARK_WITHDRAWN, question, answer, by=by, now=now, team=team.slug)
    return answer
