"""A process of its own for the tests: `python -m tests.dispatch.child COMMAND ...`.

put COUNT          write that many rows under the topic "probe"
work FILE PAUSE    run a worker; each delivered row becomes a line of FILE, after PAUSE seconds
left               print how many rows are not delivered yet
"""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from dispatch import outbox  # noqa: E402
from dispatch.models import OutboxRow  # noqa: E402


def put(count: str) -> None:
    """All rows in one transaction."""
    with transaction.atomic():
        for n in range(int(count)):
            outbox.put("probe", {"n": n})


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


def left() -> None:
    """How many are still to be delivered."""
    print(OutboxRow.objects.filter(topic="probe", delivered_at=None).count())


if __name__ == "__main__":
    outbox.hold("probe")
    {"put": put, "work": work, "left": left}[sys.argv[1]](*sys.argv[2:])
