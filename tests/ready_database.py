"""Migrations run once, not once for each test process: their result is kept beside the tests.

SQLite's test database lies in memory. Made by all migrations, it is written to a file named by
what the migrations of every package say; the next process that finds that file reads it instead.
On PostgreSQL a database of such a name is kept on the server, and copied.
Two processes that start together wait for each other, so that the second one reads too.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3.creation import DatabaseCreation

FOLDER = Path(settings.BASE_DIR) / "var" / "test-databases"
KEPT = 5  # files; older ones are of migrations that have changed since
TEMPLATES = "veiviser_migrated_"  # on PostgreSQL, where the newest alone is kept


def _fingerprint() -> str:
    """What decides the result: every migration there is, Django, and the settings they read."""
    digest = hashlib.sha256(f"{django.VERSION} {settings.LANGUAGES}".encode())
    for config in sorted(apps.get_app_configs(), key=lambda each: each.label):
        folder = Path(config.path) / "migrations"
        for file in [*sorted(folder.glob("*.py")), Path(config.path) / "models.py"]:
            digest.update(f"{config.label} {file.name}".encode())
            if file.is_file():
                digest.update(file.read_bytes())
        for file in sorted((Path(config.path) / "models").glob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / f"lock-{connection.vendor}", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(memory: sqlite3.Connection, file: Path) -> None:
    """Write the database to `file`, whole or not at all, and clear away old ones."""
    aside = file.with_suffix(f".{os.getpid()}")
    target = sqlite3.connect(aside)
    memory.backup(target)
    target.close()
    aside.replace(file)
    kept = sorted(FOLDER.glob("*.sqlite3"), key=lambda each: each.stat().st_mtime)
    for old in kept[:-KEPT]:
        old.unlink(missing_ok=True)


def start_from_migrated(monkeypatch) -> None:
    """Make the test database begin as the migrations leave it, where that is known."""
    kinds = {"sqlite": _start_from_file, "postgresql": _start_from_template}
    kinds[connection.vendor](monkeypatch)


def _start_from_file(monkeypatch) -> None:
    create, create_empty = DatabaseCreation.create_test_db, DatabaseCreation._create_test_db
    held: list[sqlite3.Connection] = []  # a database in memory lives while somebody is connected

    def filled(self, verbosity, autoclobber, keepdb=False):
        name = create_empty(self, verbosity, autoclobber, keepdb)
        file = FOLDER / f"{_fingerprint()}.sqlite3"
        if self.is_in_memory_db(name) and file.exists():
            memory = sqlite3.connect(name, uri=True)
            source = sqlite3.connect(file)
            source.backup(memory)
            source.close()
            file.touch()
            held.append(memory)
        return name

    def kept(self, *args, **kwargs):
        with _alone():
            name = create(self, *args, **kwargs)
            file = FOLDER / f"{_fingerprint()}.sqlite3"
            if self.is_in_memory_db(name) and not file.exists():
                self.connection.ensure_connection()
                _keep(self.connection.connection, file)
            return name

    monkeypatch.setattr(DatabaseCreation, "_create_test_db", filled)
    monkeypatch.setattr(DatabaseCreation, "create_test_db", kept)


def _start_from_template(monkeypatch) -> None:
    creation = type(connection.creation)
    create = creation.create_test_db

    def copied(self, *args, **kwargs):
        template = f"{TEMPLATES}{_fingerprint()}"
        with _alone():
            there = _templates(self)
            if template in there:
                self.connection.settings_dict["TEST"]["TEMPLATE"] = template
                return create(self, *args, **kwargs)
            name = create(self, *args, **kwargs)
            self.connection.close()  # what somebody is connected to cannot be copied
            with self._nodb_cursor() as cursor:
                for old in there:
                    cursor.execute(f"DROP DATABASE IF EXISTS {old}")
                cursor.execute(f"CREATE DATABASE {template} TEMPLATE {name}")
            return name

    monkeypatch.setattr(creation, "create_test_db", copied)


def _templates(creation) -> set[str]:
    with creation._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{TEMPLATES}%"])
        return {name for (name,) in cursor.fetchall()}
