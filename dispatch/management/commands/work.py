"""`manage.py work`: the background worker."""

import logging
import signal

from django.core.management.base import BaseCommand
from django.utils import timezone

from dispatch import jobs, outbox
from dispatch.worker import Worker


class Command(BaseCommand):
    help = "Run the background worker: outbox, tasks and recurring jobs. Several may run."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *, once: bool, **options):
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING)
        logging.getLogger("django_tasks").setLevel(logging.WARNING)
        worker = Worker()
        if once:
            jobs.run_recurring(timezone.now())
            while outbox.drain(timezone.now()):
                pass
            worker.tasks.run()
            return
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, worker.stop)
        worker.run()
