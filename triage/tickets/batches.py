"""Cases read many at a time with what their clocks are computed from: two statements a batch.

Logs and stored clocks are read as plain rows with the values that are needed and no others: an
object of a model for each costs more than replaying the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from triage.tickets.clocks import LOGGED
from triage.tickets.models import Ticket, TicketClock, TicketEvent, TicketQuerySet

_DENSE = 1.5  # numbers in the range for each case
Numbered = TypeVar("Numbered", bound="Ticket | Case")


class Case(NamedTuple):
    """Of a case what its clocks, and the facts its log may lack, are computed from."""

    pk: int
    policy_id: int
    status: str
    case_type: str
    priority: str
    opened_at: datetime
    organisation_id: int | None
    product_id: int | None

    is_open = Ticket.is_open


class LogLine(NamedTuple):
    """A line of a log as clocks are replayed from it; named as in `TicketEvent`."""

    ticket_id: int
    kind: str
    at: datetime
    data: dict[str, Any]


class StoredClock(NamedTuple):
    """A clock as it is stored; named as in `TicketClock`, with `STORED` in its order."""

    ticket_id: int
    pk: int
    kind: str
    number: int
    team: str
    commitment: str
    started_at: datetime
    due_at: datetime | None
    warning_at: datetime | None
    paused_since: datetime | None
    met_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    sweep_at: datetime | None

    is_running = TicketClock.is_running


@dataclass(frozen=True)
class Batch:
    """The lines of the logs of some cases and their stored clocks, by the number of the case."""

    logs: dict[int, list[LogLine]]
    clocks: dict[int, list[StoredClock]]


def in_batches(cases: TicketQuerySet, size: int, *, after: int = 0) -> Iterator[list[Ticket]]:
    """These cases by number, so many at a time; memory stays the same however many they are."""
    while tickets := list(cases.filter(pk__gt=after).order_by("pk")[:size]):
        yield tickets
        after = tickets[-1].pk


def next_cases(cases: TicketQuerySet, size: int, *, after: int) -> list[Case]:
    """The next of these cases by number, with what is needed to replay them."""
    rows = cases.filter(pk__gt=after).order_by("pk").values_list(*Case._fields)
    return list(map(Case._make, rows[:size]))


def read_batch(tickets: Sequence[Numbered]) -> Batch:
    """The logs and clocks of these cases, which are in the order of their numbers."""
    numbers = [each.pk for each in tickets]
    lines = TicketEvent.objects.filter(kind__in=LOGGED).order_by("ticket", "at", "pk")
    clocks = TicketClock.objects.order_by("ticket", "pk")
    return Batch(_by_ticket(lines, LogLine, numbers), _by_ticket(clocks, StoredClock, numbers))


def _by_ticket(rows, kind: type, numbers: list[int]) -> dict[int, list]:
    """Rows of these cases, which are in order.

    Where the cases lie close the whole range is read and what is between them left out: a list of
    hundreds of numbers takes longer to send than those rows.
    """
    found: dict[int, list] = defaultdict(list)
    if not numbers:
        return found
    first, last = numbers[0], numbers[-1]
    if last - first < _DENSE * len(numbers):
        rows = rows.filter(ticket__gte=first, ticket__lte=last)
    else:
        rows = rows.filter(ticket__in=numbers)
    wanted = frozenset(numbers)
    for values in rows.values_list(*kind._fields):
        if values[0] in wanted:
            found[values[0]].append(kind._make(values))
    return found
