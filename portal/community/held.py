"""The drafts of the community a visitor can go on with: their own, and those of this session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.drafts import DraftTaken
from accounts.models import User
from cms.community import drafts
from cms.community.drafts import CONTINUES, Purpose
from cms.community.models import Answer, PostDraft, Question
from portal.limits import too_many

HELD = "community_drafts"
MOST_HELD = 20
BEGUN_SIGNED_OUT = "60/h"  # drafts


class TooManyBegun(Exception):
    """Somebody who is not signed in has begun many drafts lately; nothing more is kept."""


def begun_too_many() -> str:
    """What somebody is told who has begun too many drafts."""
    return _("You have begun many texts lately. Sign in first, or wait a little.")


def person(request: HttpRequest) -> User | None:
    """Who is signed in, or None."""
    return request.user if request.user.is_authenticated else None


def _keys(request: HttpRequest) -> list[str]:
    """The keys of the drafts this session has begun before sign-in."""
    return list(request.session.get(HELD, []))


def find(request: HttpRequest, key: UUID | str) -> PostDraft | None:
    """The visitor's draft with this key, or None."""
    return drafts.find_draft(key, user=person(request), held=_keys(request))


def find_for(
    request: HttpRequest, question_id: int, purpose: Purpose, answer: Answer | None = None
) -> PostDraft | None:
    """What the visitor has begun to write to or in a thread; None costs no statement."""
    user, keys = person(request), _keys(request)
    if user is None and not keys:
        return None
    rows = drafts.drafts_of(user=user, held=keys)
    return rows.filter(question__pk=question_id, purpose=purpose, answer=answer).first()


def own_drafts(request: HttpRequest) -> list[PostDraft]:
    """Everything the visitor can go on writing, last changed first."""
    user, keys = person(request), _keys(request)
    if user is None and not keys:
        return []
    return list(drafts.drafts_of(user=user, held=keys)[:MOST_HELD])


def write(
    request: HttpRequest,
    key: UUID,
    values: Mapping[str, object],
    *,
    purpose: Purpose = Purpose.ASK,
    question: Question | None = None,
    answer: Answer | None = None,
) -> PostDraft:
    """Save values in the visitor's draft with this key; in another when the key is taken.

    Taken is also the draft of somebody whose session has ended: what they write goes on in a draft
    of its own, and is laid into theirs when they have signed in. Raises TooManyBegun: from
    visitors who are not signed in only so much is kept, so that nobody fills the database.
    """
    if person(request) is None and str(key) not in _keys(request):
        key = _begin(request, key)
    place = {"purpose": purpose, "question": question, "answer": answer}
    try:
        draft = _save(request, key, values, **place)
    except DraftTaken:
        more = {CONTINUES: str(key)} if person(request) is None else {}
        draft = _save(request, uuid.uuid4(), {**values, **more}, **place)
    keys = _keys(request)
    if draft.owner_id is None and str(draft.pk) not in keys:
        request.session[HELD] = [*keys, str(draft.pk)][-MOST_HELD:]
    return draft


def _begin(request: HttpRequest, key: UUID) -> UUID:
    """The key to save under: of what goes on with the draft of this key already, else this one."""
    begun = drafts.drafts_of(user=None, held=_keys(request))
    earlier = begun.filter(**{f"data__{CONTINUES}": str(key)}).first()
    if earlier is not None:
        return earlier.pk
    if too_many(request, "community-draft", BEGUN_SIGNED_OUT):
        raise TooManyBegun
    return key


def _save(request: HttpRequest, key: UUID, values: Mapping[str, object], **place) -> PostDraft:
    return drafts.save_draft(
        key=key,
        values=values,
        now=timezone.now(),
        user=person(request),
        held=_keys(request),
        **place,
    )


def adopt(request: HttpRequest) -> list[PostDraft]:
    """After sign-in: the drafts begun before it become the person's. Returns them."""
    keys = _keys(request)
    if person(request) is None or not keys:
        return []
    adopted = drafts.adopt_drafts(user=request.user, held=keys, now=timezone.now())
    del request.session[HELD]
    return adopted
