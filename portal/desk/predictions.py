"""What the classifier thinks of a ticket, where there is a classifier that has looked at it."""

from __future__ import annotations

from collections.abc import Iterable

from triage.tickets.models import Ticket


def unsure_ids(ticket_ids: Iterable[int]) -> set[int]:
    """Which of the tickets the classifier could not place under a product."""
    return set()


def chips(ticket: Ticket) -> list:
    """What is suggested for the ticket."""
    return []
