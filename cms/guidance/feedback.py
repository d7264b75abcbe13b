"""What readers say about an article, and how it reaches the article's owner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cms.guidance.models import ArticlePage, PageFeedback, sees_drafts
from dispatch.jobs import recurring
from dispatch.mail import queue_mail
from search.text.redaction import mask_identity_numbers

BETWEEN_DIGESTS = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The stored feedback, and how many identity numbers were masked in it."""

    feedback: PageFeedback
    masked: int


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Somebody who is told, in their language."""

    email: str
    language: str


@transaction.atomic
def record_feedback(
    *,
    article: ArticlePage,
    useful: bool,
    submission: UUID,
    now: datetime,
    reason: str = "",
    comment: str = "",
) -> Recorded:
    """Store what a reader said, identity numbers masked; the same submission is stored once."""
    redacted = mask_identity_numbers(comment.strip(), article.language)
    values = {
        "article": article,
        "useful": useful,
        "reason": "" if useful else reason,
        "comment": redacted.text[:1000],
        "created_at": now,
    }
    row, _made = PageFeedback.objects.get_or_create(submission=submission, defaults=values)
    return Recorded(feedback=row, masked=redacted.count)


def may_read_feedback(user: User | AnonymousUser, article: ArticlePage) -> bool:
    """Whether the person reads feedback on the article: its owner, editors, administrators."""
    if not user.is_authenticated:
        return False
    return sees_drafts(user) or article.owner_team_id in user.team_lines


def receivers_for(article: ArticlePage) -> list[Receiver]:
    """The owner's members; without members the owner's contact address."""
    members = article.owner_team.members.filter(is_active=True).order_by("pk")
    found = [Receiver(email=user.email, language=user.language) for user in members]
    if not found and article.owner_contact:
        found = [Receiver(email=article.owner_contact, language=article.language)]
    return found


@recurring("page feedback to owners", every=timedelta(minutes=30))
def send_digests(now: datetime) -> None:
    """Tell owners about articles that did not help; at most once a day for each article."""
    waiting = PageFeedback.objects.filter(
        article=OuterRef("pk"), useful=False, notified_at__isnull=True
    )
    lately = PageFeedback.objects.filter(
        article=OuterRef("pk"), notified_at__gt=now - BETWEEN_DIGESTS
    )
    articles = ArticlePage.objects.filter(Exists(waiting)).exclude(Exists(lately))
    for article in articles.select_related("owner_team").defer("body"):
        send_digest(article=article, now=now)


@transaction.atomic
def send_digest(*, article: ArticlePage, now: datetime) -> int:
    """Queue one mail to each receiver about what has come in since the last; returns how many."""
    receivers = receivers_for(article)
    if not receivers:
        return 0
    rows = list(
        PageFeedback.objects.select_for_update().filter(article=article, notified_at__isnull=True)
    )
    for receiver in receivers:
        with translation.override(receiver.language):
            queue_mail(
                to=receiver.email,
                subject=_("Feedback on “%(title)s”") % {"title": article.title},
                text=digest_text(article, rows),
                language=receiver.language,
                kind="page-feedback",
                key=f"page-feedback-{article.pk}-{timezone.localtime(now):%Y%m%d}-{receiver.email}"[
                    :120
                ],
            )
    PageFeedback.objects.filter(pk__in=[row.pk for row in rows]).update(notified_at=now)
    return len(receivers)


def digest_text(article: ArticlePage, rows: list[PageFeedback]) -> str:
    """The mail in the active language: counts and a link, never what was written."""
    helped = sum(row.useful for row in rows)
    without = _("No reason given")
    reasons = Counter(row.get_reason_display() or without for row in rows if not row.useful)
    lines = [
        ngettext(
            "%(count)d reader has said something about “%(title)s”, which your team owns.",
            "%(count)d readers have said something about “%(title)s”, which your team owns.",
            len(rows),
        )
        % {"count": len(rows), "title": article.title},
        "",
        _("Useful: %(count)d") % {"count": helped},
        _("Not useful: %(count)d") % {"count": len(rows) - helped},
        *(f"– {reason}: {count}" for reason, count in reasons.items()),
        "",
        _("Read what they wrote:"),
        settings.PUBLIC_URL + reverse("page_feedback_list", args=[article.pk]),
        "",
        _("You get at most one such mail a day for each article."),
    ]
    return "\n".join(lines)
