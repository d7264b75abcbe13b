"""A site with people in every role, and an index that follows the outbox."""

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from dispatch import outbox
from search.indexing import TOPIC
from tests.triage.tickets.desk import Desk, make_desk
from triage.tickets.models import Attachment


@pytest.fixture(autouse=True)
def _own_attachments(monkeypatch, _plain_settings):
    """The field took its storage when the models were loaded: give it the test's folder."""
    field = Attachment._meta.get_field("file")
    monkeypatch.setattr(field, "storage", storages["attachments"])


@pytest.fixture(autouse=True)
def _topics(monkeypatch):
    """The topics cases put rows under, where no app handles them yet."""
    for topic in ("classify", "crm"):
        if topic not in outbox._handlers and topic not in outbox._held:
            monkeypatch.setitem(outbox._handlers, topic, lambda rows: None)


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
