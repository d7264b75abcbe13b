"""A desk with people."""

import pytest
from django.utils import translation

from tests.triage.tickets.desk import Desk, make_desk


@pytest.fixture(autouse=True)
def _english():
    """Sentences are compared in the language they are written in."""
    with translation.override("en"):
        yield


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()
