"""Opening hours as values: weekly frames, seasons, holidays, closed days and dated exceptions.

For each date the first of these decides: a special day (its frames replace everything, also a
holiday), a closed day of the organisation, a public holiday, the first season that contains the
date, the ordinary week. Frames are half open and given in wall-clock time of the calendar's
zone; they are turned into real intervals in UTC, so a night over a clock change has its real
length. Wall times that do not exist or exist twice are read as `zoneinfo` does with fold=0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays as public_holidays

from triage.sla.opening import (
    FIRST_YEAR,
    LAST_YEAR,
    CalendarError,
    Interval,
    Opening,
    merged,
    to_micros,
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_SECONDS = 86_400
_WALL_TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?")
_GREGORIAN_CYCLE = 28
_MOST_KNOWN = 10_000  # dates: 27 years
_MOST_YEARS = 600  # of time zones, whose midnights are kept: some 10 MB
MOST_FRAMES = 48  # of one day

__all__ = [
    "WEEKDAYS",
    "Calendar",
    "CalendarError",
    "Day",
    "Frame",
    "Season",
    "always_open",
    "calendar_from_json",
    "calendar_to_json",
    "frames",
    "holiday_names",
    "week",
    "working_days_between",
]


class Frame(NamedTuple):
    """An opening within one day: seconds from midnight, end not included, 86,400 = 24:00."""

    start: int
    end: int


Frames = tuple[Frame, ...]
Weekly = tuple[Frames, ...]
DayNames = tuple[tuple[date, str], ...]


@dataclass(frozen=True)
class Season:
    """Other weekly hours between two (month, day) pairs of each year, both included.

    `first` after `last` runs over the new year. Weekdays without frames are closed in the season.
    """

    name: str
    first: tuple[int, int]
    last: tuple[int, int]
    weekly: Weekly

    def contains(self, day: date) -> bool:
        """Whether the date lies in the season, whatever the year."""
        key = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= key <= self.last
        return key >= self.first or key <= self.last


class Day(NamedTuple):
    """What a calendar says about one date.

    `kind` is the rule that decided: special_day, closed_day, holiday, season or weekly. `name` is
    that rule's name (a holiday's in English, joined with "; " when two fall together) or "".
    """

    date: date
    kind: str
    name: str
    frames: Frames


@dataclass(frozen=True)
class Calendar:
    """When an organisation is open. Raises CalendarError when it would never be.

    `holiday_country` is an ISO code whose public holidays are closed ("" for none); `holidays`
    are further ones by name. `special_days` are (date, name, frames). `note` is for readers.
    """

    name: str
    timezone: str
    weekly: Weekly
    seasons: tuple[Season, ...] = ()
    holiday_country: str = ""
    holidays: DayNames = ()
    closed_days: DayNames = ()
    special_days: tuple[tuple[date, str, Frames], ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        self._check_zone_and_country()
        both = self._closed.keys() & self._special.keys()
        if both:
            raise CalendarError(
                f"calendar {self.name!r}: {min(both)} is both a closed day and a special day; "
                "keep one of them"
            )
        if not self._opens_every_cycle and not any(frames for _, _, frames in self.special_days):
            raise CalendarError(
                f"calendar {self.name!r} never opens: give at least one weekday opening hours"
            )

    def _check_zone_and_country(self) -> None:
        try:
            _ = self.zone
        except (KeyError, ValueError, OSError):
            raise CalendarError(
                f"calendar {self.name!r}: unknown time zone {self.timezone!r}; "
                "use a name such as Europe/Oslo"
            ) from None
        if self.holiday_country:
            _country_holidays(self.holiday_country, FIRST_YEAR)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The calendar's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def never_closes(self) -> bool:
        """Whether it is open around the clock on every date: 24/7, without exceptions."""
        exceptions = (self.seasons, self.holiday_country, self.holidays, self.closed_days)
        ordinary = not any(exceptions) and not self.special_days
        return ordinary and self.weekly == tuple((Frame(0, DAY_SECONDS),) for _day in WEEKDAYS)

    @cached_property
    def opening(self) -> Opening:
        """The calendar compiled to sums of open time; built on first use, extended on demand."""
        stops = LAST_YEAR
        if not self._opens_every_cycle:
            last = max(day.year for day, _, frames in self.special_days if frames)
            stops = min(last + 1, LAST_YEAR)
        return Opening(self._intervals_of_years, self._year_start, stops)

    @cached_property
    def _closed(self) -> dict[date, str]:
        return dict(self.closed_days)

    @cached_property
    def _special(self) -> dict[date, tuple[str, Frames]]:
        return {day: (name, frames) for day, name, frames in self.special_days}

    @cached_property
    def _holidays(self) -> dict[date, str]:
        return dict(self.holidays)

    @cached_property
    def _opens_every_cycle(self) -> bool:
        """Whether more than special days opens; weekdays and dates recur after 28 years."""
        if not any(self.weekly) and not any(any(season.weekly) for season in self.seasons):
            return False
        first = date(2001, 1, 1).toordinal()
        last = date(2001 + _GREGORIAN_CYCLE, 1, 1).toordinal()
        return any(self._ordinary_day(date.fromordinal(n)).frames for n in range(first, last))

    def day(self, day: date) -> Day:
        """The frames of a date and the rule that decided them."""
        known = self._known.get(day)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            known = self._known[day] = self._decided(day)
        return known

    @cached_property
    def _known(self) -> dict[date, Day]:
        """The dates last asked about, so that pages and working days decide each of them once."""
        return {}

    def _decided(self, day: date) -> Day:
        special = self._special.get(day)
        if special is not None:
            return Day(day, "special_day", *special)
        if day in self._closed:
            return Day(day, "closed_day", self._closed[day], ())
        return self._ordinary_day(day)

    def _ordinary_day(self, day: date) -> Day:
        holiday = self._holidays.get(day)
        if holiday is None and self.holiday_country:
            holiday = _country_holidays(self.holiday_country, day.year).get(day)
        if holiday is not None:
            return Day(day, "holiday", holiday, ())
        for season in self.seasons:
            if season.contains(day):
                return Day(day, "season", season.name, season.weekly[day.weekday()])
        return Day(day, "weekly", "", self.weekly[day.weekday()])

    def instant(self, day: date, second: int = 0) -> datetime:
        """The instant of a wall time, `second` seconds after the date began; 86,400 = 24:00."""
        wall_time = datetime.combine(day, time()) + timedelta(seconds=second)
        return wall_time.replace(tzinfo=self.zone)

    def _year_start(self, year: int) -> int:
        return to_micros(self.instant(date(year, 1, 1)))

    def _intervals_of_years(self, first: int, last: int) -> list[Interval]:
        """The open intervals between two new years, clipped to them.

        The dates beside those years are read too: the frames of a date that was left out, as
        Kiritimati left out 31 December 1994, lie in the year after it.
        """
        found = self._by_wall_clock(date(first - 1, 12, 31))
        for year in range(first, last):
            found += self._intervals_of_year(year)
        found = merged(found + self._by_wall_clock(date(last, 1, 1)))
        begin, end = self._year_start(first), self._year_start(last)
        inside = [pair for pair in found if begin < pair[1] and pair[0] < end]
        if inside:
            inside[0] = (max(inside[0][0], begin), inside[0][1])
            inside[-1] = (inside[-1][0], min(inside[-1][1], end))
        return inside

    def _intervals_of_year(self, year: int) -> list[Interval]:
        result: list[Interval] = []
        starts = _midnights(self.timezone, year)
        days = zip(self._frames_of_year(year), starts, starts[1:], strict=False)
        for number, (hours, midnight, following) in enumerate(days):
            if hours and following - midnight == DAY_SECONDS * 1_000_000:
                result += [(midnight + a * 1_000_000, midnight + b * 1_000_000) for a, b in hours]
            elif hours:
                result += self._by_wall_clock(date(year, 1, 1) + timedelta(days=number))
        return result

    def _by_wall_clock(self, day: date) -> list[Interval]:
        hours = self._decided(day).frames
        return [
            (to_micros(self.instant(day, a)), to_micros(self.instant(day, b))) for a, b in hours
        ]

    def _frames_of_year(self, year: int) -> list[Frames]:
        """The frames of each date, the ordinary week laid out first where there are no seasons."""
        first = date(year, 1, 1)
        days = range(first.toordinal(), date(year + 1, 1, 1).toordinal())
        if self.seasons:
            return [self._decided(date.fromordinal(n)).frames for n in days]
        result = [self.weekly[(first.weekday() + n) % 7] for n in range(len(days))]
        exceptions = [*self._special, *self._closed, *self._holidays]
        if self.holiday_country:
            exceptions += _country_holidays(self.holiday_country, year)
        for day in exceptions:
            if day.year == year:
                result[day.toordinal() - days[0]] = self._decided(day).frames
        return result


@lru_cache(maxsize=_MOST_YEARS)
def _midnights(timezone: str, year: int) -> tuple[int, ...]:
    """When each date of a year begins, and the year after it; for all calendars of a time zone."""
    zone = ZoneInfo(timezone)
    days = range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal() + 1)
    return tuple(to_micros(datetime.combine(date.fromordinal(n), time(), zone)) for n in days)


def working_days_between(
    calendar: Calendar,
    first: date,
    last: date,
    count: str = "half_open",
    closed_days: Iterable[date] = (),
) -> int:
    """Dates from `first` to `last` on which the calendar opens and which are not in `closed_days`.

    `count` is "half_open" (the first date counts, the last does not) or "inclusive" (both do).
    Raises ValueError for another count, dates the wrong way round or out of range.
    """
    if count not in ("half_open", "inclusive"):
        raise ValueError(f'count is "half_open" or "inclusive", not {count!r}')
    if last < first:
        raise ValueError(f"the first date {first} is after the last {last}")
    if first.year < FIRST_YEAR or last.year >= LAST_YEAR:
        raise ValueError(f"dates are between {FIRST_YEAR} and {LAST_YEAR}")
    closed = frozenset(closed_days)
    end = last.toordinal() + (count == "inclusive")
    days = map(date.fromordinal, range(first.toordinal(), end))
    return sum(1 for day in days if day not in closed and calendar.day(day).frames)


def frames(*pairs: Sequence[str]) -> Frames:
    """Frames of one day from pairs such as ("08:00", "15:45"), sorted, overlaps joined.

    Raises CalendarError for a time that is not HH:MM or HH:MM:SS and for an end not after its
    start: a frame over midnight is written as two, the first of them to 24:00.
    """
    result = []
    for pair in pairs:
        start, end = _frame(pair)
        if end <= start:
            raise CalendarError(
                f"frame {pair[0]}–{pair[1]} ends before it starts: "
                "split it at 24:00 and put the rest on the next date"
            )
        result.append((start, end))
    return _joined(result)


def week(hours: Mapping[str, Iterable[Sequence[str]]]) -> Weekly:
    """Weekly hours from {"mon": [("08:00", "15:45")], …}; days left out are closed.

    A frame that ends at or before its start runs over midnight: the rest goes to the next
    weekday. Raises CalendarError for an unknown weekday and for times that cannot be read.
    """
    days: list[list[Interval]] = [[] for _ in WEEKDAYS]
    for name, pairs in hours.items():
        if name not in WEEKDAYS:
            raise CalendarError(f"unknown weekday {name!r}: use {', '.join(WEEKDAYS)}")
        index = WEEKDAYS.index(name)
        for pair in pairs:
            start, end = _frame(pair)
            if start == end:
                raise CalendarError(
                    f"frame {pair[0]}–{pair[1]} on {name} is empty: a whole day is 00:00–24:00"
                )
            if end < start:
                days[(index + 1) % 7].append((0, end))
                end = DAY_SECONDS
            days[index].append((start, end))
    return tuple(map(_joined, days))


def _joined(pairs: Iterable[Interval]) -> Frames:
    """Frames in order without overlaps. Raises CalendarError when they are too many."""
    found = tuple(Frame(*pair) for pair in merged(pairs))
    if len(found) > MOST_FRAMES:
        raise CalendarError(f"a day has at most {MOST_FRAMES} frames, not {len(found)}")
    return found


def _frame(pair: Sequence[str]) -> tuple[int, int]:
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise CalendarError(f'a frame is a pair such as ["08:00", "15:45"], not {pair!r}')
    return _seconds(pair[0]), _seconds(pair[1])


def _seconds(text: str) -> int:
    match = _WALL_TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise CalendarError(f"time {text!r} is not HH:MM between 00:00 and 24:00")
    hour, minute, second = (int(part or 0) for part in match.groups())
    seconds = hour * 3600 + minute * 60 + second
    if seconds > DAY_SECONDS:
        raise CalendarError(f"time {text!r} is after 24:00")
    return seconds


def always_open(name: str = "always", timezone: str = "Europe/Oslo", note: str = "") -> Calendar:
    """A calendar open all day, every day: 24/7."""
    return Calendar(name, timezone, tuple(frames(("00:00", "24:00")) for _ in WEEKDAYS), note=note)


def holiday_names(country: str, years: Iterable[int]) -> list[str]:
    """The English holiday names that occur in those years, for translation catalogues."""
    return sorted({name for year in years for name in _country_holidays(country, year).values()})


@lru_cache(maxsize=2048)
def _country_holidays(country: str, year: int) -> dict[date, str]:
    languages = public_holidays.list_localized_countries().get(country, [])
    language = "en_US" if "en_US" in languages else None
    try:
        found = public_holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        raise CalendarError(f"no public holidays are known for country {country!r}") from None
    return {day: name for day, name in found.items() if day.year == year}


def calendar_from_json(data: Mapping[str, Any], name: str = "") -> Calendar:
    """A calendar from its stored form; every key may be missing except that it must open somewhen.

    `{"name", "timezone", "weekly": {"mon": [["08:00", "16:00"]]}, "seasons": [{"name", "from":
    "05-15", "to": "09-14", "weekly"}], "holiday_country": "NO", "holidays", "closed_days":
    ["2026-05-17"] or {"2026-05-17": "name"}, "special_days": {"2026-12-24": [["08:00",
    "12:00"]]} or {"2026-12-24": {"name", "frames"}}, "note"}`. The zone defaults to Europe/Oslo.
    Raises CalendarError naming what cannot be read.
    """
    if not isinstance(data, Mapping):
        raise CalendarError("a calendar is an object with the key weekly")
    try:
        return Calendar(
            name=str(data.get("name") or name),
            timezone=str(data.get("timezone") or "Europe/Oslo"),
            weekly=week(data.get("weekly") or {}),
            seasons=tuple(_season(item) for item in data.get("seasons") or ()),
            holiday_country=str(data.get("holiday_country") or ""),
            holidays=_day_names(data.get("holidays") or ()),
            closed_days=_day_names(data.get("closed_days") or ()),
            special_days=_special_days(data.get("special_days") or {}),
            note=str(data.get("note") or ""),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise CalendarError(f"the calendar has the wrong form: {error}") from error


def _season(item: Mapping[str, Any]) -> Season:
    first, last = _month_day(item["from"]), _month_day(item["to"])
    return Season(str(item.get("name") or ""), first, last, week(item.get("weekly") or {}))


def _month_day(text: str) -> tuple[int, int]:
    try:
        day = date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise CalendarError(f"{text!r} is not a month and day such as 05-15") from None
    return day.month, day.day


def _date(text: str | date) -> date:
    try:
        return text if isinstance(text, date) else date.fromisoformat(text)
    except (TypeError, ValueError):
        raise CalendarError(f"{text!r} is not a date such as 2026-05-17") from None


def _day_names(days: Mapping[str, str] | Iterable[str]) -> DayNames:
    if isinstance(days, str):
        raise CalendarError(f"{days!r} is not a list of dates")
    pairs = days.items() if isinstance(days, Mapping) else ((day, "") for day in days)
    return tuple(sorted({_date(day): str(name or "") for day, name in pairs}.items()))


def _special_days(days: Mapping[str, Any]) -> tuple[tuple[date, str, Frames], ...]:
    result = []
    for day, value in days.items():
        detailed = isinstance(value, Mapping)
        pairs = value.get("frames") or () if detailed else value
        name = str(value.get("name") or "") if detailed else ""
        result.append((_date(day), name, frames(*pairs)))
    return tuple(sorted(result))


def calendar_to_json(calendar: Calendar) -> dict[str, Any]:
    """The stored form that `calendar_from_json` reads; equal calendars give equal data."""
    return {
        "name": calendar.name,
        "timezone": calendar.timezone,
        "weekly": _week_json(calendar.weekly),
        "seasons": [
            {
                "name": season.name,
                "from": "{:02}-{:02}".format(*season.first),
                "to": "{:02}-{:02}".format(*season.last),
                "weekly": _week_json(season.weekly),
            }
            for season in calendar.seasons
        ],
        "holiday_country": calendar.holiday_country,
        "holidays": {day.isoformat(): name for day, name in calendar.holidays},
        "closed_days": {day.isoformat(): name for day, name in calendar.closed_days},
        "special_days": {
            day.isoformat(): {"name": name, "frames": _frames_json(frames)}
            for day, name, frames in calendar.special_days
        },
        "note": calendar.note,
    }


def _week_json(weekly: Weekly) -> dict[str, list[list[str]]]:
    named = zip(WEEKDAYS, weekly, strict=True)
    return {day: _frames_json(frames) for day, frames in named if frames}


def _frames_json(frames: Frames) -> list[list[str]]:
    return [[_wall_time(start), _wall_time(end)] for start, end in frames]


def _wall_time(seconds: int) -> str:
    hour, rest = divmod(seconds, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")
