"""Who had a case when: each team that works on it, and those outside it waits for. Pure.

The stretches follow each other without gaps from the opening on; while a case is solved or closed
nobody has it. What they count of a calendar's open hours adds up to the open hours of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from triage.sla.calendar import Calendar
from triage.sla.due import business_time
from triage.sla.events import Event

TEAM, CUSTOMER, THIRD_PARTY = "team", "waiting_customer", "waiting_third_party"
_ENDS = ("resolved", "closed")


@dataclass(frozen=True)
class Holder:
    """Who has a case: a team by its slug, or somebody outside whom the case waits for."""

    kind: str
    team: str = ""


@dataclass(frozen=True)
class Stretch:
    """A time during which one holder had the case; half open, in UTC."""

    holder: Holder
    start: datetime
    end: datetime

    def counted(self, calendar: Calendar | None) -> timedelta:
        """Its open time by a calendar; all of it without one."""
        if calendar is None:
            return self.end - self.start
        return business_time(calendar, self.start, self.end)


def stretches(events: Iterable[Event], first_team: str, until: datetime) -> list[Stretch]:
    """Who had the case from its opening until a moment; `first_team` is who had it first.

    Waiting is nobody's work: while the case waits outside, the one it waits for has it. Events are
    read by time, those of one instant in the order given; what comes after `until` is left out.
    """
    case = _Case(first_team)
    for event in sorted(events, key=lambda event: event.at):
        if event.at < until:
            case.apply(event)
    case.pass_time(until)
    return case.found


def time_by_holder(found: Iterable[Stretch], calendar: Calendar | None) -> dict[Holder, timedelta]:
    """The open time of each holder, in the order in which they first had the case."""
    sums: dict[Holder, timedelta] = {}
    for stretch in found:
        sums[stretch.holder] = sums.get(stretch.holder, timedelta()) + stretch.counted(calendar)
    return sums


class _Case:
    """Who has the case between two events."""

    def __init__(self, team: str) -> None:
        self.found: list[Stretch] = []
        self._team, self._waits, self._ended = team, "", False
        self._since: datetime | None = None

    def apply(self, event: Event) -> None:
        """Pass the time until an event, then let it change who has the case."""
        self.pass_time(event.at)
        if event.kind in ("handed_over", "handed_back"):
            self._team = event.team or self._team
        elif event.kind == "reopened":
            self._ended = False
        elif self._ended:
            return
        elif event.kind in _ENDS:
            self._ended, self._waits = True, ""
        elif event.kind in (CUSTOMER, THIRD_PARTY):
            self._waits = event.kind
        elif event.kind == "resumed" or self._is_reply(event):
            self._waits = ""

    def _is_reply(self, event: Event) -> bool:
        return event.kind == "customer_reply" and self._waits == CUSTOMER and not event.automatic

    def pass_time(self, at: datetime) -> None:
        """Give the time since the last event to whoever has the case."""
        if self._since is not None and at > self._since and not self._ended:
            holder = Holder(self._waits) if self._waits else Holder(TEAM, self._team)
            self._add(Stretch(holder, self._since, at))
        self._since = at

    def _add(self, stretch: Stretch) -> None:
        if self.found and self.found[-1].holder == stretch.holder:
            last = self.found[-1]
            if last.end == stretch.start:
                self.found[-1] = Stretch(last.holder, last.start, stretch.end)
                return
        self.found.append(stretch)
