"""A place for the index rows to go, also where search itself is not loaded."""

import pytest

from dispatch import outbox


@pytest.fixture(autouse=True)
def _search_topic(monkeypatch):
    """A handler of the topic "search" that takes what comes."""
    monkeypatch.setitem(outbox._handlers, "search", lambda rows: None)
