"""Writing what editors teach the search: seen at once, by everybody, and never twice."""

import threading

import pytest
from django.db import close_old_connections, connection

from search import current_words
from search.current_words import current
from search.editors_words import remove, save_best_bet, save_stop_word, save_synonym
from search.models import BestBet, EditorsVersion, StopWord, Synonym
from search.vocabulary import NO_WORDS
from search.word_rules import Refused

pytestmark = pytest.mark.django_db


def bet(**fields) -> BestBet:
    """A best bet, written."""
    values = {"phrases": "bytte nøkkel", "document": "article:1", "within": False, "position": 1}
    return save_best_bet(**(values | fields))


def test_what_is_written_applies_to_the_next_search_and_what_is_removed_no_more():
    assert current() is NO_WORDS
    row = bet(phrases=" bytte  nøkkel \n\n rotere nøkkel", within=True)
    assert [pin.document for pin in current().pinned("roterer nøkler nå")] == ["article:1"]
    synonym = save_synonym(words="dings", others="duppeditt\ngreie", two_way=True)
    stop_word = save_stop_word(word=" Digital ")
    words = current()
    assert words.stop_words == {"digital"}
    assert words.heard("greie").other_names == (("greie", "dings"), ("greie", "duppeditt"))
    for each in (row, synonym, stop_word):
        remove(each)
    remove(row)
    assert not current()


def test_a_change_replaces_what_was_said():
    row = bet()
    changed = bet(phrases="lås", document="article:2", position=3, change=row.pk, seen=row.edits)
    assert (changed.pk, changed.edits) == (row.pk, 2)
    assert current().pinned("bytte nøkkel") == ()
    assert [pin.document for pin in current().pinned("låser")] == ["article:2"]


def test_bets_come_in_the_order_that_is_written():
    bet(document="article:1", position=2)
    bet(document="article:2", position=1)
    bet(document="article:3", position=2)
    pins = current().pinned("bytte nøkkel")
    assert [pin.document for pin in pins] == ["article:2", "article:1", "article:3"]


def test_each_search_reads_one_row_and_the_words_only_when_they_changed(django_assert_num_queries):
    bet()
    with django_assert_num_queries(4):
        current()
    with django_assert_num_queries(1):
        current()


def test_another_process_sees_a_change_at_its_next_search(monkeypatch):
    bet()
    here = current()
    monkeypatch.setattr(current_words, "_compiled", ("", NO_WORDS))  # another process
    assert current().pinned("bytte nøkkel")
    save_stop_word(word="digital")
    there = current()
    monkeypatch.setattr(current_words, "_compiled", ("as before", here))
    assert current().stop_words == there.stop_words == {"digital"}


def test_what_is_refused_changes_nothing():
    row = bet()
    token = EditorsVersion.objects.get().token
    for write in (
        lambda: bet(phrases="bytte nøkler"),
        lambda: bet(phrases="?"),
        lambda: bet(document="article:x"),
        lambda: bet(document=""),
        lambda: bet(phrases="lås", position=0),
        lambda: save_stop_word(word="hvordan"),
        lambda: save_synonym(words="dings", others="dings", two_way=True),
    ):
        with pytest.raises(Refused):
            write()
    assert EditorsVersion.objects.get().token == token
    assert list(BestBet.objects.values_list("pk", flat=True)) == [row.pk]
    assert not Synonym.objects.exists() and not StopWord.objects.exists()


def test_a_stop_word_that_is_all_of_a_best_bet_is_refused_and_the_other_way_round():
    row = bet(phrases="digital")
    with pytest.raises(Refused):
        save_stop_word(word="digital")
    remove(row)
    save_stop_word(word="digital")
    with pytest.raises(Refused):
        bet(phrases="digital")


def test_whoever_changes_what_somebody_else_changed_or_deleted_meanwhile_is_told():
    row = bet()
    bet(phrases="lås", change=row.pk, seen=1)
    with pytest.raises(Refused, match="lås"):
        bet(phrases="hengsel", change=row.pk, seen=1)
    assert BestBet.objects.get().phrases == "lås"
    remove(row)
    with pytest.raises(Refused):
        bet(phrases="hengsel", change=row.pk, seen=2)
    assert not BestBet.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_the_same_at_once_one_is_refused():
    begin = threading.Barrier(2)
    outcomes = []

    def write() -> None:
        close_old_connections()
        begin.wait(60)
        try:
            save_synonym(words="dings", others="duppeditt", two_way=True)
            outcomes.append("written")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["refused", "written"]
    assert Synonym.objects.count() == 1
