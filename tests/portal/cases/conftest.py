"""A desk with people, own attachments, and somebody who takes in what is left in the outbox."""

from __future__ import annotations

import pytest
from django.core.files.storage import storages

from dispatch import outbox
from tests.triage.tickets.desk import Desk, make_desk
from triage.tickets.models import Attachment


@pytest.fixture(autouse=True)
def _topics(monkeypatch):
    """The topics tickets put rows under, where no app handles them yet."""
    for topic in ("search", "classify"):
        if topic not in outbox._handlers:
            monkeypatch.setitem(outbox._handlers, topic, lambda rows: None)


@pytest.fixture(autouse=True)
def _own_attachments(monkeypatch, _plain_settings):
    """The field took its storage when the models were loaded: give it the test's folder."""
    field = Attachment._meta.get_field("file")
    monkeypatch.setattr(field, "storage", storages["attachments"])


@pytest.fixture(autouse=True)
def _fresh_limits():
    """No test pays for what another has sent."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def desk(db) -> Desk:
    """One person in each role."""
    return make_desk()
