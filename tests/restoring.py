"""Tests that commit leave the database as the migrations made it.

After such a test every table is emptied. What migrations wrote (content types, permissions,
groups, the root page) is put back at once, with the same ids, so that no test depends on which
others ran before it in the same process. Rows are taken down and put back as the database has
them: to truncate each table and to build an object of each row takes longer than most tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections, transaction
from django.test import TransactionTestCase

# What each table with rows has: its columns and the rows. By database, not by connection: with a
# loop running in the thread, as a browser's does, Django gives another connection to the same
# database.
_migrated: dict[str, dict[str, tuple[list[str], list[tuple]]]] = {}
AT_ONCE = 500  # rows of one statement


def _tables(alias: str) -> list[str]:
    names = connections[alias].introspection.django_table_names(
        only_existing=True, include_views=False
    )
    return sorted(names)


def _remember(case: type[TransactionTestCase]) -> None:
    """Before the first test that commits, take down what the migrations wrote."""
    for alias in case._databases_names(include_mirrors=False):
        if alias not in _migrated:
            _migrated[alias] = dict(_rows(alias))


def _rows(alias: str) -> Iterator[tuple[str, tuple[list[str], list[tuple]]]]:
    quoted = connections[alias].ops.quote_name
    with connections[alias].cursor() as cursor:
        for table in _tables(alias):
            cursor.execute(f"SELECT * FROM {quoted(table)}")
            columns = [quoted(column[0]) for column in cursor.description]
            if found := cursor.fetchall():
                yield table, (columns, found)


def _restore(case: TransactionTestCase) -> None:
    """Empty every table, then put back what was taken down; keys are looked at when all is there.

    Numbers that rows had are not given to others afterwards.
    """
    for alias in case._databases_names(include_mirrors=False):
        quoted = connections[alias].ops.quote_name
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            for table in _tables(alias):
                cursor.execute(f"DELETE FROM {quoted(table)}")
            for table, (columns, rows) in _migrated[alias].items():
                for start in range(0, len(rows), AT_ONCE):
                    some = rows[start : start + AT_ONCE]
                    row = f"({', '.join(['%s'] * len(columns))})"
                    cursor.execute(
                        f"INSERT INTO {quoted(table)} ({', '.join(columns)})"
                        f" VALUES {', '.join([row] * len(some))}",
                        [value for values in some for value in values],
                    )


def restore_after_commits(monkeypatch) -> None:
    """Make every test that commits restore the database, whatever its marker asks for."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_setup", classmethod(_remember))
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", _restore)


@contextmanager
def kept_until_the_end(monkeypatch) -> Iterator[None]:
    """What is written within stays for several tests that commit, and is gone after the last."""
    _remember(TransactionTestCase)
    with monkeypatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: None)
        try:
            yield
        finally:
            _restore(TransactionTestCase)
