"""A desk with people."""

from tests.triage.tickets.conftest import desk  # noqa: F401
