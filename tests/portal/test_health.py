"""Whether the site says truly that it can serve."""

import pytest
from django.db import OperationalError

from portal import health


def test_a_migrated_database_is_healthy(db, client):
    response = client.get("/health/")
    assert response.status_code == 200
    assert response.json() == {"healthy": True, "database": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("error", [OperationalError("gone")])
def test_a_database_that_is_away_is_told(client, monkeypatch, error):
    def fails(connection):
        raise error

    monkeypatch.setattr(health, "MigrationExecutor", fails)
    monkeypatch.setattr("portal.language.choose", lambda request: "nb")
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json() == {"healthy": False, "database": "away"}


def test_a_database_that_lacks_migrations_is_told(db, client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    response = client.get("/health/")
    assert response.status_code == 503
    assert response.json()["database"] == "not migrated"
