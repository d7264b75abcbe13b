"""Why something is due when it is due: the stretches of time between start and due time.

Pure. The parts follow each other without gaps; the open time they count adds up to the target.
Kinds and names are codes and data: the edge of the system puts them into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from triage.sla.calendar import Calendar
from triage.sla.clock import Clock
from triage.sla.due import Pause, Pauses, due_time, labelled_pauses
from triage.sla.opening import from_micros, to_micros

_ZERO = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of one kind. Instants in the calendar's zone.

    `counted` is the open time it uses of the target (nothing unless `kind` is open). `name` is the
    holiday, closed day, special day or season; for a pause its kind, with `reason` beside it.
    `clock_change` is how far the wall clock is moved within the part: +1 h when summer time begins.
    """

    kind: str
    start: datetime
    end: datetime
    counted: timedelta = _ZERO
    name: str = ""
    reason: str = ""

    @property
    def clock_change(self) -> timedelta:
        """Difference of the offsets at the two ends; zero on nearly all days."""
        return self.end.utcoffset() - self.start.utcoffset()


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The parts from start to due time; `due_at` is None while a pause runs on before it."""

    target: timedelta
    due_at: datetime | None
    parts: tuple[Part, ...]

    @property
    def counted(self) -> timedelta:
        """Open time of all parts: the target, or what was used of it before an endless pause."""
        return sum((part.counted for part in self.parts), _ZERO)


def explain(
    calendar: Calendar,
    start: datetime,
    target: timedelta,
    pauses: Pauses = (),
    *,
    until: datetime | None = None,
) -> Explanation:
    """The way from `start` to the due time of `target`, in parts.

    When a pause runs on, the last part is that pause and ends at `until` (or where it begins,
    without `until`). Raises as `due_time` does.
    """
    pauses = tuple(pauses)
    due_at = due_time(calendar, start, target, pauses)
    start = start.astimezone(UTC)
    named = labelled_pauses(pauses, start)
    endless = named.pop() if due_at is None else None
    end = endless.start if endless else due_at
    parts: list[Part] = []
    for part in _with_pauses(calendar, start, end, named):
        _append(parts, part)
    if endless:
        parts.append(_paused(endless, max(end, until or end).astimezone(UTC)))
    zone = calendar.zone
    return Explanation(
        target=target,
        due_at=due_at and due_at.astimezone(zone),
        parts=tuple(
            replace(part, start=part.start.astimezone(zone), end=part.end.astimezone(zone))
            for part in parts
        ),
    )


def explain_clock(clock: Clock, calendars: Mapping[str, Calendar], now: datetime) -> Explanation:
    """The explanation of a ticket's clock; a running pause is shown until `now`."""
    calendar = calendars[clock.calendar]
    return explain(calendar, clock.start, clock.target_time, clock.pauses, until=now)


def _with_pauses(
    calendar: Calendar, start: datetime, end: datetime, named: list[Pause]
) -> Iterator[Part]:
    cursor = start
    for pause in named:
        if pause.start >= end:
            break
        yield from _hours(calendar, cursor, pause.start)
        cursor = end if pause.end is None else min(pause.end, end)
        yield _paused(pause, cursor)
    yield from _hours(calendar, cursor, end)


def _paused(pause: Pause, end: datetime) -> Part:
    return Part(kind="paused", start=pause.start, end=end, name=pause.kind, reason=pause.reason)


def _hours(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Part]:
    """Open and closed stretches between two instants, cut at the midnights of the calendar."""
    cursor = start
    day = start.astimezone(calendar.zone).date()
    while cursor < end:
        day += timedelta(days=1)
        midnight = min(end, from_micros(to_micros(calendar.instant(day))))
        if midnight > cursor:
            yield from _day_parts(calendar, cursor, midnight)
            cursor = midnight


def _day_parts(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Part]:
    day = calendar.day(start.astimezone(calendar.zone).date())
    shut = day.kind if not day.frames and day.kind not in ("weekly", "season") else "closed"
    name = day.name if shut != "closed" else ""
    cursor = start
    for opens, closes in calendar.opening.between(to_micros(start), to_micros(end)):
        opened, closed = from_micros(opens), from_micros(closes)
        if opened > cursor:
            yield Part(kind=shut, start=cursor, end=opened, name=name)
        yield Part(kind="open", start=opened, end=closed, counted=closed - opened, name=day.name)
        cursor = closed
    if end > cursor:
        yield Part(kind=shut, start=cursor, end=end, name=name)


def _append(parts: list[Part], part: Part) -> None:
    """Add a part, joined to the one before when it only goes on (over a midnight)."""
    if parts:
        last = parts[-1]
        same = (last.kind, last.name, last.reason) == (part.kind, part.name, part.reason)
        if same and last.end == part.start:
            parts[-1] = replace(last, end=part.end, counted=last.counted + part.counted)
            return
    parts.append(part)
