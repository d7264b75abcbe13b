"""Where the time of a case has gone: with the first line, with each other team, and outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from portal.desk.clock_words import open_time
from triage.sla.calendar import Calendar
from triage.sla.events import CLOCK_EVENTS
from triage.sla.levels import CUSTOMER, TEAM, THIRD_PARTY, Holder, stretches, time_by_holder
from triage.sla.service_model import service_model
from triage.tickets.clocks import HANDED, clock_event
from triage.tickets.facts import facts_now
from triage.tickets.models import Ticket, TicketEvent

OUTSIDE = {
    CUSTOMER: gettext_lazy("Waited for the requester"),
    THIRD_PARTY: gettext_lazy("Waited for a third party"),
}


@dataclass(frozen=True, kw_only=True)
class TimeRow:
    """One team, or somebody outside, and how long they have had the case."""

    kind: str
    who: str
    note: str
    time: str


@dataclass(frozen=True, kw_only=True)
class TimeSpent:
    """The time of a case by who had it; the sentence says how it is counted."""

    sentence: str
    rows: list[TimeRow]


def time_spent(ticket: Ticket, events: Iterable[TicketEvent], *, now: datetime) -> TimeSpent | None:
    """Who has had a case for how long until now; None while one team has had it all the time.

    The time is open time by the calendar the case is measured by, so that it adds up to what its
    deadlines count.
    """
    rows = [row for row in events if row.kind in CLOCK_EVENTS]
    handed = [row for row in rows if row.kind in HANDED]
    first = handed[0].data.get("from", "") if handed else ticket.team.slug
    found = time_by_holder(stretches(map(clock_event, rows), first, now), _calendar(ticket, rows))
    if len(found) < 2:
        return None
    slugs = {holder.team for holder in found if holder.kind == TEAM}
    teams = {team.slug: team for team in Team.objects.filter(slug__in=slugs)}
    return TimeSpent(
        sentence=_("Open time until now, by who had the case. What waits outside does not count."),
        rows=[_row(holder, open_time(length), teams) for holder, length in found.items()],
    )


def _calendar(ticket: Ticket, rows: list[TicketEvent]) -> Calendar | None:
    """The calendar of the rule that is about the case; None when there is no such rule."""
    model = service_model(ticket.policy_id)
    rule = model.policy.rule_for(ticket.case_type, ticket.priority, facts_now(rows))
    return model.calendars.get(rule.calendar) if rule else None


def _row(holder: Holder, time: str, teams: dict[str, Team]) -> TimeRow:
    if holder.kind != TEAM:
        return TimeRow(kind="paused", who=str(OUTSIDE[holder.kind]), note="", time=time)
    team = teams.get(holder.team)
    who, note = (team.name, team.get_line_display()) if team else (holder.team, "")
    return TimeRow(kind="open", who=who, note=note, time=time)
