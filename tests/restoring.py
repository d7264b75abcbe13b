"""Tests that commit leave the database as the migrations made it.

Django empties every table after such a test. What migrations wrote (content types, permissions,
groups, the root page) is put back at once, with the same ids, so that no test depends on which
others ran before it in the same process.
"""

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase


def _remember(case: type[TransactionTestCase]) -> None:
    """Before the first test that commits, take down what the migrations wrote."""
    for alias in case._databases_names(include_mirrors=False):
        connection = connections[alias]
        if not hasattr(connection, "_test_serialized_contents"):
            connection._test_serialized_contents = connection.creation.serialize_db_to_string()


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
        connection = connections[alias]
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


def restore_after_commits(monkeypatch) -> None:
    """Make every test that commits restore the database, whatever its marker asks for."""
    monkeypatch.setattr(TransactionTestCase, "_fixture_setup", classmethod(_remember))
    monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", _restore)
