"""The query log: what people search for and do not find. It never knows who they are."""

from datetime import datetime, timedelta

from dispatch.jobs import recurring
from search.models import LoggedQuery
from search.text.redaction import mask_identity_numbers
from search.types import Page

KEEP = timedelta(days=180)


def note(text: str, page: Page, *, language: str, place: str, now: datetime) -> None:
    """Note a search and how it went; identity numbers are masked, blank searches left out."""
    words = " ".join(mask_identity_numbers(text, language).text.split())[:200]
    if not words or page.number > 1:
        return
    LoggedQuery.objects.create(
        text=words,
        language=language,
        total=page.total,
        answerable=page.answerable,
        place=place,
        at=now,
    )


@recurring("forget old searches", every=timedelta(hours=24))
def forget_old(now: datetime) -> None:
    """Delete what is older than the log is kept."""
    LoggedQuery.objects.filter(at__lt=now - KEEP).delete()
