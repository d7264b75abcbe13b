"""What recurs: due times that follow the rules, and questions that are taken up or need no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from cms.community import official
from dispatch.jobs import recurring
from portal.bridges import tasks, waiting

HOUR = timedelta(hours=1)


@recurring("see to questions nobody has answered", every=timedelta(seconds=20))
def see_to_questions(now: datetime) -> None:
    """Bring due times up to date, end what is answered, take up what has waited long enough."""
    waiting.bring_up_to_date(now)
    tasks.settle(now)
    tasks.take_up_due(now)


@recurring("have official answers confirmed after their article has changed", every=HOUR)
def follow_articles(now: datetime) -> None:
    """Bring the day forward by which a team is to confirm an answer."""
    official.bring_forward(timezone.localdate(now))
