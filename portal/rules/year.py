"""A calendar's year as a picture of twelve months, and the days that differ in words."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dates, formats, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.selfservice.opening_hours import hours_in_words, name_of
from triage.sla.calendar import Calendar, Day

OPEN, OTHER, SHUT, OFF = "open", "other", "shut", "off"
MARKS = {OPEN: "", OTHER: "◐", SHUT: "✕", OFF: ""}


@dataclass(frozen=True, kw_only=True)
class DayBox:
    """One day of the picture. `kind` is OPEN, OTHER (other hours), SHUT (by a rule), OFF (weekly).

    `mark` says the same without colour; `changed` when a draft gives the day other hours.
    """

    number: int
    kind: str
    mark: str
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Month:
    """A month in weeks from Monday; None where the week belongs to another month."""

    name: str
    weeks: list[list[DayBox | None]]


@dataclass(frozen=True, kw_only=True)
class OtherDay:
    """A day whose hours are not those of the ordinary week, in words."""

    date: date
    words: str
    reason: str
    hours: str
    changed: bool


@dataclass(frozen=True, kw_only=True)
class Year:
    """Everything the page shows of a year."""

    number: int
    months: list[Month]
    other_days: list[OtherDay]
    changed_days: int
    sentence: str


def year_of(calendar: Calendar, number: int, *, before: Calendar | None = None) -> Year:
    """The year; with `before`, days to which that calendar gives other hours are marked."""
    first = date(number, 1, 1)
    days = [calendar.day(first + timedelta(days=n)) for n in range(_length(number))]
    changed = {day.date for day in days if before and before.day(day.date).frames != day.frames}
    boxes = {day.date: _box(calendar, day, day.date in changed) for day in days}
    return Year(
        number=number,
        months=[_month(number, month, boxes) for month in range(1, 13)],
        other_days=[
            _other(day, day.date in changed)
            for day in days
            if day.date in changed or _is_single(calendar, day)
        ],
        changed_days=len(changed),
        sentence=_sentence(days),
    )


def _length(number: int) -> int:
    return 366 if months.isleap(number) else 365


def _month(year: int, month: int, boxes: dict[date, DayBox]) -> Month:
    weeks = months.Calendar().monthdatescalendar(year, month)
    return Month(
        name=capfirst(dates.MONTHS[month]),
        weeks=[[boxes[day] if day.month == month else None for day in week] for week in weeks],
    )


def _box(calendar: Calendar, day: Day, changed: bool) -> DayBox:
    ordinary = calendar.weekly[day.date.weekday()]
    if not day.frames:
        kind = SHUT if ordinary else OFF
    else:
        kind = OPEN if day.frames == ordinary else OTHER
    return DayBox(number=day.date.day, kind=kind, mark=MARKS[kind], changed=changed)


def _is_single(calendar: Calendar, day: Day) -> bool:
    """Whether the day stands out by itself, not with a whole season."""
    if day.frames == calendar.weekly[day.date.weekday()] or day.kind == "weekly":
        return False
    seasons = {season.name for season in calendar.seasons if season.first != season.last}
    return day.kind != "season" or day.name not in seasons


def _other(day: Day, changed: bool) -> OtherDay:
    english = translation.get_language() == "en"
    return OtherDay(
        date=day.date,
        words=formats.date_format(day.date, "l j F" if english else "l j. F"),
        reason=name_of(day.name),
        hours=hours_in_words(day.frames),
        changed=changed,
    )


def _sentence(days: list[Day]) -> str:
    opened = [day for day in days if day.frames]
    seconds = sum(end - start for day in opened for start, end in day.frames)
    hours = formats.number_format(round(seconds / 3600), force_grouping=True)
    return _("%(days)s, %(hours)s hours in all.") % {
        "days": ngettext("Open on %(days)s day", "Open on %(days)s days", len(opened))
        % {"days": len(opened)},
        "hours": hours,
    }


def legend() -> list[tuple[str, str, str]]:
    """Kind, mark and meaning of the boxes of the picture."""
    return [
        (OPEN, MARKS[OPEN], pgettext("opening hours", "open as usual")),
        (OTHER, MARKS[OTHER], pgettext("opening hours", "other hours")),
        (SHUT, MARKS[SHUT], pgettext("opening hours", "closed on a day that is usually open")),
        (OFF, MARKS[OFF], pgettext("opening hours", "always closed")),
    ]
