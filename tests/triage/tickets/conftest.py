"""A desk with people."""

import pytest
from django.utils import translation

from tests.triage.tickets.desk import Desk, make_desk
from triage.sla.service_model import service_model


@pytest.fixture(autouse=True)
def _english():
    """Sentences are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _own_policies():
    """Stored policies are read once for each process, and some tests store their own."""
    service_model.cache_clear()
    yield
    service_model.cache_clear()


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()
