"""The worker's round, its sign of life, and what it does when the database is away."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dispatch import jobs, outbox
from dispatch import worker as worker_module
from dispatch.models import OutboxRow, WorkerBeat
from dispatch.worker import Worker
from tests.dispatch import tasks


@pytest.fixture
def worker(monkeypatch, db):
    """A worker that does not rest and keeps the connection of the test."""
    monkeypatch.setattr(worker_module, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker_module.time, "sleep", lambda _seconds: None)
    return Worker("test")


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch):
    """The task worker closes old connections too, which would end the test's transaction."""
    monkeypatch.setattr(
        "django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None
    )


def test_one_round_does_jobs_outbox_and_tasks(worker, delivered, no_jobs):
    runs = []
    jobs.recurring("sweep", every=timedelta(hours=1))(runs.append)
    outbox.put("probe", {"n": 1})
    tasks.add.enqueue(2, 3)

    assert worker.round() == 3
    assert (len(runs), delivered) == (1, [[1]])
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
    assert worker.round() == 0


def test_sign_of_life_is_left_now_and_then_and_taken_away_at_the_end(worker, now, no_jobs):
    WorkerBeat.objects.create(worker_id="gone", seen_at=now - timedelta(hours=2))
    for seconds in (0, 5, 12):
        worker.beat(now + timedelta(seconds=seconds))
    [beat] = WorkerBeat.objects.all()
    assert (beat.worker_id, beat.seen_at) == ("test", now + timedelta(seconds=12))

    worker.stop()
    worker.run()
    assert not WorkerBeat.objects.exists()


@pytest.mark.parametrize("fault", [OperationalError, InterfaceError])
def test_database_that_is_away_is_waited_for(worker, monkeypatch, fault):
    rounds = []

    def away_twice():
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise fault("the server closed the connection")
        worker.stop()
        return 1

    monkeypatch.setattr(worker, "round", away_twice)
    worker.run()
    assert rounds == [0, 1, 2]


def test_fault_of_another_kind_ends_the_worker_loudly(worker, monkeypatch):
    def break_down():
        raise RuntimeError

    monkeypatch.setattr(worker, "round", break_down)
    with pytest.raises(RuntimeError):
        worker.run()


def test_long_names_of_machines_are_cut():
    assert len(Worker("x" * 200).worker_id) == 64
    assert Worker().worker_id.rpartition("-")[2].isdecimal()


@pytest.mark.django_db
def test_work_once_does_what_is_due_and_ends(delivered, no_jobs):
    for n in range(outbox.BATCH + 1):
        outbox.put("probe", {"n": n})
    tasks.add.enqueue(1, 1)
    call_command("work", "--once", stdout=StringIO())

    assert not OutboxRow.objects.filter(delivered_at=None).exists()
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_worker_goes_on_after_the_server_ended_its_connection(monkeypatch, delivered, no_jobs):
    worker = Worker("test")
    outbox.put("probe", {"n": 1})
    real, rounds = worker.round, []

    def cut_first():
        rounds.append(None)
        if len(rounds) == 1:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        done = real()
        if done:
            worker.stop()
        return done

    monkeypatch.setattr(worker, "round", cut_first)
    worker.run()
    assert delivered == [[1]]
    assert len(rounds) >= 2
