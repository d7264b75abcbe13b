"""The query log: what people search for and do not find. It never knows who they are.

A line lives until its day has been counted (`search.counting`); what is kept after that are
numbers, and words that so many searched for that they tell of nobody.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from search.masking import LONGEST, without_people
from search.models import LoggedClick, LoggedQuery
from search.text.tokens import fold_case
from search.types import Page
from search.visits import name_of
from search.vocabulary import forms_of, said

log = structlog.get_logger(__name__)

KEEP = timedelta(days=180)  # counts and common words
SOON = timedelta(minutes=10)  # a search this long after another may be the same wish in new words
STILL = timedelta(minutes=30)  # turning pages or asking a person so long after belongs to a search
MOST_SOON = 30  # searches of one browser within SOON; what comes faster is no person
MOST_CLICKS = 20  # of one search
LONGEST_LIKE = 4  # letters that two spellings of one word have in common, at least


def note(
    text: str, page: Page, *, language: str, place: str, now: datetime, visitor: str = ""
) -> int | None:
    """Note a search and how it went; returns its line's number.

    Left out are blank searches and a browser that searches faster than people do; the same search
    again within minutes, and its later pages, are the same line. None too when the line cannot be
    written: a search is worth more than its line in the log.
    """
    words = without_people(text, language)
    if not words:
        return None
    try:
        with transaction.atomic():
            return _write(words, page, language[:2], place[:20], name_of(visitor, now), now)
    except DatabaseError as error:
        log.warning("search not logged", error=type(error).__name__)
        return None


def _write(
    words: str, page: Page, language: str, place: str, visit: str, now: datetime
) -> int | None:
    lately = list(_lately(visit, now - (SOON if page.number == 1 else STILL), now))
    for line in lately:
        if key_of(line.text) == key_of(words):
            return line.pk
    if page.number > 1 or len(lately) >= MOST_SOON:
        return None
    if lately and continues(lately[0].text, words):
        LoggedQuery.objects.filter(pk=lately[0].pk).update(refined=True)
    return LoggedQuery.objects.create(
        text=words,
        language=language,
        total=page.total,
        answerable=page.answerable,
        good=page.has_good_answer,
        place=place,
        at=now,
        visit=visit,
    ).pk


def _lately(visit: str, since: datetime, now: datetime) -> QuerySet[LoggedQuery]:
    """What a browser searched for since then, the latest first; few, by MOST_SOON."""
    if not visit:
        return LoggedQuery.objects.none()
    rows = LoggedQuery.objects.filter(visit=visit, at__gt=since, at__lte=now)
    return rows.order_by("-at", "-pk")


def note_click(*, line: int, document: str, position: int, visitor: str, now: datetime) -> bool:
    """Note that a hit of a search was opened; whether it was.

    Only by the browser that searched, within the day, and of each document once. The caller has
    asked whether the person may see the document. Never raises for the database.
    """
    try:
        with transaction.atomic():
            visit = name_of(visitor, now)
            row = LoggedQuery.objects.filter(pk=line, visit=visit).exclude(visit="").first()
            if row is None or row.clicks.count() >= MOST_CLICKS:
                return False
            LoggedClick.objects.get_or_create(
                query=row, document=document[:40], defaults={"position": position}
            )
    except DatabaseError as error:
        log.warning("opened hit not logged", error=type(error).__name__)
        return False
    return True


def note_asked(*, visitors: Iterable[str], now: datetime) -> None:
    """Note that who searched has asked a person now; their latest search led to that.

    `visitors` are the names of one browser, before and after signing in.
    """
    try:
        with transaction.atomic():
            found = [
                line
                for visitor in visitors
                for line in _lately(name_of(visitor, now), now - STILL, now)[:1]
            ]
            if found:
                latest = max(found, key=lambda line: line.at)
                LoggedQuery.objects.filter(pk=latest.pk).update(asked=True)
    except DatabaseError as error:
        log.warning("asking not logged", error=type(error).__name__)


def key_of(text: str) -> str:
    """What is the same for the same search: no capitals, no marks at the end."""
    return " ".join(fold_case(text).split()).rstrip("?!.,;: ")[:LONGEST] or text[:LONGEST]


def continues(former: str, later: str) -> bool:
    """Whether a search is a former one in other words: they share a word, or nearly one."""
    if key_of(former) == key_of(later):
        return False
    before, after = (forms_of(said(text), "nb") for text in (former, later))
    if set(before) & set(after):
        return True
    return any(
        a[:LONGEST_LIKE] == b[:LONGEST_LIKE]
        for a in before
        for b in after
        if min(len(a), len(b)) > LONGEST_LIKE
    )
