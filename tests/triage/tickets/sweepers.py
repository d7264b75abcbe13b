"""Sweeping processes that can be killed before any of their statements."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from dispatch import outbox
from tests.copies import kill_here, start_copy
from triage.tickets.sweeping import sweep_for_breaches


def sweeper(now: datetime, *, last: int = 0, database: str = "") -> int:
    """Sweep in a process of its own and return its number.

    It is killed, by SIGKILL, before statement `last` counted from 1, and not at all when that is 0
    or more than there are. `database` is another database of the same kind.
    """
    return start_copy(lambda: _sweep(now, last), database=database)


def _sweep(now: datetime, last: int) -> None:
    for topic in ("search", "classify", "crm"):
        outbox._handlers.setdefault(topic, lambda rows: None)
    count = 0

    def kill(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == last:
            kill_here()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill):
        sweep_for_breaches(now)
