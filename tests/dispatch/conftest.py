"""A topic of the tests' own, and the worker's memory empty."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from dispatch import jobs, outbox

Handler = Callable[[list], None]


@pytest.fixture
def now():
    """One moment, as services get it."""
    return timezone.now()


@pytest.fixture
def delivered(monkeypatch) -> list[list[int]]:
    """The batches the topic "probe" received, each as the numbers in its rows."""
    batches: list[list[int]] = []
    handle = lambda rows: batches.append([row.payload["n"] for row in rows])  # noqa: E731
    monkeypatch.setitem(outbox._handlers, "probe", handle)
    return batches


@pytest.fixture
def no_jobs(monkeypatch) -> dict:
    """No recurring jobs but those a test registers."""
    monkeypatch.setattr(jobs, "_recurring", {})
    return jobs._recurring
