"""A sweeping process killed between two steps, and two at once: each notice exactly once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.triage.tickets.desk import make_desk
from tests.triage.tickets.sweeps import LATER, due_guarantees

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sqlite,
]

ROOT = Path(__file__).resolve().parents[3]
SWEEPING = """
import os, signal, sys
import django
django.setup()
from datetime import datetime
from django.db import connection
from dispatch import outbox
from triage.tickets.sweeping import sweep_for_breaches
for topic in ("search", "classify", "crm"):
    outbox._handlers.setdefault(topic, lambda rows: None)
last, count = int(sys.argv[1]), 0
def kill(execute, sql, params, many, context):
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(sql, params, many, context)
with connection.execute_wrapper(kill):
    sweep_for_breaches(datetime.fromisoformat(sys.argv[2]))
"""


@pytest.fixture
def site(tmp_path):
    """A database file with something due, and how to sweep it in a process of its own."""
    due_guarantees(make_desk())
    path = tmp_path / "site.sqlite3"
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return Site(path, tmp_path)


class Site:
    """The copied database, swept by processes."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path, self.folder = path, folder

    def sweeper(self, last: int = 0) -> subprocess.Popen:
        """A process that sweeps, and is killed before a statement when `last` says so."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": f"sqlite:///{self.path}",
            "DATA_DIR": str(self.folder),
            "SECRET_KEY": "for this test alone",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-c", SWEEPING, str(last), LATER.isoformat()]
        return subprocess.Popen(
            command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
        )

    def counts(self) -> tuple[int, ...]:
        """Breaches and moves in the log, notices told, and mails with those who get them."""
        asked = (
            "SELECT COUNT(*) FROM tickets_ticketevent WHERE kind = 'breached'",
            "SELECT COUNT(*) FROM tickets_ticketevent WHERE kind = 'handed_over'",
            "SELECT COUNT(*) FROM tickets_deadlinenotice WHERE told_at IS NOT NULL",
            "SELECT COUNT(DISTINCT \"to\") FROM dispatch_mail WHERE kind = 'deadlines'",
            "SELECT COUNT(*) FROM dispatch_mail WHERE kind = 'deadlines'",
        )
        with sqlite3.connect(self.path) as database:
            return tuple(database.execute(sql).fetchone()[0] for sql in asked)


def test_killed_processes_and_two_at_once_leave_each_notice_exactly_once(site, thorough):
    for last in range(2, 90, 3) if thorough else (40,):
        together = [site.sweeper(last), site.sweeper(last + 7 if thorough else 0)]
        for sweeper in together:
            _out, said = sweeper.communicate()
            assert sweeper.returncode in (0, -signal.SIGKILL), said[-2000:]
    if thorough:
        assert site.sweeper().wait() == 0
    assert site.counts() == (2, 2, 8, 4, 4)
