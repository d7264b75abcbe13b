"""Which articles stood in the answers of a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from triage.oversight.models import UsedArticle
from triage.tickets.models import Ticket


def note_articles(*, ticket: Ticket, articles: Mapping[str, datetime], now: datetime) -> None:
    """Note that an answer sent now holds links to articles: when each was first published, by id.

    The same answer noted twice counts once.
    """
    UsedArticle.objects.bulk_create(
        [
            UsedArticle(ticket=ticket, document=document[:60], published_at=published, used_at=now)
            for document, published in articles.items()
        ],
        ignore_conflicts=True,
    )
