"""A calendar in words: the ordinary week, seasons, the next days that differ, and now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import dates, formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from portal.selfservice.zones import hours_note
from portal.templatetags.design import moment_in_words
from triage.sla.calendar import DAY_SECONDS, Calendar, Day, Frame, Season
from triage.sla.opening import from_micros, to_micros

NEXT_DAYS = 6
LOOK_AHEAD = timedelta(days=366)

# Names that calendars give to days and seasons, so that the catalogues have them.
NAMES = (
    gettext_noop("Summer hours"),
    gettext_noop("Christmas Eve"),
    gettext_noop("Christmas week"),
    gettext_noop("New Year's Eve"),
    gettext_noop("New Year's Day"),
    gettext_noop("Maundy Thursday"),
    gettext_noop("Good Friday"),
    gettext_noop("Easter Sunday"),
    gettext_noop("Easter Monday"),
    gettext_noop("Labor Day"),
    gettext_noop("Constitution Day"),
    gettext_noop("Ascension Day"),
    gettext_noop("Pentecost"),
    gettext_noop("Pentecost Monday"),
    gettext_noop("Christmas Day"),
    gettext_noop("Second Day of Christmas"),
    gettext_noop("Closed for deliveries"),
)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """A line of the table: when, and open from and to."""

    when: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class SeasonHours:
    """A part of the year with hours of its own."""

    name: str
    period: str
    lines: list[Hours]


@dataclass(frozen=True, kw_only=True)
class OtherDay:
    """A coming day on which we are not open as on other days like it."""

    date: date
    words: str
    reason: str
    hours: str


@dataclass(frozen=True, kw_only=True)
class OpeningHours:
    """Everything the page says of a calendar, by the calendar's own clock.

    `now` tells whether we are open this minute, `zone` which clock it is if not the portal's.
    """

    now: str
    is_open: bool
    zone: str
    week: list[Hours]
    seasons: list[SeasonHours]
    other_days: list[OtherDay]


def opening_hours(calendar: Calendar, *, now: datetime) -> OpeningHours:
    """The calendar in the language of the page."""
    with timezone.override(calendar.zone):
        is_open, words = _now(calendar, now)
    return OpeningHours(
        now=words,
        is_open=is_open,
        zone=hours_note(calendar, now),
        week=week_lines(calendar.weekly),
        seasons=[_season(season) for season in calendar.seasons],
        other_days=_other_days(calendar, timezone.localtime(now, calendar.zone).date()),
    )


def name_of(name: str) -> str:
    """A calendar's own name of a day or season, translated when it is a known one."""
    return ", ".join(_(part) for part in name.split("; ") if part)


def hours_in_words(frames: Sequence[Frame]) -> str:
    """From and to of each opening: 08.00–15.45; "closed" when there is none."""
    if not frames:
        return pgettext("opening hours", "closed")
    if frames[0] == (0, DAY_SECONDS):
        return _("all day and night")
    return _(" and ").join(f"{_clock(a)}–{_clock(b)}" for a, b in frames)


def _clock(second: int) -> str:
    hour, minute = divmod(second // 60, 60)
    separator = ":" if translation.get_language() == "en" else "."
    return f"{hour:02}{separator}{minute:02}"


def week_lines(weekly: Sequence[Sequence[Frame]]) -> list[Hours]:
    """The week with neighbouring days of the same hours on one line."""
    lines = []
    for first, last, frames in _runs(weekly):
        when = _weekday(first) if first == last else f"{_weekday(first)}–{_weekday(last)}"
        lines.append(Hours(when=when, hours=hours_in_words(frames)))
    return lines


def _runs(weekly: Sequence[Sequence[Frame]]) -> Iterator[tuple[int, int, Sequence[Frame]]]:
    """First day, last day and hours of each run of days with the same hours."""
    first = 0
    for day in range(1, len(weekly) + 1):
        if day == len(weekly) or weekly[day] != weekly[first]:
            yield first, day - 1, weekly[first]
            first = day


def _weekday(number: int) -> str:
    return str(dates.WEEKDAYS[number])


def _season(season: Season) -> SeasonHours:
    """A season; days that are closed then as always are not repeated."""
    closed = pgettext("opening hours", "closed")
    lines = [line for line in week_lines(season.weekly) if line.hours != closed]
    return SeasonHours(
        name=name_of(season.name),
        period=_period(season.first, season.last),
        lines=lines or [Hours(when="", hours=closed)],
    )


def _period(first: tuple[int, int], last: tuple[int, int]) -> str:
    """From and to in the year, the month said once when both are in the same: 27.–30. desember."""
    if first == last:
        return _day_of_year(*first)
    if first[0] == last[0]:
        stop = "" if translation.get_language() == "en" else "."
        return f"{first[1]}{stop}–{_day_of_year(*last)}"
    return f"{_day_of_year(*first)}–{_day_of_year(*last)}"


def _day_of_year(month: int, day: int) -> str:
    english = translation.get_language() == "en"
    return formats.date_format(date(2000, month, day), "j F" if english else "j. F")


def _other_days(calendar: Calendar, today: date) -> list[OtherDay]:
    """The next days whose hours are others than one would expect of the weekday."""
    found = []
    day = today
    while day < today + LOOK_AHEAD and len(found) < NEXT_DAYS:
        said = calendar.day(day)
        if _differs(calendar, said):
            found.append(_other_day(said, today))
        day += timedelta(days=1)
    return found


def _differs(calendar: Calendar, said: Day) -> bool:
    ordinary = calendar.weekly[said.date.weekday()]
    if said.kind in ("holiday", "closed_day", "special_day"):
        return said.frames != ordinary
    one_day = any(s.first == s.last and s.name == said.name for s in calendar.seasons)
    return said.kind == "season" and one_day and said.frames != ordinary


def _other_day(said: Day, today: date) -> OtherDay:
    english = translation.get_language() == "en"
    year = "" if said.date.year == today.year else " Y"
    return OtherDay(
        date=said.date,
        words=formats.date_format(said.date, f"l j F{year}" if english else f"l j. F{year}"),
        reason=name_of(said.name),
        hours=hours_in_words(said.frames),
    )


def _now(calendar: Calendar, now: datetime) -> tuple[bool, str]:
    """Whether we are open, and until or from when."""
    start = to_micros(now)
    ahead = list(calendar.opening.between(start, to_micros(now + LOOK_AHEAD)))
    if not ahead:
        return False, _("We are closed.")
    opens, closes = from_micros(ahead[0][0]), from_micros(ahead[0][1])
    if opens <= now:
        if closes - now > timedelta(days=7):
            return True, _("We are open all day and night.")
        return True, _("We are open now, until %(time)s.") % {"time": _time(closes, calendar)}
    return False, _("We are closed now. We open %(moment)s.") % {
        "moment": moment_in_words(opens, now)
    }


def _time(moment: datetime, calendar: Calendar) -> str:
    return formats.date_format(moment.astimezone(calendar.zone), "TIME_FORMAT")
