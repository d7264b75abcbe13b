"""Arithmetic on open time: due times, elapsed time, working-day targets. Pure.

All instants carry a time zone; answers are in UTC. Durations are `timedelta`, exact to the
microsecond. Pauses are pairs (start, end), end None while a pause runs on; they may overlap, nest
and come in any order. Every interval is half open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from triage.sla.calendar import Calendar
from triage.sla.opening import CalendarError, Interval, from_micros, span_micros, to_micros

FOREVER = 2**62
_LONGEST_SEARCH = 3_700  # dates looked through for one open day: ten years


class Pause(NamedTuple):
    """Time that does not count. `end` is None while it runs on; `kind` and `reason` explain it."""

    start: datetime
    end: datetime | None
    kind: str = ""
    reason: str = ""


Pauses = Iterable[Pause | tuple[datetime, datetime | None]]


def due_time(
    calendar: Calendar, start: datetime, target: timedelta, pauses: Pauses = ()
) -> datetime | None:
    """Earliest instant with exactly `target` open, unpaused time since `start`, in UTC.

    A target used up at closing is due at closing; a target of nothing is due at the start. None
    when a pause runs on before the target is used up. Raises ValueError for a negative target,
    instants without a zone and pauses that end before they start, CalendarError when the calendar
    has not that many open hours.
    """
    begin = to_micros(start)
    needed = span_micros(target)
    if needed <= 0:
        if needed < 0:
            raise ValueError(f"a target cannot be negative: {target}")
        return from_micros(begin)
    opening = calendar.opening
    goal = opening.open_before(begin) + needed
    for pause_start, pause_end in _disjoint(pauses, begin) if pauses else ():
        reached = opening.open_before(pause_start)
        if goal <= reached:
            break
        if pause_end == FOREVER:
            return None
        goal += opening.open_before(pause_end) - reached
    return from_micros(opening.instant_of(goal))


def business_time(
    calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()
) -> timedelta:
    """Open, unpaused time in [start, end), exactly. Raises ValueError when end is before start."""
    begin, stop = to_micros(start), to_micros(end)
    if stop < begin:
        raise ValueError(f"{end} is before {start}")
    opening = calendar.opening
    total = opening.open_before(stop) - opening.open_before(begin)
    for pause_start, pause_end in _disjoint(pauses, begin):
        if pause_start >= stop:
            break
        total -= opening.open_before(min(pause_end, stop)) - opening.open_before(pause_start)
    return timedelta(microseconds=total)


def business_seconds(
    calendar: Calendar, start: datetime, end: datetime, pauses: Pauses = ()
) -> float:
    """`business_time` in seconds."""
    return business_time(calendar, start, end, pauses).total_seconds()


def next_opening(calendar: Calendar, instant: datetime) -> datetime:
    """The instant itself when the calendar is open then, otherwise the next opening, in UTC."""
    return from_micros(calendar.opening.next_open(to_micros(instant)))


def working_days_target(calendar: Calendar, start: datetime, days: int) -> timedelta:
    """The open time that "n working days" from `start` stands for.

    The same clock time on the n-th open day after the start, the start first moved to the next
    opening and the clock time clamped to that day's hours; the open time from the start to there
    is the target. Raises ValueError unless days is at least 1.
    """
    if days < 1:
        raise ValueError(f"a target is at least one working day, not {days}")
    opened = calendar.opening.next_open(to_micros(start))
    local = from_micros(opened).astimezone(calendar.zone)
    day = local.date()
    for _ in range(days):
        day = _next_open_date(calendar, day)
    hours = calendar.day(day).frames
    clock_time = local.time()
    seconds = clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second
    if seconds < hours[0].start:
        end = calendar.instant(day, hours[0].start)
    elif seconds >= hours[-1].end:
        end = calendar.instant(day, hours[-1].end)
    else:
        end = datetime.combine(day, clock_time.replace(fold=0), calendar.zone)
    opening = calendar.opening
    return timedelta(microseconds=opening.open_before(to_micros(end)) - opening.open_before(opened))


def _next_open_date(calendar: Calendar, day: date) -> date:
    for step in range(1, _LONGEST_SEARCH):
        candidate = day + timedelta(days=step)
        if calendar.day(candidate).frames:
            return candidate
    raise CalendarError(f"the calendar {calendar.name!r} has no open day within ten years of {day}")


def labelled_pauses(pauses: Pauses, start: datetime) -> list[Pause]:
    """Disjoint pauses from `start` on, in order; where two overlap the earlier one keeps its name.

    Together they cover the same time as the pauses given. Instants in UTC.
    """
    cursor = to_micros(start)
    result = []
    for (begin, end), pause in sorted(
        ((_checked(pause), Pause(*pause)) for pause in pauses), key=lambda item: item[0]
    ):
        if end > cursor:
            stop = None if end == FOREVER else from_micros(end)
            result.append(pause._replace(start=from_micros(max(begin, cursor)), end=stop))
            cursor = end
    return result


def _checked(pause: Pause) -> Interval:
    begin = to_micros(pause[0])
    end = FOREVER if pause[1] is None else to_micros(pause[1])
    if end < begin:
        raise ValueError(f"the pause from {pause[0]} ends before it starts, at {pause[1]}")
    return begin, end


def _disjoint(pauses: Pauses, begin: int) -> list[Interval]:
    result: list[Interval] = []
    cursor = begin
    for start, end in sorted(map(_checked, pauses)):
        if end <= cursor:
            continue
        result.append((max(start, cursor), end))
        cursor = end
    return result
