"""Processes that can be killed: copies of this one, which cost little to start."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable

from django.db import connection
from django.urls import get_resolver


def start_copy(work: Callable[[], object], *, database: str = "") -> int:
    """Do some work in a process of its own and return its number.

    `database` is another database of the same kind than this process has.
    """
    _ = get_resolver().url_patterns  # read once here and not in every copy
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        connection.close()  # SQLite would take the copy's locks for ours
    process = os.fork()
    if process:
        return process
    status = 1
    try:
        inherited = connection.connection  # the parent's: neither used nor closed here
        connection.connection = None
        connection.settings_dict["NAME"] = database or connection.settings_dict["NAME"]
        work()
        assert inherited is None or connection.connection is not inherited
        status = 0
    except BaseException:  # nothing of the test may go on in the copy
        traceback.print_exc()
    finally:
        os._exit(status)


def kill_here(*_args: object, **_options: object) -> None:
    """End this process at once, as whoever pulls the plug does."""
    os.kill(os.getpid(), signal.SIGKILL)


def ended(*processes: int) -> list[int]:
    """How these ended, once they have: 0, or the signal that killed them. Fails for a fault."""
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
    assert set(codes) <= {0, -signal.SIGKILL}, codes
    return codes
