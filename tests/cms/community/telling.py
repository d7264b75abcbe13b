"""What the tests of notices and digests share: following, delivering, and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from cms.community import following
from cms.community.models import Notice, Question
from dispatch import outbox
from dispatch.models import Mail, OutboxRow


def follows(user: User, question: Question, *, at: datetime | None = None) -> User:
    """The person, who follows the question by choice."""
    following.follow(user=user, question=question, now=at or question.asked_at, by_choice=True)
    return user


def deliver(*topics: str, now: datetime | None = None) -> None:
    """Hand over what waits in the outbox, as a worker does: notices first, then mails."""
    for topic in topics or ("community", "mail"):
        outbox.drain(now or timezone.now(), topics=[topic])


def forget_the_past() -> None:
    """Only what happens from now on is told of."""
    deliver()
    Notice.objects.all().delete()
    Mail.objects.all().delete()


def told(user: User) -> list[str]:
    """The kinds of the person's notices, oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def mails_to(user: User) -> list[Mail]:
    """The mails kept for the person's address, oldest first."""
    return list(Mail.objects.filter(to=user.email, dropped_at=None).order_by("pk"))


def waiting(topic: str) -> int:
    """How many rows of the topic are still to be handed over."""
    return OutboxRow.objects.filter(topic=topic, delivered_at=None).count()
