"""When digests leave: at half past seven on working days, Norwegian time. Pure.

A working day is Monday to Friday without a public holiday. All moments are aware; those given
back are in UTC. Half past seven exists once on every day, also when the clock is changed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Oslo")
LEAVES_AT = time(7, 30)
NO_LATER_THAN = time(16, 0)  # after a stop, what is late waits for the next morning
DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"


@lru_cache(maxsize=16)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))


def is_working_day(day: date) -> bool:
    """Whether people are at work that day."""
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def may_leave(now: datetime) -> bool:
    """Whether mail that is due may leave at this moment: in the working hours of a working day."""
    local = now.astimezone(ZONE)
    return is_working_day(local.date()) and LEAVES_AT <= local.time() < NO_LATER_THAN


def next_time(rhythm: str, after: datetime) -> datetime:
    """The first time after a moment, not at it, that a digest of this rhythm leaves.

    Daily: the next working day. Weekly: the first working day of a week. Monthly: the first
    working day of a month. Raises ValueError for another rhythm.
    """
    if rhythm not in (DAILY, WEEKLY, MONTHLY):
        raise ValueError(rhythm)
    day = after.astimezone(ZONE).date()
    while True:
        moment = datetime.combine(day, LEAVES_AT, tzinfo=ZONE)
        if moment > after and is_working_day(day) and _is_first(rhythm, day):
            return moment.astimezone(UTC)
        day += timedelta(days=1)


def _is_first(rhythm: str, day: date) -> bool:
    """Whether no earlier working day lies in the same week or month."""
    if rhythm == DAILY:
        return True
    begins = day - timedelta(days=day.weekday()) if rhythm == WEEKLY else day.replace(day=1)
    return not any(
        is_working_day(begins + timedelta(days=number)) for number in range((day - begins).days)
    )
