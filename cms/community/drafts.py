"""What people have written and not yet published: kept, found again, thrown away.

Texts are masked as they are saved: identity numbers and secrets come to rest nowhere. A draft begun
before sign-in has no owner, and the session that began it holds its key; sign-in makes it the
person's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.drafts import DraftTaken, Held, keys_of, owned_by
from accounts.models import User
from cms.community import files
from cms.community.models import Answer, PostDraft, PostFile, Question
from cms.community.texts import many_lines

LONGEST_VALUE = 20_000
MOST_VALUES = 20
CONTINUES = "continues"  # the draft somebody was writing in when their session ended

Purpose = PostDraft.Purpose


def drafts_of(*, user: User | None, held: Held = ()) -> QuerySet[PostDraft]:
    """Everything this person can go on writing, last changed first."""
    return (
        PostDraft.objects.filter(owned_by(user, held))
        .select_related("question", "answer")
        .order_by("-changed_at", "pk")
    )


def find_draft(key: UUID | str, *, user: User | None, held: Held = ()) -> PostDraft | None:
    """The person's draft with this key, or None."""
    keys = keys_of([str(key)])
    if not keys:
        return None
    return PostDraft.objects.filter(owned_by(user, held), pk=keys[0]).first()


def draft_for(
    *, user: User, question: Question, purpose: Purpose, answer: Answer | None = None
) -> PostDraft | None:
    """What a signed-in person has begun: an answer to a question, or a change of a post."""
    rows = PostDraft.objects.filter(owner=user, question=question, answer=answer, purpose=purpose)
    return rows.first()


@transaction.atomic
def save_draft(
    *,
    key: UUID,
    values: Mapping[str, object],
    now: datetime,
    user: User | None = None,
    held: Held = (),
    purpose: Purpose = Purpose.ASK,
    question: Question | None = None,
    answer: Answer | None = None,
) -> PostDraft:
    """Write values into the draft with this key, which is made when it does not exist.

    What is not among the values stays as it is. A person has one draft of an answer or a change:
    another key for the same is written into that one. Raises DraftTaken for somebody else's key.
    """
    place = {"purpose": purpose, "question": question, "answer": answer}
    mine = PostDraft.objects.select_for_update().filter(owned_by(user, held))
    draft = mine.filter(pk=key).first()
    if draft is None and user is not None and question is not None:
        draft = mine.filter(owner=user, **place).first()
    if draft is None:
        draft = _new(key, user, place, now)
    elif (draft.purpose, draft.question_id, draft.answer_id) != (
        purpose,
        question.pk if question else None,
        answer.pk if answer else None,
    ):
        raise DraftTaken
    draft.data = dict([*{**draft.data, **masked(values)}.items()][:MOST_VALUES])
    draft.changed_at = now
    draft.save(update_fields=["data", "changed_at"])
    return draft


def masked(values: Mapping[str, object]) -> dict[str, object]:
    """The values with their texts masked; lists are lists of texts."""
    return {name: _masked(value) for name, value in values.items()}


def _masked(value: object) -> object:
    if isinstance(value, str):
        return many_lines(value[:LONGEST_VALUE], "nb")
    if isinstance(value, (list, tuple)):
        return [_masked(each) for each in value[:MOST_VALUES]]
    return value


@transaction.atomic
def adopt_drafts(*, user: User, held: Held, now: datetime) -> list[PostDraft]:
    """Make the drafts a session holds the property of who has signed in; returns them.

    One that goes on with a draft of the same person, or is for the same post, is laid into it.
    """
    rows = PostDraft.objects.select_for_update().filter(owner=None, pk__in=keys_of(held))
    return [_adopt(draft, user, now) for draft in rows.order_by("changed_at", "pk")]


def _adopt(draft: PostDraft, user: User, now: datetime) -> PostDraft:
    own = PostDraft.objects.filter(owner=user)
    earlier = None
    if draft.question_id:
        earlier = own.filter(
            question=draft.question_id, answer=draft.answer_id, purpose=draft.purpose
        ).first()
    elif continued := keys_of([str(draft.data.get(CONTINUES, ""))]):
        earlier = own.filter(pk__in=continued, purpose=draft.purpose).first()
    later = {name: value for name, value in draft.data.items() if name != CONTINUES}
    if earlier is None:
        draft.owner, draft.data, draft.changed_at = user, later, now
        draft.save(update_fields=["owner", "data", "changed_at"])
        return draft
    earlier.data = {**earlier.data, **{name: value for name, value in later.items() if value}}
    earlier.changed_at = now
    earlier.save(update_fields=["data", "changed_at"])
    PostFile.objects.filter(draft=draft).update(draft=earlier)
    discard(draft=draft)
    return earlier


@transaction.atomic
def discard(*, draft: PostDraft) -> None:
    """Throw a draft away, with its files."""
    files.remove(PostFile.objects.filter(draft=draft))
    PostDraft.objects.filter(pk=draft.pk).delete()


def _new(key: UUID, user: User | None, place: Mapping, now: datetime) -> PostDraft:
    try:
        with transaction.atomic():
            return PostDraft.objects.create(
                key=key, owner=user, created_at=now, changed_at=now, **place
            )
    except IntegrityError as error:
        raise DraftTaken from error
