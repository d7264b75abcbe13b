"""From the log of a ticket to stored due times, and the sweep that notices breaches."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from triage.sla.clock import CLOCK_EVENTS, Clock, Event, next_due, ticket_clocks
from triage.sla.service_model import service_model
from triage.tickets.models import NEVER, Ticket, TicketClock, TicketEvent

_INSTANTS = ("start", "responded_at")
STORED = (
    "commitment",
    "started_at",
    "due_at",
    "warning_at",
    "paused_since",
    "met_at",
    "stopped_at",
    "breached_at",
)


def clock_event(row: TicketEvent) -> Event:
    """The log's row as the clocks read it."""
    known = ("automatic", "case_type", "priority", "reason", "silent")
    data = {key: row.data[key] for key in known if key in row.data}
    for key in _INSTANTS:
        if row.data.get(key):
            data[key] = datetime.fromisoformat(row.data[key])
    return Event(kind=row.kind, at=row.at, **data)


def replay(ticket: Ticket, rows: Iterable[TicketEvent], *, now: datetime) -> tuple[Clock, ...]:
    """The clocks of a ticket, computed from its log under the policy it started with."""
    model = service_model(ticket.policy_id)
    events = [clock_event(row) for row in rows if row.kind in CLOCK_EVENTS]
    return ticket_clocks(events, model.policy, model.calendars, now=now)


def store_clocks(ticket: Ticket, *, now: datetime) -> None:
    """Replay the log and write clocks and the ticket's due time; the caller saves the ticket."""
    rows = list(ticket.events.filter(kind__in=CLOCK_EVENTS).order_by("at", "pk"))
    clocks = replay(ticket, rows, now=now)
    stored = {(row.kind, row.number): row for row in ticket.clocks.all()}
    for clock in clocks:
        _store(ticket, clock, stored.pop((clock.kind, clock.number), None))
    TicketClock.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    _summarise(ticket, clocks)


def _store(ticket: Ticket, clock: Clock, row: TicketClock | None) -> None:
    values = {
        "commitment": clock.commitment,
        "started_at": clock.start,
        "due_at": clock.due_at,
        "warning_at": clock.warning_at,
        "paused_since": clock.paused_since,
        "met_at": clock.met_at,
        "stopped_at": clock.stopped_at,
        "breached_at": clock.breached_at,
    }
    if clock.breached_at and (row is None or row.breached_at is None):
        _log_breach(ticket, clock)
    if row is None:
        TicketClock.objects.create(ticket=ticket, kind=clock.kind, number=clock.number, **values)
        return
    if any(getattr(row, name) != values[name] for name in STORED):
        for name in STORED:
            setattr(row, name, values[name])
        row.save(update_fields=STORED)


def _summarise(ticket: Ticket, clocks: tuple[Clock, ...]) -> None:
    """What the queue reads, on the ticket itself."""
    nearest = next_due(clocks) if ticket.is_open else None
    ticket.next_due_at = nearest.due_at if nearest else None
    ticket.next_due_kind = nearest.kind if nearest else ""
    ticket.queue_at = ticket.next_due_at or NEVER
    breaches = [clock.breached_at for clock in clocks if clock.breached_at]
    ticket.breached_at = min(breaches, default=None)


def sweep(now: datetime, *, limit: int = 500) -> int:
    """Record targets that ran out: one range query, each breach once. Returns how many.

    The breach is recorded as of when the target was due, not when it was noticed.
    """
    due = TicketClock.objects.filter(
        due_at__lt=now, met_at=None, stopped_at=None, breached_at=None
    ).order_by("due_at")
    found = list(due.values_list("pk", "ticket_id")[:limit])
    return sum(_record_breach(clock_id, ticket_id) for clock_id, ticket_id in found)


def _record_breach(clock_id: int, ticket_id: int) -> bool:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
        clock = TicketClock.objects.filter(
            pk=clock_id, met_at=None, stopped_at=None, breached_at=None, due_at__isnull=False
        ).first()
        if clock is None:
            return False
        clock.breached_at = clock.due_at
        clock.save(update_fields=["breached_at"])
        if ticket.breached_at is None or clock.due_at < ticket.breached_at:
            ticket.breached_at = clock.due_at
            ticket.save(update_fields=["breached_at"])
        _log_breach(ticket, clock)
    return True


def _log_breach(ticket: Ticket, clock: Clock | TicketClock) -> None:
    TicketEvent.objects.create(
        ticket=ticket,
        kind="breached",
        at=clock.due_at,
        data={"clock": clock.kind, "number": clock.number, "commitment": clock.commitment},
    )
