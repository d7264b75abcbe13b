"""Everything that changes the community: one function, one transaction, one line in the log.

Each change writes an outbox row under the topic "search", so that the index follows. Sending the
same form twice (`form_key`) gives the first result again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from accounts.models import Team, User
from cms.community import log
from cms.community.exceptions import NothingWritten
from cms.community.members import member_of
from cms.community.models import (
    Answer,
    CommunityEvent,
    MeToo,
    Question,
    Vote,
)
from cms.community.policies import Action, check_can, check_speaks_for
from cms.community.texts import address_words, language_of, many_lines, one_line
from cms.community.threads import locked, recount, solve
from markup.markdown import render
from taxonomy.models import Product, Topic

Kind = CommunityEvent.Kind
CONFIRM_AFTER = timedelta(days=180)


@transaction.atomic
def ask_question(
    *,
    by: User,
    title: str,
    body: str,
    language: str,
    product: Product,
    now: datetime,
    topics: Sequence[Topic] = (),
    answer_due_at: datetime | None = None,
    form_key: str = "",
) -> Question:
    """Publish a question. Raises NothingWritten without a title or a body.

    `answer_due_at` is when the desk takes it up unless somebody has answered.
    """
    title, body = one_line(title, language)[:300], many_lines(body, language)
    if not title or not body:
        raise NothingWritten
    fields = {
        "title": title,
        "slug": address_words(title),
        "body": body,
        "html": render(body),
        "language": language,
        "product": product,
        "answer_due_at": answer_due_at,
        "asked_at": now,
        "activity_at": now,
    }
    if form_key:
        question, made = Question.objects.get_or_create(
            asker=by, form_key=form_key, defaults=fields
        )
        if not made:
            return question
    else:
        question = Question.objects.create(asker=by, **fields)
    question.topics.set(topics)
    member_of(by, now=now)
    log.note(Kind.ASKED, question, by=by, now=now)
    return question


@transaction.atomic
def answer_question(
    *, question: Question, by: User, body: str, now: datetime, form_key: str = ""
) -> Answer:
    """Answer as oneself. Raises PermissionDenied when hidden, NothingWritten without words."""
    question = locked(question.pk)
    check_can(by, Action.ANSWER, question)
    answer, made = _write_answer(question, by, body, now, form_key)
    if made:
        recount(question, now)
        log.note(Kind.ANSWERED, question, answer, by=by, now=now)
    return answer


@transaction.atomic
def give_official_answer(
    *, question: Question, by: User, team: Team, body: str, now: datetime, form_key: str = ""
) -> Answer:
    """Answer for a team one works in, confirmed as of now. Raises as `answer_question` does."""
    question = locked(question.pk)
    check_can(by, Action.ANSWER_OFFICIALLY, question)
    check_speaks_for(by, team)
    answer, made = _write_answer(question, by, body, now, form_key, team=team)
    if made:
        recount(question, now)
        log.note(Kind.ANSWERED_OFFICIALLY, question, answer, by=by, now=now, team=team.slug)
    return answer


@transaction.atomic
def confirm_answer(*, answer: Answer, by: User, now: datetime) -> Answer:
    """Say for the team that its official answer still holds. Raises PermissionDenied."""
    question = locked(answer.question_id)
    answer = question.answers.get(pk=answer.pk)
    check_can(by, Action.CONFIRM, answer)
    answer.confirmed_at, answer.confirm_by = now, confirm_by(now)
    answer.save(update_fields=["confirmed_at", "confirm_by"])
    recount(question)
    log.note(Kind.CONFIRMED, question, answer, by=by, now=now, team=answer.official_team.slug)
    return answer


@transaction.atomic
def accept_answer(*, answer: Answer, by: User, now: datetime) -> Question:
    """Say that this answer solved it; replaces an earlier choice. Raises PermissionDenied."""
    question = locked(answer.question_id)
    answer = question.answers.get(pk=answer.pk)
    check_can(by, Action.ACCEPT, answer)
    if question.accepted_answer_id != answer.pk:
        solve(question, answer, now)
        recount(question, now)
        log.note(Kind.ACCEPTED, question, answer, by=by, now=now)
    return question


@transaction.atomic
def withdraw_acceptance(*, answer: Answer, by: User, now: datetime) -> Question:
    """Say that the answer did not solve it after all. Raises PermissionDenied."""
    question = locked(answer.question_id)
    answer = question.answers.get(pk=answer.pk)
    check_can(by, Action.ACCEPT, answer)
    if question.accepted_answer_id == answer.pk:
        solve(question, None, now)
        recount(question, now)
        log.note(Kind.ACCEPTANCE_WITHDRAWN, question, answer, by=by, now=now)
    return question


@transaction.atomic
def me_too(*, question: Question, by: User, now: datetime, on: bool = True) -> Question:
    """Say, or take back, that one wonders about the same. Raises PermissionDenied."""
    question = locked(question.pk)
    check_can(by, Action.ME_TOO, question)
    if on:
        MeToo.objects.get_or_create(question=question, user=by, defaults={"at": now})
    else:
        MeToo.objects.filter(question=question, user=by).delete()
    question.me_too_count = question.me_toos.count()
    question.save(update_fields=["me_too_count"])
    log.index(question)
    return question


@transaction.atomic
def vote(*, answer: Answer, by: User, now: datetime, on: bool = True) -> Answer:
    """Say, or take back, that an answer was useful. Raises PermissionDenied."""
    question = locked(answer.question_id)
    answer = question.answers.get(pk=answer.pk)
    check_can(by, Action.VOTE, answer)
    if on:
        Vote.objects.get_or_create(answer=answer, user=by, defaults={"at": now})
    else:
        Vote.objects.filter(answer=answer, user=by).delete()
    answer.vote_count = answer.votes.count()
    answer.save(update_fields=["vote_count"])
    log.index(question)
    return answer


@transaction.atomic
def link_article(*, question: Question, article: Page | None) -> Question:
    """Say which article of the guidance answers the question, or that none does."""
    question = locked(question.pk)
    question.article = article
    question.save(update_fields=["article"])
    log.index(question)
    return question


def confirm_by(now: datetime) -> date:
    """The day by which a team is to confirm an official answer again."""
    return timezone.localdate(now) + CONFIRM_AFTER


def _write_answer(
    question: Question,
    by: User,
    body: str,
    now: datetime,
    form_key: str,
    *,
    team: Team | None = None,
) -> tuple[Answer, bool]:
    """The answer and whether it is new; an answer sent before with the same key is that one."""
    body = many_lines(body, question.language)
    if not body:
        raise NothingWritten
    fields = {
        "body": body,
        "html": render(body),
        "language": language_of(body, otherwise=question.language),
        "answered_at": now,
        "official_team": team,
        "confirmed_at": now if team else None,
        "confirm_by": confirm_by(now) if team else None,
    }
    member_of(by, now=now)
    if not form_key:
        return Answer.objects.create(question=question, author=by, **fields), True
    return Answer.objects.get_or_create(
        author=by, form_key=form_key, defaults={"question": question, **fields}
    )
