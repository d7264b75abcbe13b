"""Cases read many at a time with what their clocks are computed from: two statements a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.tickets.clocks import LOGGED
from triage.tickets.models import Ticket, TicketClock, TicketEvent, TicketQuerySet


@dataclass(frozen=True)
class Batch:
    """Cases in the order of their numbers, the lines of their logs, their stored clocks."""

    tickets: list[Ticket]
    logs: dict[int, list[TicketEvent]]
    clocks: dict[int, list[TicketClock]]


def in_batches(cases: TicketQuerySet, size: int, *, after: int = 0) -> Iterator[list[Ticket]]:
    """These cases by number, so many at a time; memory stays the same however many they are."""
    while tickets := list(cases.filter(pk__gt=after).order_by("pk")[:size]):
        yield tickets
        after = tickets[-1].pk


def read_batch(tickets: Sequence[Ticket]) -> Batch:
    """The logs and clocks of these cases."""
    return Batch(
        list(tickets),
        _by_ticket(TicketEvent.objects.filter(kind__in=LOGGED), tickets, "at", "pk"),
        _by_ticket(TicketClock.objects.all(), tickets, "pk"),
    )


def _by_ticket(rows, tickets: Sequence[Ticket], *order: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows.filter(ticket__in=[each.pk for each in tickets]).order_by("ticket", *order):
        found[row.ticket_id].append(row)
    return found
