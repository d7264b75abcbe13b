"""A site with people in every role, and an index that follows the outbox."""

import pytest
from django.utils import timezone

from dispatch import outbox
from search.indexing import TOPIC
from tests.search.server import search_server  # noqa: F401  shared by the tests of search
from tests.triage.tickets.desk import Desk, make_desk


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()


@pytest.fixture
def drain():
    """What the worker does with rows for the index."""

    def drain() -> int:
        return outbox.drain(timezone.now(), topics=[TOPIC])

    return drain
