"""Opening hours as people write them, and read back: "08.00–15.45", "man–fre 08.00–15.00"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils import dates, translation
from django.utils.translation import gettext as _

from triage.sla.calendar import WEEKDAYS, CalendarError, Frame, frames, week

Frames = tuple[Frame, ...]
Weekly = tuple[Frames, ...]

# The first two or three letters of the weekdays in bokmål, nynorsk and English.
_DAYS = {
    letters[:length]: number
    for length in (2, 3)
    for number, known in enumerate(
        ("man mån mon", "tir tys tue", "ons wed", "tor thu", "fre fri", "lør lau sat", "søn sun")
    )
    for letters in known.split()
}
_TIME = r"(\d{1,2})(?:[.:]?(\d{2}))?"
_FRAME = re.compile(rf"{_TIME}\s*[–—-]\s*{_TIME}")
_BETWEEN = re.compile(r"\s*(?:,|\bog\b|\band\b)\s*")
_PART = re.compile(r"([^\W\d_]+)\.?(?:\s*[–—-]\s*([^\W\d_]+)\.?)?\s+(.+)")
_MONTH_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?")


def read_hours(text: str) -> Frames:
    """The openings of a day from text such as "08.00–12.00, 13.00–15.45"; nothing is closed.

    Raises ValidationError with a sentence that shows how to write it.
    """
    text = text.strip()
    if not text:
        return ()
    found = [_FRAME.fullmatch(part) for part in _BETWEEN.split(text)]
    if not all(found):
        raise ValidationError(
            _("“%(text)s” cannot be read as opening hours. Write for example 08.00–15.45.")
            % {"text": text}
        )
    try:
        return frames(*((_clock(each[1], each[2]), _clock(each[3], each[4])) for each in found))
    except CalendarError:
        raise ValidationError(
            _("“%(text)s” ends before it begins, or is not a time. A day ends at 24.00.")
            % {"text": text}
        ) from None


def _clock(hour: str, minute: str | None) -> str:
    return f"{int(hour):02}:{minute or '00'}"


def write_hours(day: Sequence[Frame]) -> str:
    """What `read_hours` reads, in the language's way of writing a time."""
    return ", ".join(f"{_written(start)}–{_written(end)}" for start, end in day)


def _written(second: int) -> str:
    hour, minute = divmod(second // 60, 60)
    return f"{hour:02}{':' if translation.get_language() == 'en' else '.'}{minute:02}"


def read_week(text: str) -> Weekly:
    """The hours of a week from text such as "man–fre 08.00–15.00; lør 10.00–12.00".

    Days that are not named are closed. Raises ValidationError as `read_hours` does.
    """
    days: dict[str, list[tuple[str, str]]] = {}
    for part in filter(None, (each.strip() for each in text.split(";"))):
        found = _PART.fullmatch(part)
        first = _DAYS.get(found[1][:3].lower()) if found else None
        last = _DAYS.get((found[2] or found[1])[:3].lower()) if found else None
        if first is None or last is None or last < first:
            raise ValidationError(
                _("“%(text)s” cannot be read. Write for example %(example)s.")
                % {"text": part, "example": write_week(_EXAMPLE)}
            )
        for number in range(first, last + 1):
            hours = [tuple(map(_iso, frame)) for frame in read_hours(found[3])]
            days.setdefault(WEEKDAYS[number], []).extend(hours)
    try:
        return week(days)
    except CalendarError:
        raise ValidationError(_("A day has too many openings. Join some of them.")) from None


def _iso(second: int) -> str:
    hour, minute = divmod(second // 60, 60)
    return f"{hour:02}:{minute:02}"


def write_week(weekly: Weekly) -> str:
    """What `read_week` reads: neighbouring days of the same hours together."""
    parts = []
    first = 0
    for day in range(1, len(weekly) + 1):
        if day == len(weekly) or weekly[day] != weekly[first]:
            if weekly[first]:
                name = _short(first) if day - 1 == first else f"{_short(first)}–{_short(day - 1)}"
                parts.append(f"{name} {write_hours(weekly[first])}")
            first = day
    return "; ".join(parts)


def _short(number: int) -> str:
    return str(dates.WEEKDAYS[number])[:3].lower()


_EXAMPLE: Weekly = week({day: [("08:00", "15:00")] for day in WEEKDAYS[:5]})


def read_month_day(text: str) -> tuple[int, int]:
    """Month and day from "15.05". Raises ValidationError for what is no day of any year."""
    found = _MONTH_DAY.fullmatch(text.strip())
    day, month = (int(found[1]), int(found[2])) if found else (0, 0)
    longest = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if not 1 <= month <= 12 or not 1 <= day <= longest[month]:
        raise ValidationError(
            _("“%(text)s” is not a day of the year. Write day and month, such as 15.05.")
            % {"text": text}
        )
    return month, day


def write_month_day(month_day: tuple[int, int]) -> str:
    """What `read_month_day` reads."""
    return f"{month_day[1]:02}.{month_day[0]:02}"
