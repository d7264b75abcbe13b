"""Digests: what is new in the community and the guidance, as often as a person has asked for.

Everything in a digest may be read by everybody. The time a digest covers begins where the last one
ended, so that after a stop one digest tells of all of it. Taking a subscription's turn, and
queueing the mail, is one transaction: a worker killed in it has done nothing, and two never both
do it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from cms.community.models import Answer, CommunityEvent, Question, QuestionQuerySet, Subscription
from cms.community.rhythm import may_leave, next_time
from cms.guidance.models import ArticlePage
from taxonomy.models import Audience, Product

IN_SECTION = 10
UNANSWERED_SHOWN = 5
LONGEST_STOP = timedelta(days=62)  # what is older than that is no news
UNANSWERED_FOR = timedelta(days=60)  # older questions are hardly waited for
LAG = timedelta(minutes=2)  # what is being written at this moment is left for the next digest


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a digest shows of one thing, and how many there are in all."""

    rows: Sequence
    count: int

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What is new between two moments, for one person."""

    since: datetime
    until: datetime
    asked: Part
    solved: Part
    official: Part
    articles: Part
    unanswered: Part

    @property
    def count(self) -> int:
        """How many new things there are; questions that have waited are nothing new."""
        return self.asked.count + self.solved.count + self.official.count + self.articles.count


# --- choosing -------------------------------------------------------------------------------------


@transaction.atomic
def subscribe(
    *,
    user: User,
    rhythm: str,
    products: Collection[Product],
    audiences: Collection[Audience],
    now: datetime,
) -> Subscription:
    """Choose a digest, or choose anew. No products means all; the same goes for audiences.

    A digest begun anew tells of what happens from now on; a changed one loses nothing.
    """
    rhythm = Subscription.Rhythm(rhythm).value
    row, made = Subscription.objects.select_for_update().get_or_create(
        user=user,
        defaults={
            "rhythm": rhythm,
            "started_at": now,
            "covered_until": now,
            "next_at": next_time(rhythm, now),
        },
    )
    if not made:
        if row.next_at is None:
            row.started_at = row.covered_until = now
        row.rhythm, row.next_at = rhythm, next_time(rhythm, now)
        row.save()
    row.products.set(products)
    row.audiences.set(audiences)
    return row


def unsubscribe(user: User) -> None:
    """Send the person no more digests; their choices are kept for another time."""
    Subscription.objects.filter(user=user).update(next_at=None)


# --- gathering ------------------------------------------------------------------------------------


def gather(row: Subscription, *, since: datetime, until: datetime) -> Digest:
    """What is new for the person between the two moments, as everybody may read it now."""
    products = list(row.products.values_list("pk", flat=True))
    questions = Question.objects.public().exclude(asker=row.user_id)
    if products:
        questions = questions.filter(product__in=products)
    between = {"gt": since, "lte": until}
    return Digest(
        since=since,
        until=until,
        asked=_part(_asked(questions, since, until).order_by("-asked_at", "-pk")),
        solved=_part(_within(questions, "solved_at", between).order_by("-solved_at", "-pk")),
        official=_part(_official(row, products, between)),
        articles=_articles(row, products, between),
        unanswered=_unanswered(row, questions, products, since),
    )


def _within(rows, field: str, between: dict):
    return rows.filter(**{f"{field}__{name}": moment for name, moment in between.items()})


def _part(rows, *, shown: int = IN_SECTION) -> Part:
    return Part(rows=list(rows[:shown]), count=rows.count())


def _rows(questions: QuestionQuerySet) -> QuestionQuerySet:
    return questions.select_related("product").defer("body", "html")


def _asked(questions: QuestionQuerySet, since: datetime, until: datetime) -> QuestionQuerySet:
    """Asked in the time, or let through by a moderator in it."""
    let_through = CommunityEvent.objects.filter(
        kind=CommunityEvent.Kind.APPROVED, answer__isnull=True, at__gt=since, at__lte=until
    )
    return _rows(questions).filter(
        Q(asked_at__gt=since, asked_at__lte=until) | Q(pk__in=let_through.values("question"))
    )


def _official(row: Subscription, products: list[int], between: dict):
    answers = Answer.objects.public().filter(official_team__isnull=False)
    if products:
        answers = answers.filter(question__product__in=products)
    answers = _within(answers.exclude(author=row.user_id), "answered_at", between)
    return (
        answers.select_related("question__product", "official_team")
        .defer("body", "html", "question__body", "question__html")
        .order_by("-answered_at", "-pk")
    )


def _articles(row: Subscription, products: list[int], between: dict) -> Part:
    """Articles published in the time; of one in several languages the person's own."""
    articles = ArticlePage.objects.live().visible_to(AnonymousUser())
    articles = _within(articles, "last_published_at", between)
    audiences = list(row.audiences.values_list("pk", flat=True))
    if products:
        articles = articles.filter(products__in=products)
    if audiences:
        articles = articles.filter(audiences__in=audiences)
    found: dict[int, ArticlePage] = {}
    for article in articles.distinct().defer("body").order_by("-last_published_at", "-pk"):
        original = article.translation_of_id or article.pk
        if original not in found or article.language == row.user.language:
            found[original] = article
    return Part(rows=list(found.values())[:IN_SECTION], count=len(found))


def _unanswered(
    row: Subscription, questions: QuestionQuerySet, products: list[int], since: datetime
) -> Part:
    """Questions that have waited since before, about what the person chose or has answered."""
    if not products:
        known = Answer.objects.public().filter(author=row.user_id)
        questions = questions.filter(product__in=known.values("question__product"))
    rows = _rows(questions).filter(
        state=Question.State.UNANSWERED,
        closed_at__isnull=True,
        asked_at__lte=since,
        asked_at__gt=since - UNANSWERED_FOR,
    )
    return _part(rows.order_by("-asked_at", "-pk"), shown=UNANSWERED_SHOWN)


# --- taking turns ---------------------------------------------------------------------------------


def due(now: datetime) -> Sequence[Subscription]:
    """The subscriptions whose turn it is, longest due first; none outside working hours."""
    if not may_leave(now):
        return []
    rows = Subscription.objects.filter(next_at__lte=now).select_related("user")
    return list(rows.order_by("next_at", "user")[:500])


def take_turn(row: Subscription, *, now: datetime) -> Digest | None:
    """Take the turn of a subscription that is due; what to send, or None.

    None when another worker took it, the account is closed, or nothing is new. Call within a
    transaction, and queue the mail in it.
    """
    until = now - LAG
    taken = Subscription.objects.filter(pk=row.pk, next_at=row.next_at).update(
        next_at=next_time(row.rhythm, now), covered_until=until
    )
    if not taken or not row.user.is_active:
        return None
    digest = gather(row, since=max(row.covered_until, now - LONGEST_STOP), until=until)
    return digest if digest.count else None


def key_of(row: Subscription) -> str:
    """What makes a digest one of its kind: the person, and the day its turn was."""
    return f"digest:{row.user_id}:{timezone.localdate(row.next_at):%Y-%m-%d}"
