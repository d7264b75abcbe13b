"""Times and due times in words, with the tone they are shown in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from triage.tickets.queries import SOON

NEUTRAL, INFO, WARNING, DANGER = "neutral", "info", "warning", "danger"
ICONS = {
    NEUTRAL: "Clock",
    INFO: "Information",
    WARNING: "Hourglass",
    DANGER: "ExclamationmarkTriangle",
}
WAITING_ICON = "Pause"


@dataclass(frozen=True, kw_only=True)
class Due:
    """When something is due, as shown: tone, icon and words, and the moment beside them."""

    tone: str
    icon: str
    words: str
    detail: str = ""
    at: datetime | None = None


def span(length: timedelta) -> str:
    """A length of time in its two largest units: 45 min, 1 h 20 min, 2 days 3 h."""
    minutes = max(1, int(abs(length).total_seconds() // 60))
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    if days:
        words = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        return f"{words} {_hours(hours)}" if hours else words
    if hours and minutes:
        return f"{_hours(hours)} {_minutes(minutes)}"
    return _hours(hours) if hours else _minutes(minutes)


def _hours(hours: int) -> str:
    return _("%(hours)s h") % {"hours": hours}


def _minutes(minutes: int) -> str:
    return _("%(minutes)s min") % {"minutes": minutes}


def clock_time(moment: datetime) -> str:
    """The time of day, as it is written in the language of the page."""
    return formats.date_format(timezone.localtime(moment), "TIME_FORMAT")


def short_day(moment: datetime, now: datetime) -> str:
    """Today, tomorrow, yesterday, or the short date; the year when it is another."""
    local, today = timezone.localtime(moment).date(), timezone.localtime(now).date()
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    if (local - today).days in near:
        return near[(local - today).days]
    english = (translation.get_language() or "nb") == "en"
    year = "" if local.year == today.year else " Y"
    if english:
        return formats.date_format(local, f"D j M{year}")
    return formats.date_format(local, f"D j. M{year}").lower()


def short_moment(moment: datetime, now: datetime) -> str:
    """A moment for a dense table: today 12.05, tir. 24. nov. 12.05."""
    return f"{short_day(moment, now)} {clock_time(moment)}"


def tone_of(due_at: datetime, now: datetime) -> str:
    """Danger when overdue, warning within two hours, else neutral."""
    if due_at < now:
        return DANGER
    return WARNING if due_at - now <= SOON else NEUTRAL


def due_in_words(due_at: datetime | None, kind: str, *, waits: bool, now: datetime) -> Due:
    """What the queue shows of a ticket's next due time."""
    if due_at is None:
        words = _("Stands still") if waits else _("Nothing due")
        return Due(tone=NEUTRAL, icon=WAITING_ICON if waits else ICONS[NEUTRAL], words=words)
    tone = tone_of(due_at, now)
    words = _("%(time)s overdue") if tone == DANGER else _("in %(time)s")
    detail = f"{kind_name(kind)}, {short_moment(due_at, now)}"
    return Due(
        tone=tone,
        icon=ICONS[tone],
        words=words % {"time": span(due_at - now)},
        detail=detail,
        at=due_at,
    )


def kind_name(kind: str) -> str:
    """What a deadline is for, in one word."""
    names = {
        "first_response": pgettext("deadline", "Answer"),
        "update": pgettext("deadline", "Update"),
        "resolution": pgettext("deadline", "Solution"),
        "internal": pgettext("deadline", "Internal"),
    }
    return names.get(kind, "")
