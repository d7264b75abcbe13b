"""The folder of the index: one writer, builds aside, and what a killed process leaves behind."""

import multiprocessing
import os
import signal
import time

import pytest

from search.contract import IndexBusy
from search.engines import folder as folder_module
from search.engines.folder import IndexFolder
from tests.search.engines.standing_clock import StandingClock

spawned = multiprocessing.get_context("fork")


def build(folder: IndexFolder, text: str) -> None:
    """Put an index of one file in use."""
    with folder.writing(1), folder.building() as aside:
        (aside / "text").write_text(text)


def kept(folder: IndexFolder) -> list[str]:
    """Names of the indexes on disk."""
    return sorted(path.name for path in folder.path.glob("index-*"))


def test_there_is_no_index_at_first(tmp_path):
    assert IndexFolder(tmp_path / "none").current() is None


def test_a_build_is_put_in_use_and_the_old_one_cleared(tmp_path):
    folder = IndexFolder(tmp_path)
    build(folder, "old")
    build(folder, "new")
    assert (folder.current() / "text").read_text() == "new"
    assert kept(folder) == [folder.current().name]


def test_a_failed_build_leaves_the_old_index_in_use(tmp_path):
    folder = IndexFolder(tmp_path)
    build(folder, "old")
    with pytest.raises(RuntimeError), folder.writing(1), folder.building():
        raise RuntimeError
    assert (folder.current() / "text").read_text() == "old"
    assert len(kept(folder)) == 1


def test_a_second_writer_waits_and_then_gives_up(tmp_path, monkeypatch):
    folder, other, clock = IndexFolder(tmp_path), IndexFolder(tmp_path), StandingClock()
    monkeypatch.setattr(folder_module, "time", clock)
    with folder.writing(1), pytest.raises(IndexBusy), other.writing(0.1):
        pass
    assert 0.1 <= clock.passed < 0.1 + 2 * folder_module.POLL_SECONDS
    with other.writing(0):
        pass


def _hold_and_build(path, ready) -> None:
    folder = IndexFolder(path)
    with folder.writing(1), folder.building() as aside:
        (aside / "half").write_text("half")
        ready.set()
        time.sleep(60)


def test_a_killed_build_frees_the_lock_and_its_remains_are_cleared(tmp_path):
    folder = IndexFolder(tmp_path)
    build(folder, "old")
    ready = spawned.Event()
    process = spawned.Process(target=_hold_and_build, args=(tmp_path, ready))
    process.start()
    assert ready.wait(60)
    assert len(kept(folder)) == 2
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert (folder.current() / "text").read_text() == "old"
    build(folder, "new")
    assert kept(folder) == [folder.current().name]
