"""What recurs: due times that follow the rules, and questions that are taken up or need no more."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.jobs import recurring
from portal.bridges import tasks, waiting


@recurring("see to questions nobody has answered", every=timedelta(seconds=20))
def see_to_questions(now: datetime) -> None:
    """Bring due times up to date, end what is answered, take up what has waited long enough."""
    waiting.bring_up_to_date(now)
    tasks.settle(now)
    tasks.take_up_due(now)
