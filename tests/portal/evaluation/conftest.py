"""A desk, and a judged classifier's file without a classifier in it."""

from __future__ import annotations

import pytest

from tests.portal.evaluation.judgements import store
from tests.triage.tickets.conftest import desk  # noqa: F401


@pytest.fixture
def judged_classifier(_plain_settings):
    """A file that says how a classifier was judged."""
    return store()
