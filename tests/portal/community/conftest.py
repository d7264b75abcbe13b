"""A community with people, and a place for the index rows to go."""

import pytest

from dispatch import outbox
from tests.cms.community.posts import People, make_people


@pytest.fixture(autouse=True)
def _search_topic(monkeypatch):
    """A handler of the topic "search" that takes what comes."""
    monkeypatch.setitem(outbox._handlers, "search", lambda rows: None)


@pytest.fixture
def people(db) -> People:
    """One person in each role."""
    return make_people()
