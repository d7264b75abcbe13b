"""What one has begun to write: going on with it, or throwing it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cms.community import drafts
from cms.community.drafts import Purpose
from cms.community.models import PostDraft, Question
from cms.community.texts import NO_WORDS
from portal.community import held

EXCERPT = 140  # characters


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """A text that is not published."""

    key: str
    what: str
    title: str
    excerpt: str
    address: str
    at: datetime


@never_cache
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The drafts of this person, or of this session before sign-in."""
    held.adopt(request)
    rows = held.own_drafts(request)
    asked = [draft.question_id for draft in rows if draft.question_id]
    seen = Question.objects.visible_to(request.user).filter(pk__in=asked) if asked else ()
    readable = {question.pk for question in seen}
    context = {"rows": [_row(draft, draft.question_id in readable) for draft in rows]}
    return render(request, "community/drafts.html", context)


def _row(draft: PostDraft, readable: bool) -> DraftRow:
    title = str(draft.data.get("title", ""))
    if draft.question_id and not title:
        title = draft.question.title if readable else _("A question that is not here any more")
    return DraftRow(
        key=str(draft.pk),
        what=draft.get_purpose_display(),
        title=title or _("Without a title"),
        excerpt=Truncator(" ".join(str(draft.data.get("body", "")).split())).chars(EXCERPT),
        address=_address(draft, readable),
        at=draft.changed_at,
    )


def _address(draft: PostDraft, readable: bool) -> str:
    """Where one goes on writing; the words of a title one may not read are not in it."""
    if draft.purpose == Purpose.ASK:
        return reverse("community_ask_draft", args=[draft.pk])
    if draft.purpose == Purpose.ANSWER:
        slug = draft.question.slug if readable else ""
        address = reverse("community_question", args=[draft.question_id, slug or NO_WORDS])
        return f"{address}#svar"
    if draft.answer_id:
        return reverse("community_edit_answer", args=[draft.answer_id])
    return reverse("community_edit_question", args=[draft.question_id])


@require_POST
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Throw a draft away, with its files."""
    draft = held.find(request, key)
    if draft is None:
        raise Http404
    drafts.discard(draft=draft)
    messages.success(request, _("The draft is thrown away."))
    return redirect("community_drafts")
