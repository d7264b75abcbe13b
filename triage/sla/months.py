"""Calendar months on the time line. Pure: instants in, instants out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MOST_MONTHS = 24
_TEXT = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year; it begins and ends at midnight of the zone it is asked in."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        years, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(years, number + 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """The instant it begins, in UTC."""
        return datetime(self.year, self.number, 1, tzinfo=zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """The instant the next month begins, in UTC: not part of this one."""
        return self.plus(1).start(zone)


def month_of(instant: datetime, zone: ZoneInfo) -> Month:
    """The month an instant falls in, by the clocks of the zone."""
    local = instant.astimezone(zone)
    return Month(local.year, local.month)


def month_from(text: str) -> Month | None:
    """The month written as 2026-10, or None when the text is not one from 2000 to 2199."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return None
    year, number = int(found[1]), int(found[2])
    return Month(year, number) if 2000 <= year < 2200 and 1 <= number <= 12 else None


@dataclass(frozen=True)
class Period:
    """Whole months from the first to the last, both included, in one zone."""

    first: Month
    last: Month
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if not self.first <= self.last <= self.first.plus(MOST_MONTHS - 1):
            raise ValueError(f"a period has 1 to {MOST_MONTHS} months: {self.first} to {self.last}")

    def __iter__(self) -> Iterator[Month]:
        month = self.first
        while month <= self.last:
            yield month
            month = month.plus(1)

    @property
    def start(self) -> datetime:
        """The instant it begins, in UTC."""
        return self.first.start(self.zone)

    @property
    def end(self) -> datetime:
        """The instant after it, in UTC."""
        return self.last.end(self.zone)


def period_of(first: Month | None, last: Month | None, *, now: datetime, zone: ZoneInfo) -> Period:
    """The period somebody asked for, made possible.

    Without a last month it ends with the current one, without a first it has six months; months in
    the wrong order change places, and what is longer than `MOST_MONTHS` keeps its end.
    """
    last = last or max(month_of(now, zone), first or month_of(now, zone))
    first = first or last.plus(-5)
    first, last = min(first, last), max(first, last)
    return Period(max(first, last.plus(1 - MOST_MONTHS)), last, zone)
