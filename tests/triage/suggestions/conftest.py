"""A desk beside which things are suggested."""

from tests.triage.classifier.conftest import artifact, stored  # noqa: F401  fixtures
from tests.triage.tickets.conftest import desk  # noqa: F401  fixtures
