"""Sweeping processes that can be killed: copies of this one, which cost little to start."""

from __future__ import annotations

import os
import signal
import traceback
from datetime import datetime

from django.db import connection
from django.urls import get_resolver

from dispatch import outbox
from triage.tickets.sweeping import sweep_for_breaches


def sweeper(now: datetime, *, last: int = 0, database: str = "") -> int:
    """Sweep in a process of its own and return its number.

    It is killed, by SIGKILL, before statement `last` counted from 1, and not at all when that is 0
    or more than there are. `database` is another database of the same kind.
    """
    _ = get_resolver().url_patterns  # read once here and not in every copy
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        _sweep(now, last, database)
        status = 0
    except BaseException:  # nothing of the test may go on in the copy
        traceback.print_exc()
    finally:
        os._exit(status)


def _sweep(now: datetime, last: int, database: str) -> None:
    for topic in ("search", "classify", "crm"):
        outbox._handlers.setdefault(topic, lambda rows: None)
    inherited = connection.connection  # the parent's: neither used nor closed here
    connection.connection = None
    connection.settings_dict["NAME"] = database or connection.settings_dict["NAME"]
    count = 0

    def kill(execute, sql, params, many, context):
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill):
        sweep_for_breaches(now)
    assert connection.connection is not inherited


def ended(*processes: int) -> list[int]:
    """How these ended, once they have: 0, or the signal that killed them. Fails for a fault."""
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    assert set(codes) <= {0, -signal.SIGKILL}, codes
    return codes
