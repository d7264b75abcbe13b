"""Tasks come through a worker's death and their own failures; recurring jobs recur, once a turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dispatch import jobs, outbox
from dispatch.backoff import wait_after
from dispatch.models import OutboxRow, RecurringJob
from dispatch.worker import Worker
from tests.dispatch import tasks

HOUR = timedelta(hours=1)


def run_tasks() -> None:
    Worker("test").tasks.run()


def plan_at_once() -> None:
    before = timezone.now() - HOUR
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=before)


@pytest.fixture
def the_task(transactional_db):
    """A function that gives the one task as it is stored now; committed, since a worker closes
    a connection it finds in the middle of a transaction."""
    return lambda: DBTaskResult.objects.get()


# --- recurring jobs -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_job_runs_at_once_and_then_when_its_time_has_come(no_jobs, now):
    runs = []
    jobs.recurring("sweep", every=HOUR)(runs.append)
    moments = [now, now + timedelta(minutes=59), now + HOUR, now + 3 * HOUR]
    assert [jobs.run_recurring(moment) for moment in moments] == [1, 0, 1, 1]
    assert runs == [now, now + HOUR, now + 3 * HOUR]
    assert RecurringJob.objects.get().next_run_at == now + 4 * HOUR  # missed turns are not made up


@pytest.mark.django_db
def test_failing_job_stops_neither_the_others_nor_itself(no_jobs, now):
    runs = []

    def fail(_now):
        raise RuntimeError("secret text")

    jobs.recurring("a", every=HOUR)(fail)
    jobs.recurring("b", every=HOUR)(runs.append)
    assert jobs.run_recurring(now) == 2
    assert runs == [now]
    assert RecurringJob.objects.get(name="a").last_error == "RuntimeError"

    jobs.recurring("a", every=HOUR)(runs.append)
    jobs.run_recurring(now + HOUR)
    assert RecurringJob.objects.get(name="a").last_error == ""


@pytest.mark.django_db
def test_job_that_is_no_longer_in_the_code_is_left_alone(no_jobs, now):
    RecurringJob.objects.create(name="of yesterday", next_run_at=now)
    assert jobs.run_recurring(now) == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_never_run_the_same_turn(no_jobs, now):
    runs = []
    jobs.recurring("sweep", every=HOUR)(runs.append)
    barrier = Barrier(4)

    def work(_worker) -> int:
        try:
            barrier.wait()
            return jobs.run_recurring(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert runs == [now]


# --- tasks --------------------------------------------------------------------------------------


def test_task_gives_its_result(the_task):
    tasks.add.enqueue(2, 3)
    run_tasks()
    assert (the_task().status, the_task().return_value) == (TaskResultStatus.SUCCESSFUL, 5)


def test_failed_task_is_tried_again_with_growing_waits_until_its_attempts_are_used_up(the_task):
    tasks.fail.enqueue()
    for attempt in range(1, jobs.MOST_ATTEMPTS):
        run_tasks()
        row = the_task()
        assert (row.status, len(row.worker_ids)) == (TaskResultStatus.READY, attempt)
        wait = row.run_after - row.started_at
        assert wait_after(attempt) <= wait < wait_after(attempt) + timedelta(seconds=10)
        run_tasks()  # not due yet
        assert len(the_task().worker_ids) == attempt
        plan_at_once()
    run_tasks()
    assert the_task().status == TaskResultStatus.FAILED

    plan_at_once()
    run_tasks()
    assert len(the_task().worker_ids) == jobs.MOST_ATTEMPTS


def test_failed_task_gets_all_its_attempts_anew_when_asked(the_task, now):
    tasks.fail.enqueue()
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, worker_ids=["a"] * 8)
    assert jobs.run_again(result_id=the_task().pk, now=now)
    assert (the_task().status, the_task().worker_ids) == (TaskResultStatus.READY, [])
    assert not jobs.run_again(result_id=the_task().pk, now=now)


def test_task_of_a_worker_that_died_is_sent_back_after_the_lease(the_task, now, settings):
    settings.TASK_LEASE_SECONDS = 300
    tasks.add.enqueue(2, 3)
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, started_at=now, worker_ids=["gone"]
    )
    assert jobs.send_back_abandoned(now + timedelta(seconds=299)) == 0
    assert jobs.send_back_abandoned(now + timedelta(seconds=301)) == 1
    assert the_task().status == TaskResultStatus.READY
    assert the_task().run_after == now + timedelta(seconds=301) + wait_after(1)

    plan_at_once()
    run_tasks()
    assert the_task().return_value == 5


def test_task_that_kills_every_worker_is_given_up(the_task, now):
    tasks.add.enqueue(2, 3)
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, started_at=now - HOUR, worker_ids=["a"] * 8
    )
    jobs.send_back_abandoned(now)
    assert (the_task().status, the_task().finished_at) == (TaskResultStatus.FAILED, now)


def test_failure_of_a_task_that_is_gone_is_no_fault(db, now):
    jobs.retry_failed(result_id="00000000-0000-0000-0000-000000000000", now=now)
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db
def test_old_traces_of_finished_work_are_cleared(delivered, now):
    for n in (1, 2):
        outbox.put("probe", {"n": n})
    old = OutboxRow.objects.first()
    OutboxRow.objects.filter(pk=old.pk).update(delivered_at=now - timedelta(days=31))
    tasks.add.enqueue(1, 1)
    tasks.add.enqueue(2, 2)
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, finished_at=now)
    kept = DBTaskResult.objects.first()
    DBTaskResult.objects.exclude(pk=kept.pk).update(finished_at=now - timedelta(days=8))

    jobs._clear(now)

    assert [row.payload["n"] for row in OutboxRow.objects.all()] == [2]
    assert list(DBTaskResult.objects.all()) == [kept]


@pytest.mark.django_db
def test_failed_tasks_are_shown_for_long_but_not_for_ever(now):
    for days in (8, 89, 91):
        result = tasks.add.enqueue(days, 0)
        DBTaskResult.objects.filter(pk=result.id).update(
            status=TaskResultStatus.FAILED, finished_at=now - timedelta(days=days)
        )
    jobs._clear(now)
    kept = [row.args_kwargs["args"][0] for row in DBTaskResult.objects.order_by("-finished_at")]
    assert kept == [8, 89]
