"""A desk beside which things are suggested."""

from tests.triage.tickets.conftest import _own_attachments, desk  # noqa: F401  fixtures
