"""What is wrong in an installation is told with what to do about it."""

import os
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.utils import OperationalError

from portal import checks, health


def test_installation_of_the_tests_is_in_order():
    call_command("check", stdout=StringIO(), fail_level="WARNING")


def test_folder_that_cannot_be_written_is_an_error(settings, monkeypatch, tmp_path):
    settings.DATA_DIR = tmp_path
    assert checks.data_dir_is_writable(None) == []
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    [error] = checks.data_dir_is_writable(None)
    assert error.id == "veiviser.E001"
    assert "DATA_DIR" in error.hint


def test_missing_front_end_is_an_error_that_names_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(checks, "VENDOR", tmp_path / "index.css")
    [error] = checks.front_end_is_installed(None)
    assert error.id == "veiviser.E002"
    assert "./run --prepare" in error.hint


def test_address_without_encryption_is_a_warning_before_going_live(settings):
    settings.SECURE_TRANSPORT = False
    [warning] = checks.public_address_is_encrypted(None)
    assert (warning.id, "https" in warning.hint) == ("veiviser.W001", True)
    settings.SECURE_TRANSPORT = True
    assert checks.public_address_is_encrypted(None) == []


@pytest.mark.django_db
def test_healthy_site_says_so_and_is_never_cached(client):
    response = client.get("/health/")
    assert (response.status_code, response.json()["healthy"]) == (200, True)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_site_with_migrations_to_run_is_not_healthy(client, monkeypatch):
    monkeypatch.setattr(health, "_database", lambda: "not migrated")
    response = client.get("/health/")
    assert (response.status_code, response.json()["database"]) == (503, "not migrated")


@pytest.mark.django_db
def test_database_that_is_away_is_told_apart_from_one_to_migrate(monkeypatch):
    def away(_connection):
        raise OperationalError

    monkeypatch.setattr(health, "MigrationExecutor", away)
    assert health._database() == "away"


@pytest.mark.django_db
def test_pending_migration_is_noticed(monkeypatch):
    assert health._database() == "ok"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'dispatch'")
    assert health._database() == "not migrated"
