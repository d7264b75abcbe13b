"""The worker's round: recurring jobs, the outbox, the task queue, a short rest."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections
from django.db.utils import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from dispatch import jobs, outbox
from dispatch.models import WorkerBeat

log = structlog.get_logger(__name__)

REST = 0.3  # seconds between rounds with nothing to do
BEAT_EVERY = timedelta(seconds=10)


class Worker:
    """Runs rounds until told to stop; several workers may run beside each other."""

    def __init__(self, worker_id: str = "") -> None:
        self.worker_id = (worker_id or f"{socket.gethostname()}-{os.getpid()}")[:64]
        self.running = True
        self.last_beat: datetime | None = None
        self.tasks = TaskWorker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=self.worker_id,
            excluded_queue_names=[],
        )

    def stop(self, *_signal) -> None:
        """Finish what is in hand and end."""
        self.running = False
        self.tasks.running = False

    def round(self) -> int:
        """One round; returns how many things were done."""
        close_old_connections()
        self.beat(timezone.now())
        done = jobs.run_recurring(timezone.now())
        done += outbox.drain(timezone.now())
        before = self.tasks._run_tasks
        self.tasks.run()
        return done + self.tasks._run_tasks - before

    def beat(self, now: datetime) -> None:
        """Leave a sign of life now and then."""
        if self.last_beat is None or now - self.last_beat >= BEAT_EVERY:
            WorkerBeat.objects.update_or_create(worker_id=self.worker_id, defaults={"seen_at": now})
            WorkerBeat.objects.filter(seen_at__lt=now - timedelta(hours=1)).delete()
            self.last_beat = now

    def run(self) -> None:
        """Rounds until stopped; a database that is away for a moment is waited for."""
        log.info("worker started", worker=self.worker_id)
        while self.running:
            try:
                done = self.round()
            except (OperationalError, InterfaceError) as error:
                log.warning("database is away", error=type(error).__name__)
                done = 0
            if self.running and not done:
                time.sleep(REST)
        with suppress(OperationalError, InterfaceError):  # an old beat is cleared by the others
            WorkerBeat.objects.filter(worker_id=self.worker_id).delete()
        log.info("worker stopped", worker=self.worker_id)
