"""The proof that stored due times are what the log says: everything replayed and compared.

Cases are read in batches with their logs and clocks, so memory stays the same however many there
are. Nothing is written unless a repair is asked for, and each repair is a line in the case's log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from dispatch.outbox import history
from triage.tickets.batches import in_batches, read_batch
from triage.tickets.clocks import (
    STORED,
    SUMMARY,
    Key,
    computed,
    log_rows,
    store_clocks,
)
from triage.tickets.models import Ticket, TicketClock, TicketEvent
from triage.tickets.work import log

BATCH = 500
CASE = "case"  # stands for the ticket itself among the names of its clocks
EXISTS = "exists"
IN_LOG = "breach_in_log"  # a target ended too late, and the log does not hold that it ran out
REPLAY = "replay"  # the log cannot be replayed; the reason stands where the value would


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One stored value that the log does not give. `where` is a clock, such as "update 2", or CASE.

    Of a clock too many or too few the field is EXISTS, with True and False.
    """

    ticket: int
    where: str
    field: str
    stored: Any
    replayed: Any


@dataclass
class Proof:
    """How many cases and clocks were compared, and what differed."""

    tickets: int = 0
    clocks: int = 0
    differences: int = 0


def differences(proof: Proof, *, now: datetime, batch: int = BATCH) -> Iterator[Difference]:
    """Compare every case; what differs is given as it is found, and counted in `proof`."""
    for tickets in in_batches(Ticket.objects.all(), batch):
        yield from differences_of(tickets, proof, now=now)


def differences_of(tickets: list[Ticket], proof: Proof, *, now: datetime) -> Iterator[Difference]:
    """Compare one batch, cases that follow each other, read with two statements."""
    read = read_batch(tickets)
    for ticket in tickets:
        rows = read.clocks[ticket.pk]
        proof.tickets += 1
        proof.clocks += len(rows)
        if compared(ticket, read.logs[ticket.pk], rows, now=now):
            for difference in _compared_again(ticket.pk, now):
                proof.differences += 1
                yield difference


@transaction.atomic
def _compared_again(ticket_id: int, now: datetime) -> list[Difference]:
    """Once more with the case locked: somebody may have worked on it while the batch was read."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    return compared(ticket, log_rows(ticket), ticket.clocks.all(), now=now)


def compared(
    ticket: Ticket, rows: Iterable[TicketEvent], clocks: Iterable[TicketClock], *, now: datetime
) -> list[Difference]:
    """What differs of one case between what is stored and what its log gives."""
    try:
        found = computed(ticket, rows, now=now)
    except (ValueError, LookupError) as error:
        return [_difference(ticket, CASE, REPLAY, None, str(error))]
    stored = {(clock.kind, clock.number): clock for clock in clocks}
    different = []
    for key in sorted({*found.values, *stored}):
        different += _of_clock(ticket, key, stored.get(key), found.values.get(key))
    for kind, number in found.unlogged():
        different.append(_difference(ticket, f"{kind} {number}", IN_LOG, False, True))
    for field in SUMMARY:
        before, after = getattr(ticket, field), found.summary[field]
        if before != after:
            different.append(_difference(ticket, CASE, field, before, after))
    return different


def _of_clock(
    ticket: Ticket, key: Key, row: TicketClock | None, values: dict | None
) -> list[Difference]:
    where = f"{key[0]} {key[1]}"
    if row is None or values is None:
        return [_difference(ticket, where, EXISTS, row is not None, values is not None)]
    return [
        _difference(ticket, where, field, getattr(row, field), values[field])
        for field in STORED
        if getattr(row, field) != values[field]
    ]


def _difference(ticket: Ticket, where: str, field: str, stored, replayed) -> Difference:
    return Difference(ticket=ticket.pk, where=where, field=field, stored=stored, replayed=replayed)


@transaction.atomic
def repair(ticket_id: int, *, now: datetime) -> list[Difference]:
    """Write what the log says of one case, with a line in its log; gives what was written.

    The case is locked and compared again: what has been put right meanwhile is left alone, as is a
    case whose log cannot be replayed. Nobody is told of deadlines of the past.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    found = compared(ticket, log_rows(ticket), ticket.clocks.all(), now=now)
    if not found or found[0].field == REPLAY:
        return []
    with history():
        store_clocks(ticket, now=now)
    ticket.save(update_fields=SUMMARY)
    changes = [
        {
            "where": each.where,
            "field": each.field,
            "before": _as_text(each.stored),
            "after": _as_text(each.replayed),
        }
        for each in found
    ]
    log(ticket, "clocks_corrected", by=None, now=now, changes=changes)
    return found


def _as_text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, datetime) else value
