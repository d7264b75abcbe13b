"""A desk, a manager who is signed in, and the rules as the example has them."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.triage.tickets.desk import Desk, make_desk
from triage.sla.service_model import service_model


@pytest.fixture(autouse=True)
def _own_rules():
    """Stored rules are read once for each process, and these tests store their own."""
    service_model.cache_clear()
    yield
    service_model.cache_clear()


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()


@pytest.fixture
def manager(desk) -> Client:
    """A browser in which the manager is signed in."""
    client = Client()
    client.force_login(desk.people.manager)
    return client
