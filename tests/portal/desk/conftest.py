"""A desk with people."""

from collections.abc import Iterator

import pytest

from tests.triage.tickets.desk import Desk, make_desk
from triage.sla.service_model import service_model


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()


@pytest.fixture
def rules_read_anew() -> Iterator[None]:
    """Rules that a test stored under the same number, and took back, are not remembered."""
    service_model.cache_clear()
    yield
    service_model.cache_clear()
