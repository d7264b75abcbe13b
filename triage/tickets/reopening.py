"""Whether an ended case can be opened again, or what comes is a new case that goes on from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.sla.service_model import service_model
from triage.tickets.models import Ticket


def reopen_days(ticket: Ticket) -> int:
    """For how many days after its end a case can be opened again, by the rules it has."""
    return service_model(ticket.policy_id).policy.reopen_days


def reopens_in_time(ticket: Ticket, *, now: datetime) -> bool:
    """Whether a case taken up again now goes on with the time it had. Open ones do."""
    ended_at = ticket.resolved_at or ticket.closed_at
    return ended_at is None or now - ended_at <= timedelta(days=reopen_days(ticket))
