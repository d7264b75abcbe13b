"""What sample readers thought of the articles."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from cms.guidance.feedback import record_feedback
from cms.guidance.models import ArticlePage, PageFeedback
from portal.demo.timetable import chance_for
from portal.demo.words import Words

MOST = 12  # readers of one article who say something
USEFUL = 0.72
BACK = 120  # days
FRESH = timedelta(days=1)  # what is newer reaches the owners by the ordinary digest


def load_feedback(words: Words, *, as_of: datetime) -> int:
    """Give every article a few readers' opinions; returns how many. The same ones every time."""
    count = 0
    for article in ArticlePage.objects.live().order_by("pk"):
        for number in range(chance_for(article.slug).randrange(MOST + 1)):
            _say(f"{article.slug}.{number}", article, words, as_of)
            count += 1
    told = PageFeedback.objects.filter(notified_at=None, created_at__lt=as_of - FRESH)
    told.update(notified_at=as_of)
    return count


def _say(key: str, article: ArticlePage, words: Words, as_of: datetime) -> None:
    chance = chance_for(key)
    useful = chance.random() < USEFUL
    reason = "" if useful else chance.choice(PageFeedback.Reason.values)
    comment = ""
    if reason and chance.random() < 0.6:
        comment = words.opinion(reason, article.language, chance)
    record_feedback(
        article=article,
        useful=useful,
        reason=reason,
        comment=comment,
        submission=uuid5(NAMESPACE_URL, f"veiviser:sample:feedback:{key}"),
        now=as_of - timedelta(days=chance.uniform(0.1, BACK)),
    )
