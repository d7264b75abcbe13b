"""A desk beside which things are suggested."""

from tests.triage.tickets.conftest import desk  # noqa: F401  fixtures
