"""A worker in a process of its own for the tests: `python -m tests.dispatch.child FILE PAUSE`.

Each delivered row of the topic "probe" becomes a line of FILE, after PAUSE seconds.
"""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from dispatch import outbox  # noqa: E402


def work(path: str, pause: str) -> None:
    """A worker with a short lease, so that a test need not wait a minute."""
    outbox.LEASE = timedelta(seconds=1)
    outbox.BATCH = 5

    def deliver(rows) -> None:
        for row in rows:
            time.sleep(float(pause))
            with open(path, "a", encoding="utf-8") as target:
                target.write(f"{row.payload['n']}\n")
                target.flush()
                os.fsync(target.fileno())

    outbox._handlers["probe"] = deliver
    print("working", flush=True)
    call_command("work")


if __name__ == "__main__":
    work(*sys.argv[1:])
