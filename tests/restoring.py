"""Tests that commit leave the database as the migrations made it.

Django empties every table after such a test. What migrations wrote (content types, permissions,
groups, the root page) is put back at once, with the same ids, so that no test depends on which
others ran before it in the same process.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase

# By database, not by connection: with a loop running in the thread, as a browser's does, Django
# gives another connection to the same database.
_migrated: dict[str, str] = {}


def _remember(case: type[TransactionTestCase]) -> None:
    """Before the first test that commits, take down what the migrations wrote."""
    for alias in case._databases_names(include_mirrors=False):
        if alias not in _migrated:
            _migrated[alias] = connections[alias].creation.serialize_db_to_string()


def _restore(case: TransactionTestCase) -> None:
    """Empty every table, then put back what was taken down.

    Wagtail's tasks ask for their kind of content while they are put back, before the kinds are:
    they are remembered first, so that none is made anew with another id.
    """
    ContentType.objects.get_for_models(*apps.get_models())
    for alias in case._databases_names(include_mirrors=False):
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            database=alias,
            reset_sequences=False,
            allow_cascade=True,
            inhibit_post_migrate=True,
        )
        connections[alias].creation.deserialize_db_from_string(_migrated[alias])


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
