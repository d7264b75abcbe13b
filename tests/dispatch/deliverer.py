"""A worker that tells a file what it delivers."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command

from dispatch import outbox


def deliver_to(path: Path, pause: float) -> None:
    """Run a worker; each delivered row of the topic "probe" becomes a line, after some seconds.

    Its lease is short, so that a test need not wait a minute.
    """
    outbox.LEASE = timedelta(seconds=1)
    outbox.BATCH = 5

    def deliver(rows) -> None:
        for row in rows:
            time.sleep(pause)
            with open(path, "a", encoding="utf-8") as target:
                target.write(f"{row.payload['n']}\n")
                target.flush()
                os.fsync(target.fileno())

    outbox._handlers["probe"] = deliver
    call_command("work")
