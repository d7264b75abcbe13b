"""The index follows the database through the outbox, and mends itself."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dispatch import outbox
from dispatch.models import OutboxRow
from search import checking, indexing
from search.contract import IndexBusy
from search.engines import records
from search.engines.embedded import EmbeddedEngine
from search.indexing import changed, engine, index_changed, keep_readable, rebuild
from search.registry import registry
from tests.factories import make_article
from tests.search.documents import make_document
from tests.triage.tickets.desk import opened
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def indexed() -> set[str]:
    """Ids in the index."""
    return set(engine().fingerprints())


def rows() -> list[OutboxRow]:
    """Rows for the index that wait."""
    return list(OutboxRow.objects.filter(topic="search", delivered_at=None).order_by("pk"))


def test_a_new_case_and_a_published_article_are_findable_after_the_worker_was_there(desk, drain):
    rebuild()
    article, ticket = make_article(title="Nytt"), opened(desk)
    assert {f"article:{article.pk}", f"ticket:{ticket.pk}"}.isdisjoint(indexed())
    drain()
    assert {f"article:{article.pk}", f"ticket:{ticket.pk}"} <= indexed()


def test_what_is_gone_is_taken_out(drain):
    article = make_article()
    rebuild()
    article.delete()
    drain()
    assert indexed() == set()


def test_handling_the_same_rows_again_changes_nothing(drain):
    article = make_article()
    rebuild()
    article.save()
    handled = rows()
    index_changed(handled)
    before = engine().fingerprints()
    index_changed(handled)
    assert engine().fingerprints() == before


def test_changes_of_one_document_share_a_row_until_it_is_tried():
    changed("article:1", "article:1")
    changed("article:1")
    assert len(rows()) == 1
    OutboxRow.objects.update(attempts=1)
    changed("article:1")
    assert len(rows()) == 2


def test_many_documents_share_rows():
    changed(*(f"article:{number}" for number in range(250)))
    assert [len(row.payload["ids"]) for row in rows()] == [100, 100, 50]


def test_what_was_withdrawn_is_told_even_when_a_change_waits():
    changed("question:1")
    changed("question:1", withdrawn=True)
    found = indexing.waiting()
    assert found.ids == found.withdrawn == {"question:1"}


def test_what_waits_is_known_and_too_much_is_not_looked_at(monkeypatch):
    changed("article:1", "article:2")
    assert indexing.waiting().ids == {"article:1", "article:2"}
    assert indexing.waiting().withdrawn == frozenset()
    monkeypatch.setattr(indexing, "MOST_WAITING_IDS", 1)
    assert indexing.waiting() is None


def test_a_row_that_was_given_up_still_counts_as_waiting():
    changed("article:1")
    OutboxRow.objects.update(given_up_at=timezone.now())
    assert indexing.waiting().ids == {"article:1"}


# --- an index that is not as it should be --------------------------------------------------------


def no_index(folder):
    """Nothing was ever built."""


def outdated(folder):
    """Built by an earlier version."""
    rebuild()
    (knowledge,) = folder.glob("index-*/knowledge.json")
    knowledge.write_text(knowledge.read_text().replace(records.format_in_use(), "0-of-old"))
    indexing._embedded.cache_clear()


def corrupt(folder):
    """Its files were overwritten."""
    rebuild()
    for path in folder.glob("index-*/tantivy/*"):
        path.write_bytes(b"garbage")
    indexing._embedded.cache_clear()


def vanished(folder):
    """Somebody removed the folder under a running process."""
    rebuild()
    for path in sorted(folder.glob("index-*/**/*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


BAD = pytest.mark.parametrize("spoil", [no_index, outdated, corrupt, vanished])


@BAD
def test_taking_in_a_case_and_saving_a_page_do_not_depend_on_the_index(spoil, desk, settings):
    spoil(settings.SEARCH_INDEX_DIR)
    ticket, article = opened(desk), make_article()
    article.save_revision().publish()
    article.delete()
    assert Ticket.objects.filter(pk=ticket.pk).exists()


@BAD
def test_the_next_change_builds_the_whole_index_anew(spoil, drain, settings):
    old = make_article()
    spoil(settings.SEARCH_INDEX_DIR)
    OutboxRow.objects.all().delete()
    new = make_article()
    drain()
    assert {f"article:{old.pk}", f"article:{new.pk}"} == indexed()
    assert rows() == []


@BAD
def test_the_worker_builds_it_anew_though_nothing_changes(spoil, settings):
    article = make_article()
    spoil(settings.SEARCH_INDEX_DIR)
    keep_readable(timezone.now())
    assert indexed() == {f"article:{article.pk}"}
    built = sorted(settings.SEARCH_INDEX_DIR.glob("index-*"))
    keep_readable(timezone.now())
    assert sorted(settings.SEARCH_INDEX_DIR.glob("index-*")) == built


def test_while_another_process_writes_the_row_is_tried_again_later(drain, monkeypatch, settings):
    rebuild()
    article = make_article()
    monkeypatch.setattr(engine(), "_wait", 0.05)
    with EmbeddedEngine(settings.SEARCH_INDEX_DIR)._folder.writing(1):
        assert drain() == 0
    (row,) = rows()
    assert (row.attempts, row.last_error) == (1, IndexBusy.__name__)
    outbox.drain(row.next_attempt_at)
    assert indexed() == {f"article:{article.pk}"}


# --- comparing and repairing ---------------------------------------------------------------------


def spoilt() -> tuple[str, str, str]:
    """An index with one document missing, one stale and one too many; their ids."""
    missing, stale = make_article(), make_article()
    rebuild()
    engine().delete([f"article:{missing.pk}"])
    engine().index([make_document("Gammel", id=f"article:{stale.pk}"), make_document(id="plate:1")])
    return f"article:{missing.pk}", f"article:{stale.pk}", "plate:1"


def test_differences_are_told_apart():
    missing, stale, surplus = spoilt()
    found = checking.compare(engine(), registry)
    assert (found.missing, found.stale, found.surplus) == ({missing}, {stale}, {surplus})
    assert found.documents == 2
    assert found.counts() == {"missing": 1, "stale": 1, "surplus": 1}


def test_repairing_brings_every_document_up_to_date_and_is_safe_twice():
    spoilt()
    for _turn in range(2):
        checking.repair(engine(), registry, checking.compare(engine(), registry))
        assert not checking.compare(engine(), registry).wrong


def test_the_daily_check_repairs():
    spoilt()
    indexing.check_daily(timezone.now())
    assert not checking.compare(engine(), registry).wrong


def test_the_command_says_what_differs_and_fails_until_it_is_repaired(capsys):
    spoilt()
    with pytest.raises(CommandError, match="--repair"):
        call_command("search_check", skip_checks=True)
    assert "2 documents: 1 missing, 1 stale, 1 surplus" in capsys.readouterr().out
    call_command("search_check", "--repair", skip_checks=True)
    assert "Repaired 3." in capsys.readouterr().out
    call_command("search_check", skip_checks=True)
    assert "0 missing, 0 stale, 0 surplus" in capsys.readouterr().out


def test_the_command_builds_an_index_that_is_not_there_when_told_to_repair(capsys):
    make_article()
    with pytest.raises(CommandError, match="no search index"):
        call_command("search_check", skip_checks=True)
    call_command("search_check", "--repair", skip_checks=True)
    assert "Indexed 1 documents." in capsys.readouterr().out


def test_the_command_tells_when_another_process_writes(monkeypatch, settings):
    spoilt()
    monkeypatch.setattr(engine(), "_wait", 0.05)
    with (
        EmbeddedEngine(settings.SEARCH_INDEX_DIR)._folder.writing(1),
        pytest.raises(CommandError, match="try again"),
    ):
        call_command("search_check", "--repair", skip_checks=True)


def test_what_was_given_up_while_the_disk_could_not_be_written_is_made_up_for_by_itself(settings):
    article = make_article(title="Nøkkel")
    settings.SEARCH_INDEX_DIR.write_text("no folder")
    (row,) = rows()
    for _attempt in range(outbox.MOST_ATTEMPTS):
        row.refresh_from_db()
        assert outbox.drain(row.next_attempt_at, topics=["search"]) == 0
    assert rows()[0].given_up_at
    settings.SEARCH_INDEX_DIR.unlink()
    later = rows()[0].given_up_at + indexing.REST
    keep_readable(later - timedelta(seconds=1))
    assert rows()[0].given_up_at
    keep_readable(later)
    outbox.drain(later)
    assert rows() == [] and indexed() == {f"article:{article.pk}"}


def test_one_row_is_taken_up_at_first_and_the_others_when_it_was_indexed():
    now = timezone.now()
    changed("article:1")
    changed("article:2")
    changed("article:3")
    OutboxRow.objects.update(
        given_up_at=now - indexing.REST, attempts=outbox.MOST_ATTEMPTS, last_error="IndexBusy"
    )

    def given_up() -> int:
        return OutboxRow.objects.filter(given_up_at__isnull=False).count()

    for minute in range(3):
        keep_readable(now + timedelta(minutes=minute))
        assert given_up() == 2
    outbox.drain(now + timedelta(minutes=3))
    keep_readable(now + timedelta(minutes=3))
    assert given_up() == 0


@pytest.mark.parametrize("error", ["FileNotFoundError", "UnicodeDecodeError", "KeyError"])
def test_a_row_that_fails_for_its_own_sake_stays_given_up(error):
    changed("article:1")
    OutboxRow.objects.update(given_up_at=timezone.now(), last_error=error)
    keep_readable(timezone.now() + timedelta(days=1))
    assert rows()[0].given_up_at


@pytest.mark.parametrize("command", [["search_rebuild"], ["search_check", "--repair"]])
def test_the_commands_tell_when_the_index_cannot_be_read_or_written(settings, command):
    settings.SEARCH_INDEX_DIR.write_text("no folder")
    with pytest.raises(CommandError, match="cannot be read or written: .*search-index"):
        call_command(*command, skip_checks=True)


@pytest.mark.parametrize("command", [["search_rebuild"], ["search_check", "--repair"]])
def test_a_reader_of_the_output_who_leaves_is_no_fault_of_the_index(command):
    class Closed(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        call_command(*command, skip_checks=True, stdout=Closed())


def test_rebuilding_by_command_and_only_if_missing(capsys):
    make_article()
    call_command("search_rebuild", "--if-missing", skip_checks=True)
    assert "Indexed 1 documents." in capsys.readouterr().out
    call_command("search_rebuild", "--if-missing", skip_checks=True)
    assert "already" in capsys.readouterr().out
    call_command("search_rebuild", skip_checks=True)
    assert "Indexed 1 documents." in capsys.readouterr().out
