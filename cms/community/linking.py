"""Which article of the guidance answers a question: said by those who work here, and logged."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from accounts.models import User
from cms.community import log
from cms.community.models import CommunityEvent, Question
from cms.community.threads import locked
from search.indexing import changed

Kind = CommunityEvent.Kind


def may_link(user) -> bool:
    """Whether the person may say which article answers a question: editors and support staff."""
    return user.is_authenticated and (user.is_editor or user.is_support or user.is_administrator)


@transaction.atomic
def link_article(*, question: Question, article: Page | None, by: User, now: datetime) -> Question:
    """Say which article of the guidance answers the question, or that none does.

    Saying what stands already changes nothing. Raises PermissionDenied.
    """
    if not may_link(by):
        raise PermissionDenied(_("Only editors and support staff can link an article."))
    question = locked(question.pk)
    if question.article_id == (article.pk if article else None):
        return question
    before = question.article_id
    question.article = article
    question.save(update_fields=["article"])
    kind = Kind.ARTICLE_LINKED if article else Kind.ARTICLE_UNLINKED
    log.note(kind, question, by=by, now=now, page=article.pk if article else before)
    if before:
        changed(f"article:{before}")
    return question
