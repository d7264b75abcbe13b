"""The embedded engine: the common expectations, and what is its own: files, processes, damage."""

import json
import os
import random
import threading
import time
from functools import partial

import pytest

from search.contract import EngineUnavailable, IndexBusy
from search.engines import records
from search.engines.embedded import EmbeddedEngine
from search.parser import parse_query
from tests.search.documents import PUBLIC, make_document
from tests.search.engines.expectations import *  # noqa: F403
from tests.search.engines.expectations import find, ids, kill_in_a_build
from tests.search.engines.expectations_of_words import *  # noqa: F403


@pytest.fixture
def folder(tmp_path):
    """Where the index lies."""
    return tmp_path / "index"


@pytest.fixture
def engine(folder):
    """An engine without an index."""
    return EmbeddedEngine(folder, wait=0.1)


@pytest.fixture
def killed(folder, monkeypatch):
    """A build of another process that is killed."""
    for name in ("COMMIT_EVERY", "PROGRESS_EVERY"):
        monkeypatch.setattr(f"search.engines.embedded.{name}", 2)
    return partial(kill_in_a_build, lambda: EmbeddedEngine(folder))


def test_remains_of_a_build_are_gone_on_with_for_a_day(engine, folder, killed, monkeypatch):
    killed([make_document(f"Nøkkel {n}") for n in range(10)], at=6)
    (mark,) = folder.glob("index-*/unfinished")
    os.utime(mark, (time.time() - 90_000,) * 2)
    assert engine.rebuild([make_document("Lås")]) == 1
    assert len(list(folder.glob("index-*"))) == 1 and not mark.exists()
    assert engine._folder.current() != mark.parent


def index_files(folder):
    """Every file of the index in use."""
    return sorted(path for path in folder.glob("index-*/**/*") if path.is_file())


def test_another_process_sees_a_commit_at_once(engine, folder):
    other = EmbeddedEngine(folder)
    engine.index([make_document("Nøkkel", id="article:1")])
    assert ids(find(other, "nøkkel")) == ["article:1"]
    engine.index([make_document("Nøkkel", id="article:2")])
    assert len(ids(find(other, "nøkkel"))) == 2
    engine.rebuild([make_document("Nøkkel", id="article:3")])
    assert ids(find(other, "nøkkel")) == ["article:3"]


def test_while_another_writes_the_index_is_busy_and_unchanged(engine, folder):
    engine.index([make_document("Nøkkel")])
    with EmbeddedEngine(folder)._folder.writing(1), pytest.raises(IndexBusy, match="try again"):
        engine.index([make_document("Nøkkel")])
    assert find(engine, "nøkkel").total == 1


def test_one_waits_for_another_who_writes_only_shortly(folder):
    first, second = EmbeddedEngine(folder, wait=10), EmbeddedEngine(folder, wait=10)
    first.rebuild([])
    threads = [
        threading.Thread(target=each.index, args=([make_document("Nøkkel")],))
        for each in (first, second) * 4
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert find(first, "nøkkel").total == 8


def test_an_index_of_another_format_is_said_to_need_building(engine, folder, monkeypatch):
    engine.rebuild([make_document("Nøkkel")])
    monkeypatch.setattr(records, "FORMAT", records.FORMAT + 1)
    newer = EmbeddedEngine(folder)
    with pytest.raises(EngineUnavailable, match="another format.*search_rebuild"):
        find(newer, "nøkkel")
    with pytest.raises(EngineUnavailable):
        newer.refresh(["article:1"], lambda wanted: [])
    assert not newer.health().ok
    newer.rebuild([make_document("Nøkkel")])
    assert find(newer, "nøkkel").total == 1


def test_an_index_of_other_word_lists_is_of_another_format(engine, folder, monkeypatch):
    engine.rebuild([make_document("Nøkkel")])
    monkeypatch.setattr(records, "edition", lambda: "of a longer list")
    with pytest.raises(EngineUnavailable, match="another format.*search_rebuild"):
        find(EmbeddedEngine(folder), "nøkkel")


def test_an_index_without_a_format_is_of_another_one(engine, folder):
    engine.rebuild([make_document("Nøkkel")])
    (knowledge,) = folder.glob("index-*/knowledge.json")
    knowledge.write_text(json.dumps({"elements": {}}))
    with pytest.raises(EngineUnavailable):
        find(EmbeddedEngine(folder), "nøkkel")


@pytest.mark.parametrize(
    "learnt", ["[]", "null", '{"format": FORMAT}', '{"format": FORMAT, "elements": 3}']
)
def test_what_was_learnt_that_says_something_else_is_damage_and_can_be_built_anew(
    engine, folder, learnt
):
    engine.rebuild([make_document("Nøkkel")])
    (knowledge,) = folder.glob("index-*/knowledge.json")
    knowledge.write_text(learnt.replace("FORMAT", json.dumps(records.format_in_use())))
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        find(EmbeddedEngine(folder), "nøkkel")
    assert EmbeddedEngine(folder).rebuild([make_document("Nøkkel")]) == 1
    assert find(EmbeddedEngine(folder), "nøkkel").total == 1


@pytest.mark.parametrize("harm", ["empty", "remove", "overwrite", "halve"])
def test_a_damaged_index_is_unavailable_never_an_odd_error_and_can_be_built_anew(
    folder, harm, thorough
):
    chance = random.Random(harm)
    for _turn in range(60 if thorough else 6):
        engine = EmbeddedEngine(folder)
        engine.rebuild(make_document(f"Nøkkel {n}", body="Ord " * 40) for n in range(20))
        damage(chance.choice(index_files(folder)), harm, chance)
        fresh = EmbeddedEngine(folder)
        try:
            fresh.search(parse_query("nøkkel"), visibility=PUBLIC)
            fresh.refresh(["article:0"], lambda wanted: [])
        except EngineUnavailable as error:
            assert "search_rebuild" in str(error)
        fresh.health()
        assert fresh.rebuild([make_document("Nøkkel")]) == 1
        assert find(fresh, "nøkkel").total == 1
        assert fresh.health().ok


def damage(path, harm, chance) -> None:
    """Do harm to one file."""
    content = bytearray(path.read_bytes())
    if harm == "remove":
        path.unlink()
        return
    if harm == "overwrite":
        for _byte in range(10 if content else 0):
            content[chance.randrange(len(content))] = chance.randrange(256)
    path.write_bytes({"empty": b"", "halve": content[: len(content) // 2]}.get(harm, content))


def test_damage_one_process_meets_is_known_to_the_others_until_a_new_index(engine, folder):
    engine.rebuild([make_document("Nøkkel")])
    store = next(path for path in index_files(folder) if path.suffix == ".store")
    content = store.read_bytes()
    store.write_bytes(b"")
    with pytest.raises(EngineUnavailable):
        find(EmbeddedEngine(folder), "nøkkel")
    store.write_bytes(content)
    assert find(engine, "nøkkel").total == 1
    assert not engine.health().ok
    engine.rebuild([make_document("Nøkkel")])
    assert engine.health().ok


def test_the_pointer_to_the_index_may_be_garbage(engine, folder):
    engine.rebuild([make_document("Nøkkel")])
    (folder / "current").write_bytes(b"\xff\x00../..")
    assert not engine.health().ok
    with pytest.raises(EngineUnavailable):
        find(engine, "nøkkel")
    engine.rebuild([make_document("Nøkkel")])
    assert find(engine, "nøkkel").total == 1


def test_readers_never_fail_while_the_index_is_built_again_and_again(folder):
    engine = EmbeddedEngine(folder, wait=10)
    engine.rebuild([make_document("Nøkkel")])
    faults: list[Exception] = []
    done = threading.Event()

    def read():
        reader = EmbeddedEngine(folder)
        while not done.is_set():
            try:
                assert find(reader, "nøkkel").total == 1
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _turn in range(12):
        engine.rebuild([make_document("Nøkkel")])
    done.set()
    for thread in threads:
        thread.join()
    assert faults == []
