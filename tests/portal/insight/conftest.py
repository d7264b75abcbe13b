"""A desk with people, and somebody who takes in what is left in the outbox."""

from tests.triage.tickets.conftest import _own_attachments, _topics, desk  # noqa: F401
