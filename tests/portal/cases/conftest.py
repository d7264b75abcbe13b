"""A desk with people, and limits that begin anew."""

from __future__ import annotations

import pytest

from tests.triage.tickets.desk import Desk, make_desk


@pytest.fixture(autouse=True)
def _fresh_limits():
    """No test pays for what another has sent."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()
