"""Real worker processes: ended politely, killed in the middle, and taken over from."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from tests.contracts.source import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 240  # seconds: a busy machine takes long to start a process


def address_of_database(folder: Path) -> str:
    """DATABASE_URL of a database other processes can open, with the tables of the tests' own."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(folder / "copy.sqlite3")
        connection.connection.backup(copy)
        copy.close()
        return f"sqlite:////{folder / 'copy.sqlite3'}".replace("/////", "////")
    place = f"{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{place}"


class Children:
    """Starts child processes on one database and ends those that are left."""

    def __init__(self, folder: Path) -> None:
        self.started: list[subprocess.Popen] = []
        self.environment = {
            **os.environ,
            "DATABASE_URL": address_of_database(folder),
            "DATA_DIR": str(folder),
            "EMAIL_URL": "consolemail://",
        }

    def start(self, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.dispatch.child", *arguments]
        child = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        )
        self.started.append(child)
        return child

    def ask(self, *arguments: str) -> str:
        answer, _ = self.start(*arguments).communicate(timeout=PATIENCE)
        return answer.strip()

    def worker(self, target: Path, pause: float = 0.0) -> subprocess.Popen:
        child = self.start("work", str(target), str(pause))
        assert child.stdout.readline() == "working\n"
        return child

    def end(self) -> None:
        for child in self.started:
            if child.poll() is None:
                child.kill()
            child.communicate()


@pytest.fixture
def children(tmp_path):
    family = Children(tmp_path)
    yield family
    family.end()


def lines_of(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def wait_for(condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_worker_told_to_stop_ends_what_is_in_hand_and_leaves_cleanly(children, tmp_path):
    target = tmp_path / "delivered"
    children.ask("put", "40")
    worker = children.worker(target, pause=0.05)
    wait_for(lambda: lines_of(target))
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0
    done = lines_of(target)
    assert len(done) % 5 == 0  # the batch in hand was finished
    assert int(children.ask("left")) == 40 - len(done)


def test_nothing_is_lost_when_workers_are_killed(children, tmp_path, thorough):
    target, count = tmp_path / "delivered", 200 if thorough else 25
    dice = random.Random(4)
    children.ask("put", str(count))
    for _kill in range(30 if thorough else 2):
        before = len(lines_of(target))
        worker = children.worker(target, pause=0.05)
        wait_for(lambda so_far=before: len(lines_of(target)) > so_far)
        time.sleep(dice.uniform(0, 0.2))
        worker.kill()
        worker.wait()
        if len(set(lines_of(target))) == count:
            break

    worker = children.worker(target)
    wait_for(lambda: len(set(lines_of(target))) == count)
    wait_for(lambda: children.ask("left") == "0")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert set(lines_of(target)) == set(range(count))
