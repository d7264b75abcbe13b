"""Writing what editors teach the search; every change is seen by each process's next search.

One writer at a time: what there is already is read behind the lock it writes under, so that two
editors at once cannot write the same thing twice, or more than there is room for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import uuid4

from django.db import models, transaction
from django.utils.translation import gettext as _

from search.current_words import THE_ROW, bet_of, same_thing_of
from search.models import BestBet, EditorsVersion, StopWord, Synonym
from search.registry import number_of
from search.vocabulary import Bet, SameThing, folded
from search.word_rules import (
    MOST_POSITION,
    Refused,
    check_bet,
    check_stop_word,
    check_synonym,
    clean_stop_word,
    lines_of,
)

Row = TypeVar("Row", bound=models.Model)


def save_best_bet(
    *, phrases: str, document: str, within: bool, position: int, change: int = 0, seen: int = 0
) -> BestBet:
    """Write a best bet, a phrase a line; `change` is the id of the one changed, 0 for a new one.

    `seen` is the number of edits it had when it was read. Raises Refused.
    """
    bet = Bet(phrases=lines_of(phrases), document=document, within=within)
    if number_of(document) is None:
        raise Refused("document", _("Choose a page."))
    if not 1 <= position <= MOST_POSITION:
        message = _("Write a number from 1 to %(most)s.") % {"most": MOST_POSITION}
        raise Refused("position", message)
    with _writing():
        row = _row(BestBet, change, seen)
        others = [bet_of(other) for other in BestBet.objects.exclude(pk=change)]
        check_bet(bet, others, _stop_words())
        row.phrases = "\n".join(bet.phrases)
        row.document = document
        row.where = BestBet.Where.WITHIN if within else BestBet.Where.WHOLE
        row.position = position
        row.save()
    return row


def save_synonym(
    *, words: str, others: str, two_way: bool, change: int = 0, seen: int = 0
) -> Synonym:
    """Write a synonym, a name a line on each side; see `save_best_bet`. Raises Refused."""
    synonym = SameThing(words=lines_of(words), others=lines_of(others), two_way=two_way)
    with _writing():
        row = _row(Synonym, change, seen)
        known = [same_thing_of(other) for other in Synonym.objects.exclude(pk=change)]
        check_synonym(synonym, known, _stop_words())
        row.words = "\n".join(synonym.words)
        row.others = "\n".join(synonym.others)
        row.direction = Synonym.Direction.BOTH if two_way else Synonym.Direction.ONE
        row.save()
    return row


def save_stop_word(*, word: str, change: int = 0, seen: int = 0) -> StopWord:
    """Write a stop word; see `save_best_bet`. Raises Refused."""
    word = clean_stop_word(word)
    with _writing():
        row = _row(StopWord, change, seen)
        check_stop_word(
            folded(word),
            _stop_words(without=change),
            [bet_of(bet) for bet in BestBet.objects.all()],
            [same_thing_of(synonym) for synonym in Synonym.objects.all()],
        )
        row.word = word
        row.save()
    return row


def remove(row: BestBet | Synonym | StopWord) -> None:
    """Delete what an editor wrote; one that is gone already stays gone."""
    with _writing():
        type(row).objects.filter(pk=row.pk).delete()


@contextmanager
def _writing() -> Iterator[None]:
    """One transaction and one writer at a time; the version is another when it is done."""
    with transaction.atomic():
        EditorsVersion.objects.get_or_create(pk=THE_ROW, defaults={"token": uuid4().hex})
        version = EditorsVersion.objects.select_for_update().get(pk=THE_ROW)
        yield
        version.token = uuid4().hex
        version.save()


def _row(model: type[Row], change: int, seen: int) -> Row:
    """The row to be changed, or a new one; Refused when somebody else changed it meanwhile."""
    if not change:
        return model(edits=1)
    row = model.objects.filter(pk=change).first()
    if row is None:
        raise Refused("", _("Somebody else deleted this while you wrote."))
    if row.edits != seen:
        message = _(
            "Somebody else changed this while you wrote. It says now: %(now)s. Open it again and "
            "write your change once more."
        )
        raise Refused("", message % {"now": row})
    row.edits += 1
    return row


def _stop_words(without: int = 0) -> set[str]:
    words = StopWord.objects.exclude(pk=without).values_list("word", flat=True)
    return {folded(word) for word in words}
