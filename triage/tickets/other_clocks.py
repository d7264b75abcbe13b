"""Clocks of cases that are not in the service model, known to whoever tells of deadlines.

Another package that keeps such a clock registers it here: the mail about deadlines asks which of
them still run, and when they end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from triage.tickets.models import Ticket


@dataclass(frozen=True)
class OtherClock:
    """`running` gives those of some cases, by id, for which it runs; `due_at` when it ends."""

    running: Callable[[Collection[int]], set[int]]
    due_at: Callable[[Ticket], datetime]


_known: dict[str, OtherClock] = {}


def register(kind: str, clock: OtherClock) -> None:
    """Make a clock known by its kind."""
    _known[kind] = clock


def running(tickets: Collection[int]) -> set[tuple[int, str, int]]:
    """The clocks that run for some cases: ticket, kind and number, which is always 1."""
    return {(pk, kind, 1) for kind, clock in _known.items() for pk in clock.running(tickets)}


def due_at(kind: str, ticket: Ticket) -> datetime | None:
    """When a clock of a case ends; None for kinds that are not known."""
    return _known[kind].due_at(ticket) if kind in _known else None
