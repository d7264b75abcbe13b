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

    Only numbers that rows had there are not given to others afterwards: a process remembers by
    them (versions of rules, for one). Nothing is changed for another database than SQLite's, or
    within another such copy.
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
        _count_on(memory, path)


def _count_on(memory: sqlite3.Connection, path: Path) -> None:
    """Let the next row of each table in memory come after the last one in the file."""
    with contextlib.closing(sqlite3.connect(path)) as copy:
        counted = copy.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
    memory.executemany(
        "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = ?2",
        [(number, table) for table, number in counted],
    )
    memory.executemany(
        "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2"
        " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)",
        counted,
    )
