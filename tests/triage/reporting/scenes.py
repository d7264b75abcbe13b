"""Small scenes for tests about reports: scopes, and clocks put exactly where they are wanted."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.triage.tickets.desk import Desk, opened
from triage.reporting.scope import Scope
from triage.sla.months import Month, Period
from triage.tickets.models import Ticket, TicketClock

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)


def oslo(text: str) -> datetime:
    """An instant from the wall clock in Oslo: 2026-10-31 23:59."""
    return datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(UTC)


def scope_of(user, first: str = "2026-09", last: str = "2026-11", **more) -> Scope:
    """The scope of months in Oslo, as of a Tuesday in November."""
    ends = [Month(*map(int, text.split("-"))) for text in (first, last)]
    return Scope(user=user, period=Period(*ends, OSLO), now=more.pop("now", NOW), **more)


def promise(
    desk: Desk,
    due: str | None,
    *,
    met: str = "",
    stopped: str = "",
    kind: str = "first_response",
    commitment: str = "declaration",
    ticket: Ticket | None = None,
    **fields,
) -> Ticket:
    """A case with one promise due at a wall clock time in Oslo, met or stopped at another."""
    if ticket is None:
        ticket = opened(desk, at=LONG_AGO, **fields)
        ticket.clocks.all().delete()
    TicketClock.objects.create(
        ticket=ticket,
        kind=kind,
        number=ticket.clocks.filter(kind=kind).count() + 1,
        commitment=commitment,
        started_at=LONG_AGO,
        due_at=oslo(due) if due else None,
        met_at=oslo(met) if met else None,
        stopped_at=oslo(stopped) if stopped else None,
    )
    return ticket
