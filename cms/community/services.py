"""Everything that changes the community: one function, one transaction, one line in the log.

Each change writes an outbox row under the topic "search", so that the index follows. Sending the
same form twice (`form_key`) gives the first result again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Team, User
from cms.community import following, guard, log
from cms.community.exceptions import NothingWritten
from cms.community.models import (
    Answer,
    CommunityEvent,
    MeToo,
    PostDraft,
    Question,
    Vote,
)
from cms.community.policies import Action, check_can, check_speaks_for
from cms.community.publishing import look_at, note_held, take_in
from cms.community.texts import address_words, language_of, many_lines, one_line
from cms.community.threads import locked, recount, solve
from taxonomy.models import AccessPackage, Product, Topic

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
    access_packages: Sequence[AccessPackage] = (),
    answer_due_at: datetime | None = None,
    form_key: str = "",
    draft: PostDraft | None = None,
) -> Question:
    """Publish a question, or hold it for a moderator; a draft's files go along, and it is gone.

    `answer_due_at` is when the desk takes it up unless somebody has answered. Raises
    NothingWritten without a title or a body, TooOften, PermissionDenied for somebody silenced.
    """
    taken_out = _taken_out(title, body)
    title, body = one_line(title, language)[:300], many_lines(body, language)
    if not title or not body:
        raise NothingWritten
    sent = _sent_before(Question.objects.filter(asker=by), form_key)
    if sent:
        return sent
    guard.check_may_ask(by, now)
    text = look_at(f"{title}\n{body}", body, by=by, draft=draft, now=now)
    fields = {
        "title": title,
        "slug": address_words(title),
        "body": body,
        "language": language,
        "product": product,
        "answer_due_at": answer_due_at,
        "asked_at": now,
        "activity_at": now,
        **text.fields(),
    }
    question, made = _create_once(Question, {"asker": by, "form_key": form_key}, fields)
    if made:
        question.topics.set(topics)
        question.access_packages.set(access_packages)
        take_in(question, text, draft=draft, now=now)
        following.follow(user=by, question=question, now=now)
        log.note(Kind.ASKED, question, by=by, now=now, **taken_out)
        note_held(question, now=now)
    return question


@transaction.atomic
def answer_question(
    *,
    question: Question,
    by: User,
    body: str,
    now: datetime,
    form_key: str = "",
    draft: PostDraft | None = None,
) -> Answer:
    """Answer as oneself. Raises PermissionDenied when hidden, closed or silenced, NothingWritten
    without words, TooOften.
    """
    question = locked(question.pk)
    check_can(by, Action.ANSWER, question)
    answer, made = _write_answer(question, by, body, now, form_key, draft=draft)
    if made:
        log.note(Kind.ANSWERED, question, answer, by=by, now=now, **_taken_out(body))
        note_held(answer, now=now)
    return answer


@transaction.atomic
def give_official_answer(
    *,
    question: Question,
    by: User,
    team: Team,
    body: str,
    now: datetime,
    form_key: str = "",
    draft: PostDraft | None = None,
) -> Answer:
    """Answer for a team one works in, confirmed as of now. Raises as `answer_question` does."""
    question = locked(question.pk)
    check_can(by, Action.ANSWER_OFFICIALLY, question)
    check_speaks_for(by, team)
    answer, made = _write_answer(question, by, body, now, form_key, team=team, draft=draft)
    if made:
        data = {"team": team.slug} | _taken_out(body)
        log.note(Kind.ANSWERED_OFFICIALLY, question, answer, by=by, now=now, **data)
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
    draft: PostDraft | None = None,
) -> tuple[Answer, bool]:
    """The answer and whether it is new; an answer sent before with the same key is that one."""
    body = many_lines(body, question.language)
    if not body:
        raise NothingWritten
    sent = _sent_before(Answer.objects.filter(author=by), form_key)
    if sent:
        return sent, False
    guard.check_may_answer(by, now)
    text = look_at(body, body, by=by, draft=draft, now=now)
    fields = {
        "question": question,
        "body": body,
        "language": language_of(body, otherwise=question.language),
        "answered_at": now,
        "official_team": team,
        "confirmed_at": now if team else None,
        "confirm_by": confirm_by(now) if team else None,
        **text.fields(),
    }
    answer, made = _create_once(Answer, {"author": by, "form_key": form_key}, fields)
    if made:
        take_in(answer, text, draft=draft, now=now)
        following.follow(user=by, question=question, now=now)
        recount(question, now if answer.is_in_sight else None)
    return answer, made


def _taken_out(*texts: str) -> dict[str, dict[str, int]]:
    """How many of each kind are taken out of what was written, as the event keeps it."""
    counts = guard.counted(*texts)
    return {"masked": counts} if counts else {}


def _sent_before(rows: QuerySet, form_key: str) -> Question | Answer | None:
    """What the same form gave when it was sent before; it is not looked at by the guard again."""
    return rows.filter(form_key=form_key).first() if form_key else None


def _create_once(
    model: type[Question | Answer], key: Mapping, fields: Mapping
) -> tuple[Question | Answer, bool]:
    """The post and whether it is new; two sendings of a form at once make one."""
    if not key["form_key"]:
        return model.objects.create(**key, **fields), True
    return model.objects.get_or_create(**key, defaults=fields)
