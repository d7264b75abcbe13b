"""Tasks that survive: leases, retries with growing waits, and jobs that recur.

The queue itself is django-tasks-db. It runs a task once and leaves a killed one running for ever;
the pieces here send such a task back to the queue, and a failed one too, until its attempts are
used up. Tasks are therefore idempotent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from dispatch.backoff import wait_after
from dispatch.models import OutboxRow, RecurringJob

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 8
KEEP_DELIVERED = timedelta(days=30)
KEEP_RESULTS = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)  # what went wrong may quote a text: not for ever

_recurring: dict[str, tuple[timedelta, Callable[[datetime], None]]] = {}


def recurring(name: str, *, every: timedelta) -> Callable:
    """Register a function of `now` to be run by one worker at a time, every so often."""

    def register(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
        _recurring[name] = (every, function)
        return function

    return register


def run_recurring(now: datetime) -> int:
    """Run the jobs that are due; returns how many. Two workers never run the same turn."""
    known = set(RecurringJob.objects.values_list("name", flat=True))
    RecurringJob.objects.bulk_create(
        [RecurringJob(name=name, next_run_at=now) for name in _recurring if name not in known],
        ignore_conflicts=True,
    )
    due = RecurringJob.objects.filter(next_run_at__lte=now, name__in=_recurring)
    return sum(_run_one(name, now) for name in due.values_list("name", flat=True))


def _run_one(name: str, now: datetime) -> int:
    every, function = _recurring[name]
    taken = RecurringJob.objects.filter(name=name, next_run_at__lte=now).update(
        next_run_at=now + every, last_started_at=now
    )
    if not taken:
        return 0
    error = ""
    try:
        function(now)
    except Exception as problem:  # one job's fault must not stop the worker or the other jobs
        error = type(problem).__name__
        log.exception("recurring job failed", job=name)
    RecurringJob.objects.filter(name=name).update(last_error=error)
    return 1


def send_back_abandoned(now: datetime) -> int:
    """Requeue tasks whose worker has been silent for longer than the lease; returns how many."""
    lease = timedelta(seconds=settings.TASK_LEASE_SECONDS)
    count = 0
    with transaction.atomic():
        stuck = DBTaskResult.objects.select_for_update().filter(
            status=TaskResultStatus.RUNNING, started_at__lt=now - lease
        )
        for row in stuck:
            _requeue(row, now)
            count += 1
    return count


def retry_failed(*, result_id: str, now: datetime) -> None:
    """Requeue a failed task with a wait, unless its attempts are used up."""
    row = DBTaskResult.objects.filter(pk=result_id, status=TaskResultStatus.FAILED).first()
    if row is not None:
        _requeue(row, now)


def run_again(*, result_id: str, now: datetime) -> bool:
    """Give a failed task all its attempts anew; False when there is no such failed task."""
    return bool(
        DBTaskResult.objects.filter(pk=result_id, status=TaskResultStatus.FAILED).update(
            status=TaskResultStatus.READY, finished_at=None, run_after=now, worker_ids=[]
        )
    )


def _requeue(row: DBTaskResult, now: datetime) -> None:
    attempts = len(row.worker_ids)
    if attempts >= MOST_ATTEMPTS:
        row.status, row.finished_at = TaskResultStatus.FAILED, row.finished_at or now
        row.save(update_fields=["status", "finished_at"])
        log.error("task given up", task=row.task_path, attempts=attempts)
        return
    row.status, row.finished_at = TaskResultStatus.READY, None
    row.run_after = now + wait_after(attempts)
    row.save(update_fields=["status", "finished_at", "run_after"])
    log.warning("task sent back", task=row.task_path, attempts=attempts)


def on_task_finished(sender, task_result, **kwargs) -> None:
    """After each task: a failed one is planned again."""
    if task_result.status == TaskResultStatus.FAILED:
        retry_failed(result_id=task_result.id, now=timezone.now())


@recurring("send back abandoned tasks", every=timedelta(seconds=30))
def _send_back(now: datetime) -> None:
    send_back_abandoned(now)


@recurring("clear delivered rows", every=timedelta(hours=6))
def _clear(now: datetime) -> None:
    OutboxRow.objects.filter(delivered_at__lt=now - KEEP_DELIVERED).delete()
    done = DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL)
    done.filter(finished_at__lt=now - KEEP_RESULTS).delete()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED)
    failed.filter(finished_at__lt=now - KEEP_FAILED).delete()
