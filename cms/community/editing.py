"""Changing and taking back what one has written; what it was is kept for author and moderators."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from cms.community import files, guard, log
from cms.community.exceptions import ChangedMeanwhile, NothingWritten, OthersHaveAnswered
from cms.community.models import (
    IN_SIGHT,
    Answer,
    CommunityEvent,
    Edit,
    PostDraft,
    Question,
)
from cms.community.policies import Action, check_can
from cms.community.publishing import Looked, look_at, note_held, take_in
from cms.community.services import confirm_by
from cms.community.texts import address_words, language_of, many_lines, one_line
from cms.community.threads import locked_post, recount, solve
from taxonomy.models import AccessPackage, Product, Topic

Kind = CommunityEvent.Kind


def version_of(post: Question | Answer) -> int:
    """A number that grows when the text of the post changes; 0 for one that never has."""
    latest = edits_of(post).order_by("-pk").values_list("pk", flat=True).first()
    return latest or 0


def edits_of(post: Question | Answer):
    """What the post was before each change."""
    if isinstance(post, Answer):
        return Edit.objects.filter(question_id=post.question_id, answer=post)
    return Edit.objects.filter(question=post, answer__isnull=True)


@transaction.atomic
def edit_question(
    *,
    question: Question,
    by: User,
    title: str,
    body: str,
    language: str,
    product: Product,
    seen: int,
    now: datetime,
    topics: Sequence[Topic] = (),
    access_packages: Sequence[AccessPackage] = (),
    reason: str = "",
    draft: PostDraft | None = None,
    without_files: Collection[UUID] = (),
) -> Question:
    """Change a question; `seen` is the version the change began from.

    Nothing is logged when nothing differs. Raises PermissionDenied, NothingWritten, and
    ChangedMeanwhile when somebody else was first.
    """
    question, _same = locked_post(question)
    check_can(by, Action.EDIT, question)
    guard.check_may_write(by, now)
    title, body = one_line(title, language)[:300], many_lines(body, language)
    if not title or not body:
        raise NothingWritten
    _check_version(question, seen)
    tagged = _tag(question, topics, access_packages)
    before = (question.title, question.body, question.language, question.product_id)
    text = _redrawn(question, f"{title}\n{body}", body, by, now, draft, without_files)
    if (title, body, language, product.pk) != before or question.html != text.html:
        _keep(question, by, now, one_line(reason, language))
        question.title, question.body, question.language = title, body, language
        question.product, question.slug = product, address_words(title)
        _save(question, text, now, ["title", "slug", "body", "language", "product"])
        take_in(question, text, draft=draft, now=now)
        log.note(Kind.EDITED, question, by=by, now=now)
        note_held(question, now=now)
    elif draft is not None or tagged:
        take_in(question, text, draft=draft, now=now)
        if tagged:
            log.note(Kind.EDITED, question, by=by, now=now, only="tags")
    return question


@transaction.atomic
def edit_answer(
    *,
    answer: Answer,
    by: User,
    body: str,
    seen: int,
    now: datetime,
    reason: str = "",
    draft: PostDraft | None = None,
    without_files: Collection[UUID] = (),
) -> Answer:
    """Change an answer; an official one then counts as confirmed by its team as of now.

    Raises as `edit_question` does.
    """
    question, answer = locked_post(answer)
    check_can(by, Action.EDIT, answer)
    guard.check_may_write(by, now)
    body = many_lines(body, question.language)
    if not body:
        raise NothingWritten
    _check_version(answer, seen)
    text = _redrawn(answer, body, body, by, now, draft, without_files)
    if body == answer.body and text.html == answer.html:
        take_in(answer, text, draft=draft, now=now)
        return answer
    _keep(answer, by, now, one_line(reason, question.language))
    answer.body, answer.language = body, language_of(body, otherwise=question.language)
    changed = ["body", "language"]
    if answer.is_official:
        answer.confirmed_at, answer.confirm_by = now, confirm_by(now)
        changed += ["confirmed_at", "confirm_by"]
    _save(answer, text, now, changed)
    take_in(answer, text, draft=draft, now=now)
    if answer.is_held and question.accepted_answer_id == answer.pk:
        solve(question, None, now)
    recount(question)
    log.note(Kind.EDITED, question, answer, by=by, now=now)
    note_held(answer, now=now)
    return answer


@transaction.atomic
def retag(
    *,
    question: Question,
    by: User,
    topics: Sequence[Topic],
    access_packages: Sequence[AccessPackage],
    now: datetime,
) -> Question:
    """Choose the tags of a question anew; the asker and moderators may. Raises PermissionDenied."""
    question, _same = locked_post(question)
    check_can(by, Action.RETAG, question)
    if _tag(question, topics, access_packages):
        log.note(Kind.EDITED, question, by=by, now=now, only="tags")
    return question


@transaction.atomic
def withdraw_question(*, question: Question, by: User, now: datetime) -> Question:
    """Take back one's own question. Raises PermissionDenied, and OthersHaveAnswered."""
    question, _same = locked_post(question)
    check_can(by, Action.WITHDRAW, question)
    if has_others_answers(question, by):
        raise OthersHaveAnswered
    question.withdrawn_at = now
    question.held_at, question.held_for = None, ""
    question.save(update_fields=["withdrawn_at", "held_at", "held_for"])
    log.note(Kind.WITHDRAWN, question, by=by, now=now)
    return question


@transaction.atomic
def withdraw_answer(*, answer: Answer, by: User, now: datetime) -> Answer:
    """Take back an answer; the question is then no longer solved by it. Raises PermissionDenied."""
    question, answer = locked_post(answer)
    check_can(by, Action.WITHDRAW, answer)
    answer.withdrawn_at = now
    answer.held_at, answer.held_for = None, ""
    answer.save(update_fields=["withdrawn_at", "held_at", "held_for"])
    solved_it = question.accepted_answer_id == answer.pk
    if solved_it:
        solve(question, None, now)
    recount(question)
    log.note(Kind.WITHDRAWN, question, answer, by=by, now=now, solved_it=solved_it)
    return answer


def has_others_answers(question: Question, asker: User) -> bool:
    """Whether somebody else's answer stands under the question."""
    return question.answers.filter(IN_SIGHT).exclude(author=asker).exists()


def _check_version(post: Question | Answer, seen: int) -> None:
    if version_of(post) != seen:
        raise ChangedMeanwhile


def _redrawn(post, text, body, by, now, draft, without_files) -> Looked:
    """The new text drawn with the files it keeps; those it does not keep are gone."""
    kept, dropped = [], []
    for file in files.files_of(post):
        (dropped if file.pk in set(without_files) else kept).append(file)
    files.remove(dropped)
    return look_at(text, body, by=by, draft=draft, there=kept, now=now)


def _keep(post: Question | Answer, by: User, now: datetime, reason: str) -> None:
    """Keep the post as it was, within the transaction that changes it."""
    is_answer = isinstance(post, Answer)
    Edit.objects.create(
        question=post.question if is_answer else post,
        answer=post if is_answer else None,
        title="" if is_answer else post.title,
        body=post.body,
        language=post.language,
        product=None if is_answer else post.product,
        editor=by,
        at=now,
        reason=reason[:500],
    )


def _save(post: Question | Answer, text: Looked, now: datetime, changed: list[str]) -> None:
    """Save the changed fields; a post that waits goes on waiting, whatever the change was."""
    post.html, post.edited_at = text.html, now
    if text.held_for and not post.is_held:
        post.held_at, post.held_for = now, text.held_for
    post.save(update_fields=[*changed, "html", "edited_at", "held_at", "held_for"])


def _tag(
    question: Question, topics: Sequence[Topic], access_packages: Sequence[AccessPackage]
) -> bool:
    """Set the tags; returns whether they changed."""
    changed = False
    for manager, wanted in (
        (question.topics, topics),
        (question.access_packages, access_packages),
    ):
        if {each.pk for each in wanted} != set(manager.values_list("pk", flat=True)):
            manager.set(wanted)
            changed = True
    return changed
