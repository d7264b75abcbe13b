"""A database that others can open too: SQLite's test database lies in this process's memory.

Connections to one database in memory do not wait for each other, but fail at once where both
write. In a file they do as on a site.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections


@contextmanager
def in_a_file(folder: Path) -> Iterator[None]:
    """All connections go to a copy of the database in `folder`; what is written there is dropped.

    Nothing is changed for another database than SQLite's, or within another such copy.
    """
    if connection.vendor != "sqlite" or not connection.is_in_memory_db():
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    path = folder / "shared.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as copy:
        memory.backup(copy)
    # The settings are one dictionary for the connections of all threads.
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield
    finally:
        connections.close_all()
        connection.connection, connection.settings_dict["NAME"] = memory, name
