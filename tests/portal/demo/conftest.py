"""A small sample: everything but articles and questions, and three weeks of cases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import transaction

from portal.demo import loading
from portal.demo.cast import read_cast
from portal.demo.families import read_families
from portal.demo.timetable import Source
from triage.sla.policy import DEFAULT_CALENDARS
from triage.tickets.models import Attachment

SAMPLE = Path(settings.BASE_DIR) / "sample"
AS_OF = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday, 10.30 in Oslo
BACK = timedelta(days=21)


def quiet(text: str) -> None:
    """Say nothing."""


def without_articles(patch: pytest.MonkeyPatch) -> None:
    """Leave out articles and questions, and what names them: search words, searches."""
    patch.setattr(loading, "load_articles", lambda folder, as_of: 0)
    patch.setattr(loading, "load_questions", lambda path, **values: 0)
    patch.setattr(loading, "load_search_words", lambda path: 0)
    patch.setattr(loading, "load_searches", lambda path, **values: 0)


@pytest.fixture(scope="session")
def source() -> Source:
    """The sample's families and people, with the example's service hours."""
    return Source(
        families=read_families(SAMPLE / "tickets" / "train", SAMPLE / "solutions.yaml"),
        cast=read_cast(SAMPLE),
        hours=DEFAULT_CALENDARS["service_hours"],
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Iterator[None]:
    """Few weeks, no articles or questions, attachments in a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "HISTORY", BACK)
        without_articles(patch)
        folder = tmp_path_factory.mktemp("attachments")
        patch.setattr(
            Attachment._meta.get_field("file"), "storage", FileSystemStorage(location=folder)
        )
        yield


@pytest.fixture(scope="module")
def sample_once(small, django_db_setup, django_db_blocker) -> Iterator[None]:
    """The small sample as it is at AS_OF, loaded once for all tests of a module."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            loading.load_sample(as_of=AS_OF, say=quiet)
            yield
        finally:
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


@pytest.fixture
def sample(sample_once, db) -> None:
    """The small sample, for one test: what the test changes is taken back."""
