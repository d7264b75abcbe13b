"""What the editors have written as it is now, in every process: one small read for each search."""

import threading
from functools import cache

from django.db import connection

from search.models import BestBet, EditorsVersion, StopWord, Synonym
from search.vocabulary import NO_WORDS, Bet, EditorsWords, SameThing

THE_ROW = 1  # there is one version
_lock = threading.Lock()
_compiled: tuple[str, EditorsWords] = ("", NO_WORDS)


def current() -> EditorsWords:
    """Return what editors have written, compiled; read again only when it was changed.

    The version is read before the words: words that are newer than it are read once more.
    """
    global _compiled
    version = _version()
    known, words = _compiled
    if version == known:
        return words
    with _lock:
        known, words = _compiled
        if version != known:
            words = read() if version else NO_WORDS
            _compiled = (version, words)
    return words


def _version() -> str:
    """What tells the words as they are now from all that were before; "" before the first."""
    with connection.cursor() as cursor:
        cursor.execute(*_statement())
        row = cursor.fetchone()
    return row[0] if row else ""


@cache
def _statement() -> tuple[str, tuple]:
    """Read for each letter somebody types, so it is put together once in a process."""
    return EditorsVersion.objects.filter(pk=THE_ROW).values_list("token").query.sql_with_params()


def read() -> EditorsWords:
    """Return what is in the database, compiled."""
    return EditorsWords(
        bets=[bet_of(row) for row in BestBet.objects.order_by("position", "pk")],
        synonyms=[same_thing_of(row) for row in Synonym.objects.order_by("pk")],
        passed_over=StopWord.objects.values_list("word", flat=True),
    )


def bet_of(row: BestBet) -> Bet:
    """Return a row as a plain value."""
    within = row.where == BestBet.Where.WITHIN
    phrases = tuple(row.phrases.splitlines())
    return Bet(phrases=phrases, document=row.document, within=within)


def same_thing_of(row: Synonym) -> SameThing:
    """Return a row as a plain value."""
    return SameThing(
        words=tuple(row.words.splitlines()),
        others=tuple(row.others.splitlines()),
        two_way=row.direction == Synonym.Direction.BOTH,
    )
