"""The classifier a process holds: read once, another when the file is another."""

import threading
from dataclasses import replace
from time import monotonic

import pytest

from triage.classifier.artifacts import artifact, current
from triage.classifier.artifacts.artifact import save
from triage.classifier.artifacts.refusals import ArtifactMissing, ArtifactRefused


def test_without_a_file_there_is_none(_plain_settings):
    with pytest.raises(ArtifactMissing):
        current.current()


def test_the_file_is_read_once(stored, monkeypatch):
    reads = []
    read = artifact.load
    monkeypatch.setattr(artifact, "load", lambda path: reads.append(path) or read(path))
    assert current.current() is current.current()
    assert len(reads) == 1


def test_a_new_file_is_taken_into_use(stored):
    assert current.current().version == "test-1"
    save(replace(stored, version="test-2"), current.path())
    assert current.current().version == "test-2"


def test_a_bad_file_is_refused_and_a_good_one_after_it_is_used(stored):
    current.current()
    current.path().write_bytes(b"broken")
    with pytest.raises(ArtifactRefused):
        current.current()
    save(stored, current.path())
    assert current.current().version == "test-1"


def test_a_bad_file_is_read_once_and_looked_at_again_after_a_while(stored, monkeypatch):
    reads = []
    read = artifact.load
    monkeypatch.setattr(artifact, "load", lambda path: reads.append(path) or read(path))
    current.path().write_bytes(b"broken")
    for _time in range(3):
        with pytest.raises(ArtifactRefused, match="not used"):
            current.current()
    assert len(reads) == 1
    monkeypatch.setattr(current, "monotonic", lambda: monotonic() + current.LOOK_AGAIN)
    with pytest.raises(ArtifactRefused):
        current.current()
    assert len(reads) == 2


def test_many_readers_see_the_old_or_the_new_one_while_it_is_swapped(stored):
    seen, faults, stop = set(), [], threading.Event()

    def read():
        while not stop.is_set():
            try:
                seen.add(current.current().version)
            except Exception as error:  # noqa: BLE001  every fault counts
                faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(2, 5):
        save(replace(stored, version=f"test-{number}"), current.path())
    assert current.current().version == "test-4"
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert seen <= {"test-1", "test-2", "test-3", "test-4"}
