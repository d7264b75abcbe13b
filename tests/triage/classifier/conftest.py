"""A stored classifier, and a desk to classify for."""

from datetime import datetime

import pytest
from django.utils import timezone

from tests.triage.classifier.trained import make_artifact, write_small_sample
from tests.triage.tickets.conftest import desk  # noqa: F401  fixtures
from triage.classifier.artifacts import current
from triage.classifier.artifacts.artifact import Artifact, save


@pytest.fixture(scope="session")
def artifact() -> Artifact:
    """The small classifier, not stored."""
    return make_artifact()


@pytest.fixture(scope="session")
def small_sample(tmp_path_factory):
    """A folder with a small part of the sample; tests that change it copy it."""
    return write_small_sample(tmp_path_factory.mktemp("sample") / "tickets")


@pytest.fixture
def now() -> datetime:
    """The time it is."""
    return timezone.now()


@pytest.fixture
def stored(artifact, _plain_settings) -> Artifact:
    """The small classifier where the site looks for it."""
    save(artifact, current.path())
    return artifact
