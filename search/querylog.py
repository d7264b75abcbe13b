"""The query log: what people search for and do not find. It never knows who they are."""

import re
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction

from dispatch.jobs import recurring
from search.models import LoggedQuery
from search.text.redaction import mask_identity_numbers
from search.text.tokens import storable
from search.types import Page

log = structlog.get_logger(__name__)

LONGEST = 200  # characters
MASK_EMAIL = "[e-post]"
_EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w+")
KEEP = timedelta(days=180)


def note(text: str, page: Page, *, language: str, place: str, now: datetime) -> None:
    """Note a search and how it went. Blank searches and later pages are left out."""
    words = without_people(text, language)
    if not words or page.number > 1:
        return
    try:
        with transaction.atomic():
            LoggedQuery.objects.create(
                text=words,
                language=language[:2],
                total=page.total,
                answerable=page.answerable,
                place=place[:20],
                at=now,
            )
    except DatabaseError as error:  # a search is worth more than its line in the log
        log.warning("search not logged", error=type(error).__name__)


def without_people(text: str, language: str) -> str:
    """The words on one line, identity numbers and e-mail addresses masked, cut to fit."""
    masked = mask_identity_numbers(storable(text), language).text
    return " ".join(_EMAIL.sub(MASK_EMAIL, masked).split())[:LONGEST]


@recurring("forget old searches", every=timedelta(hours=24))
def forget_old(now: datetime) -> None:
    """Delete what is older than the log is kept."""
    LoggedQuery.objects.filter(at__lt=now - KEEP).delete()
