"""Which clock times are said by, named wherever a calendar goes by another than the portal.

Of cases everything is said by the portal's clock; opening hours are said by that of their calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.desk.words import span
from portal.selfservice.calendar_names import calendar_name
from triage.sla.calendar import Calendar

SAME = timedelta()


def zone_words(name: str) -> str:
    """The name of a time zone by its place: Oslo time; one without a place as it is: UTC."""
    if "/" not in name:
        return name
    return _("%(place)s time") % {"place": name.rpartition("/")[2].replace("_", " ")}


def here() -> str:
    """The portal's own time zone in words."""
    return zone_words(timezone.get_default_timezone_name())


def is_elsewhere(calendar: Calendar) -> bool:
    """Whether a calendar goes by the clock of another place than the portal."""
    return calendar.timezone != timezone.get_default_timezone_name()


def hours_note(calendar: Calendar, now: datetime) -> str:
    """By which clock the opening hours of a calendar are; "" for the portal's own."""
    if not is_elsewhere(calendar):
        return ""
    said = _("Times are in %(zone)s.") % {"zone": zone_words(calendar.timezone)}
    return f"{said} {apart_words(calendar, now)}"


def apart_words(calendar: Calendar, now: datetime) -> str:
    """How far the calendar's clock is from the portal's today; "" when it is the portal's own."""
    if not is_elsewhere(calendar):
        return ""
    return _("Now it is %(apart)s.") % {"apart": _length(_apart(calendar, now))}


def case_note(calendar: Calendar, moments: Iterable[datetime], *, by_name: bool = True) -> str:
    """That moments of a case are by the portal's clock, and which its calendar goes by.

    "" where the two show the same at all the moments, and of hours that never end. Without
    `by_name` it is told to those who ask, to whom the calendar is our opening hours.
    """
    apart = list(dict.fromkeys(_apart(calendar, moment) for moment in moments))
    if not any(apart) or calendar.never_closes:
        return ""
    said = {
        "here": here(),
        "there": zone_words(calendar.timezone),
        "apart": _(", later ").join(map(_length, apart)),
    }
    if not by_name:
        return _("Times are in %(here)s. Our opening hours go by %(there)s, %(apart)s.") % said
    said["calendar"] = calendar_name(calendar.name)
    words = _("Times are in %(here)s. The calendar “%(calendar)s” goes by %(there)s, %(apart)s.")
    return words % said


def _apart(calendar: Calendar, moment: datetime) -> timedelta:
    """How far the calendar's clock is ahead of the portal's at a moment."""
    portal = timezone.get_default_timezone()
    return moment.astimezone(calendar.zone).utcoffset() - moment.astimezone(portal).utcoffset()


def _length(apart: timedelta) -> str:
    if not apart:
        return _("the same as %(here)s") % {"here": here()}
    words = _("%(time)s ahead of %(here)s") if apart > SAME else _("%(time)s behind %(here)s")
    return words % {"time": span(apart), "here": here()}
