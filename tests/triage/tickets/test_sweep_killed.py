"""Killed between any two steps, or two at once: each deadline is dealt with and told once."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections, transaction

from dispatch.models import Mail
from tests.triage.tickets.desk import NOW, make_desk
from tests.triage.tickets.sweeps import all_differences, incident, with_rules
from triage.sla.escalation import Escalation
from triage.tickets.models import DeadlineNotice, Ticket, TicketClock, TicketEvent
from triage.tickets.sweeping import sweep_for_breaches

ROOT = Path(__file__).resolve().parents[3]
LATER = NOW + timedelta(hours=1, minutes=1)
RULES = (
    Escalation("told", 100, targets=("first_response",), notify=("team", "managers")),
    Escalation("raised", 100, targets=("first_response",), raise_priority=True),
    Escalation("moved", 100, targets=("first_response",), move_to="plattform"),
)


class Killed(BaseException):
    """The process is gone."""


class KilledAt:
    """Ends everything right before one of the statements, counted from 1."""

    def __init__(self, number: int) -> None:
        self.number, self.count = number, 0

    def __call__(self, execute, sql, params, many, context):
        """Count a statement, or end here."""
        self.count += 1
        if self.count == self.number:
            raise Killed
        return execute(sql, params, many, context)


def _due(desk) -> None:
    """Two guarantees that have run out, with something to tell, to propose and to move."""
    with_rules(*RULES)
    for _ in range(2):
        incident(desk, priority="P2")


def _outcome() -> dict[str, list]:
    """Everything the sweep leaves behind, without row numbers."""
    logged = TicketEvent.objects.exclude(kind="opened").values_list("ticket", "kind", "at", "data")
    clocks = TicketClock.objects.values_list(
        "ticket", "kind", "number", "due_at", "breached_at", "sweep_at"
    )
    noted = DeadlineNotice.objects.values_list(
        "user", "ticket", "clock", "percent", "what", "told_at", "dropped_at"
    )
    mails = Mail.objects.filter(kind="deadlines").values_list("to", "subject", "text")
    tickets = Ticket.objects.values_list("pk", "team", "breached_at", "next_due_at", "version")
    return {
        "log": sorted(map(repr, logged)),
        "clocks": sorted(map(repr, clocks)),
        "notices": sorted(map(repr, noted)),
        "mails": sorted(map(repr, mails)),
        "tickets": sorted(map(repr, tickets)),
    }


def test_killed_before_any_statement_the_next_sweep_ends_as_if_nothing_had_happened(desk, thorough):
    _due(desk)
    start = transaction.savepoint()
    counted = KilledAt(0)
    with connection.execute_wrapper(counted):
        sweep_for_breaches(LATER)
    wanted = _outcome()
    assert len(wanted["mails"]) == 4  # two agents, the manager, and the team that has them now
    assert len(wanted["notices"]) == 8
    transaction.savepoint_rollback(start)

    for number in range(1, counted.count + 1, 1 if thorough else 3):
        start = transaction.savepoint()
        with pytest.raises(Killed), connection.execute_wrapper(KilledAt(number)):
            sweep_for_breaches(LATER)
        sweep_for_breaches(LATER)
        sweep_for_breaches(LATER)
        assert _outcome() == wanted, f"killed before statement {number}"
        transaction.savepoint_rollback(start)
    assert counted.count > 60


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_deal_with_everything_once():
    desk = make_desk()
    _due(desk)
    for _ in range(10):
        incident(desk, priority="P2")
    both = threading.Barrier(4)
    faults = []

    def work():
        both.wait()
        try:
            sweep_for_breaches(LATER)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep_for_breaches(LATER)

    assert faults == []
    assert TicketEvent.objects.filter(kind="breached").count() == 12
    assert TicketEvent.objects.filter(kind="handed_over").count() == 12
    assert DeadlineNotice.objects.count() == 48
    told = DeadlineNotice.objects.filter(told_at=LATER).values_list("user", "ticket")
    assert len(told) == len(set(told))
    receivers = list(Mail.objects.filter(kind="deadlines").values_list("to", flat=True))
    assert len(receivers) == len(set(receivers)) == 4
    assert all_differences(LATER) == []


# --- real processes -------------------------------------------------------------------------------

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
    _due(make_desk())
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


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_killed_processes_and_two_at_once_leave_each_notice_exactly_once(site, thorough):
    for last in range(2, 90, 3) if thorough else (20, 60):
        sweeper = site.sweeper(last)
        _out, said = sweeper.communicate()
        assert sweeper.returncode in (0, -signal.SIGKILL), said[-2000:]
    together = [site.sweeper() for _ in range(2)]
    for sweeper in together:
        _out, said = sweeper.communicate()
        assert sweeper.returncode == 0, said[-2000:]
    assert site.counts() == (2, 2, 8, 4, 4)
