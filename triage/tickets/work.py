"""How every change of a ticket is made: one place, one order, one transaction.

Lock the row, check the person, check the state, change, log, replay the clocks, save, and leave
outbox rows for the index and the CRM.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Team, User
from dispatch import outbox
from search.indexing import changed as search_changed
from triage.tickets.clocks import store_clocks
from triage.tickets.exceptions import ActionNotPossible, ChangedSince
from triage.tickets.models import Involvement, Ticket, TicketEvent
from triage.tickets.policies import check_can
from triage.tickets.states import (
    CLOSE_REASONS,
    ENDED_STATUSES,
    EVENTS,
    Action,
    InvalidTransition,
    Status,
    check_transition,
)


@dataclass
class Work:
    """A locked ticket in the middle of a change, and what goes into its log line."""

    ticket: Ticket
    data: dict
    event: TicketEvent | None = None


@contextmanager
def changing(
    ticket: Ticket,
    action: Action,
    *,
    by: User | None,
    now: datetime,
    seen_version: int | None = None,
    automatic: bool = False,
    **data,
) -> Iterator[Work]:
    """Make one change: yields the locked ticket; on leaving, logs, recomputes and saves.

    `seen_version` is the ticket's version the person had on the screen. Raises PermissionDenied,
    ActionNotPossible or ChangedSince; then nothing is changed.
    """
    with transaction.atomic():
        locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if not automatic:
            check_can(by, locked, action)
        if seen_version is not None and seen_version != locked.version:
            raise ChangedSince
        try:
            after = check_transition(locked.status, action)
        except InvalidTransition as error:
            raise ActionNotPossible from error
        work = Work(locked, {key: value for key, value in data.items() if value not in ("", None)})
        if automatic:
            work.data["automatic"] = True
        yield work
        _move(locked, action, after, now)
        work.event = log(locked, EVENTS[action], by=by, now=now, **work.data)
        finish(locked, now=now)
    for name in [field.attname for field in Ticket._meta.concrete_fields]:
        setattr(ticket, name, getattr(locked, name))


def _move(ticket: Ticket, action: Action, after: Status, now: datetime) -> None:
    """Set the status and the fields that belong to it."""
    if after not in ENDED_STATUSES and ticket.status in ENDED_STATUSES:
        ticket.resolved_at = ticket.closed_at = None
        ticket.solution_code = ticket.close_reason = ""
        ticket.duplicate_of = None
    if after != ticket.status and after == Status.RESOLVED:
        ticket.resolved_at = now
    if after != ticket.status and after == Status.CLOSED:
        ticket.closed_at, ticket.close_reason = now, CLOSE_REASONS[action]
    ticket.status = after


def log(ticket: Ticket, kind: str, *, by: User | None, now: datetime, **data) -> TicketEvent:
    """Add one line to the log."""
    return TicketEvent.objects.create(ticket=ticket, kind=kind, at=now, actor=by, data=data)


def finish(ticket: Ticket, *, now: datetime) -> None:
    """Recompute the clocks, save, and leave rows for what follows the commit."""
    store_clocks(ticket, now=now)
    ticket.changed_at = now
    ticket.version += 1
    ticket.save()
    search_changed(f"ticket:{ticket.pk}")
    outbox.put("crm", {"ticket": ticket.pk}, key=str(ticket.pk))


def move_to_team(ticket: Ticket, team: Team, now: datetime) -> None:
    """Give a locked ticket to a team, free to take there; the caller saves it."""
    Involvement.objects.filter(ticket=ticket, kind="owner", ended_at=None).update(ended_at=now)
    Involvement.objects.filter(ticket=ticket, team=team, kind="consulted", ended_at=None).update(
        ended_at=now
    )
    Involvement.objects.create(ticket=ticket, team=team, kind="owner", started_at=now)
    ticket.team, ticket.assignee = team, None
