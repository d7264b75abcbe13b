"""A desk with people, and somebody who takes in what is left in the outbox."""

from tests.triage.tickets.conftest import desk  # noqa: F401
