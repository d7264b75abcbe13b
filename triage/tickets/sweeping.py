"""The recurring sweep: what has come due since the last one is dealt with, and people are told.

It asks one question of an index, "which clocks are due for a look before now?", however many cases
are open. Each clock is dealt with in one transaction: log, actions, what people are to be told, and
when to come next. Killed in between, the clock is found again and nothing was done; two at once
wait for each other's lock and the second finds nothing left.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.db.utils import InterfaceError, OperationalError

from dispatch.jobs import recurring
from triage.tickets.deadline_mail import tell
from triage.tickets.escalating import escalate
from triage.tickets.models import Ticket, TicketClock

log = structlog.get_logger(__name__)

BATCH = 500

Found = tuple[datetime, int, int]  # when to come, clock, ticket


def sweep(now: datetime, *, batch: int = BATCH) -> int:
    """Deal with every clock that is due for a look before `now`; returns how many it was.

    Shares and breaches are recorded as of when they were, not when they were noticed. A ticket that
    cannot be dealt with is logged and does not hold up the others.
    """
    attended, after = 0, None
    while found := due_for_a_look(now, after=after, limit=batch):
        attended += sum(_attend(clock, ticket, now) for _at, clock, ticket in found)
        if len(found) < batch:
            break
        after = found[-1]
    return attended


def due_for_a_look(now: datetime, *, after: Found | None = None, limit: int) -> list[Found]:
    """The clocks to come to before `now`, the longest overdue first: one range of an index."""
    clocks = TicketClock.objects.filter(sweep_at__lt=now)
    if after is not None:
        at, clock, _ticket = after
        clocks = clocks.filter(Q(sweep_at__gt=at) | Q(sweep_at=at, pk__gt=clock), sweep_at__gte=at)
    return list(clocks.order_by("sweep_at", "pk").values_list("sweep_at", "pk", "ticket")[:limit])


def _attend(clock_id: int, ticket_id: int, now: datetime) -> bool:
    try:
        return _deal_with(clock_id, ticket_id, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away or busy: the next sweep finds everything again
    except Exception:  # one broken case or policy must not stop the deadlines of all others
        log.exception("clock could not be swept", ticket=ticket_id, clock=clock_id)
        return False


@transaction.atomic
def _deal_with(clock_id: int, ticket_id: int, now: datetime) -> bool:
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    clock = TicketClock.objects.filter(pk=clock_id, sweep_at__lt=now).first()
    if clock is None:
        return False
    escalate(ticket, clock, now=now)
    return True


@recurring("sweep for breaches", every=timedelta(seconds=20))
def sweep_for_breaches(now: datetime) -> None:
    """Deal with what came due since the last sweep, then tell people of it, gathered."""
    sweep(now)
    tell(now)
