"""A desk with people."""

import pytest

from tests.triage.tickets.desk import Desk, make_desk


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()
