"""Real worker processes: ended politely, killed in the middle, and taken over from."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection, transaction

from dispatch import outbox
from dispatch.models import OutboxRow
from tests.contracts.source import ROOT
from tests.copies import ended, start_copy
from tests.dispatch.deliverer import deliver_to
from tests.shared_database import in_a_file

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 240  # seconds: a busy machine takes long to start a process


def address_of_database() -> str:
    """DATABASE_URL of the database the test writes to, for others to open."""
    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    place = f"{facts['HOST']}:{facts['PORT']}/{facts['NAME']}"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{place}"


@pytest.fixture
def shared(tmp_path):
    """A database that processes can share."""
    with in_a_file(tmp_path):
        yield


@pytest.fixture
def started(shared, tmp_path):
    """Start a worker as on a site, with nothing of this process in it."""
    children: list[subprocess.Popen] = []

    def start(target: Path, pause: float) -> subprocess.Popen:
        children.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.dispatch.child", str(target), str(pause)],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": address_of_database(),
                    "DATA_DIR": str(tmp_path),
                    "EMAIL_URL": "consolemail://",
                },
            )
        )
        return children[-1]

    yield start
    for child in children:
        child.kill()
        child.wait()


@pytest.fixture
def copied(shared):
    """Start a worker as a copy of this process, which takes no time; gives its number."""
    copies: list[int] = []

    def start(target: Path, pause: float = 0.0) -> int:
        copies.append(start_copy(lambda: deliver_to(target, pause)))
        return copies[-1]

    yield start
    for copy in copies:
        with suppress(ChildProcessError):  # it has ended, and that is known
            if os.waitpid(copy, os.WNOHANG) == (0, 0):
                os.kill(copy, signal.SIGKILL)
                os.waitpid(copy, 0)


@pytest.fixture(autouse=True)
def _probe(monkeypatch):
    """Rows of the children's topic are taken here, and delivered by them."""
    monkeypatch.setattr(outbox, "_held", {"probe"})


def put(count: int) -> None:
    """All rows in one transaction."""
    with transaction.atomic():
        for n in range(count):
            outbox.put("probe", {"n": n})


def left() -> int:
    """How many rows are still to be delivered."""
    return OutboxRow.objects.filter(topic="probe", delivered_at=None).count()


def lines_of(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def wait_for(condition) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def test_worker_told_to_stop_ends_what_is_in_hand_and_leaves_cleanly(started, tmp_path):
    target = tmp_path / "delivered"
    put(40)
    worker = started(target, pause=0.05)
    wait_for(lambda: lines_of(target))
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0
    done = lines_of(target)
    assert len(done) % 5 == 0  # the batch in hand was finished
    assert left() == 40 - len(done)


def test_nothing_is_lost_when_workers_are_killed(copied, tmp_path, thorough):
    target, count = tmp_path / "delivered", 200 if thorough else 25
    dice = random.Random(4)
    put(count)
    for _kill in range(30 if thorough else 2):
        before = len(lines_of(target))
        worker = copied(target, pause=0.05)
        wait_for(lambda so_far=before: len(lines_of(target)) > so_far)
        time.sleep(dice.uniform(0, 0.2))
        os.kill(worker, signal.SIGKILL)
        assert ended(worker) == [-signal.SIGKILL]
        if len(set(lines_of(target))) == count:
            break

    worker = copied(target)
    wait_for(lambda: len(set(lines_of(target))) == count)
    wait_for(lambda: left() == 0)
    os.kill(worker, signal.SIGTERM)
    assert ended(worker) == [0]
    assert set(lines_of(target)) == set(range(count))
