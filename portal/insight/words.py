"""Figures, months and codes in words."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import Organisation
from triage.reporting.figures import Share
from triage.sla.months import Month


def month(value: Month, now: datetime) -> str:
    """A month in words; the year only when it is another than now's."""
    pattern = "F" if value.year == timezone.localtime(now).year else "F Y"
    return formats.date_format(date(value.year, value.number, 1), pattern)


def month_and_year(value: Month) -> str:
    """A month in words, always with its year."""
    return formats.date_format(date(value.year, value.number, 1), "F Y")


def short_month(value: Month) -> str:
    """A month in three letters, for charts."""
    return formats.date_format(date(value.year, value.number, 1), "M").rstrip(".").lower()[:3]


def capital(text: str) -> str:
    """The text as a sentence begins."""
    return text[:1].upper() + text[1:]


def number(value: int) -> str:
    """A whole number, grouped as the language does."""
    return formats.number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True)


def percent(share: Share) -> str:
    """A share in whole per cent; a decimal where rounding would make it none or all; else –."""
    if share.percent is None:
        return "–"
    decimals = int(0 < share.percent < 0.5 or 99.5 <= share.percent < 100)
    value = min(share.percent, 99.9) if share.percent < 100 else share.percent
    return per_cent(value / 100, decimals)


def per_cent(share: float | None, decimals: int = 0) -> str:
    """A share (0 to 1) as a percentage; – when there is none."""
    if share is None:
        return "–"
    # Formatting cuts decimals off; rounding is up to us.
    value = formats.number_format(round(100 * share, decimals), decimals)
    return _("%(number)s%%") % {"number": value}


def change(now: Share, before: Share, earlier: str) -> str:
    """How a share has moved since an earlier month, in percentage points; "" when unknown."""
    if now.percent is None or before.percent is None:
        return ""
    points = round(now.percent) - round(before.percent)
    if not points:
        return _("the same as in %(month)s") % {"month": earlier}
    if points > 0:
        words = ngettext(
            "%(points)s percentage point up from %(month)s",
            "%(points)s percentage points up from %(month)s",
            points,
        )
    else:
        words = ngettext(
            "%(points)s percentage point down from %(month)s",
            "%(points)s percentage points down from %(month)s",
            -points,
        )
    return words % {"points": abs(points), "month": earlier}


def with_change(sentence: str, moved: str) -> str:
    """A sentence without its full stop, and how the figure moved."""
    return f"{sentence}, {moved}." if moved else f"{sentence}."


def hours(seconds: float | None) -> str:
    """A length of time in hours and minutes; – when there is none."""
    if seconds is None:
        return "–"
    minutes = round(seconds / 60)
    whole, rest = divmod(minutes, 60)
    if not whole:
        return _("%(minutes)s min") % {"minutes": rest}
    said = _("%(hours)s h") % {"hours": number(whole)}
    minutes_said = _("%(minutes)s min") % {"minutes": rest}
    return f"{said} {minutes_said}" if rest else said


def short_hours(seconds: float) -> str:
    """A length of time for a chart: hours with one decimal, or minutes."""
    if seconds < 3600:
        return hours(seconds)
    return _("%(hours)s h") % {"hours": formats.number_format(seconds / 3600, 1)}


def kind(code: str) -> str:
    """What a deadline is for."""
    names = {
        "first_response": _("Answer deadline"),
        "update": _("Update deadline"),
        "resolution": _("Solution deadline"),
        "internal": _("Internal deadline"),
    }
    return names.get(code, code)


def commitment(code: str) -> str:
    """How binding a deadline is."""
    names = {"guarantee": _("Guarantee"), "declaration": _("Service declaration")}
    return names.get(code, code)


def age(code: str) -> str:
    """A class of age."""
    names = {
        "0-1": _("Under 1 day"),
        "1-3": _("1 to 3 days"),
        "3-7": _("3 to 7 days"),
        "7-14": _("7 to 14 days"),
        "14-30": _("14 to 30 days"),
        "30-": _("30 days and more"),
    }
    return names[code]


def segment(code: str) -> str:
    """What kind of organisation."""
    if not code:
        return pgettext("of an organisation", "Without an organisation")
    return str(dict(Organisation.Segment.choices).get(code, code))


def between(low: Share, high: Share) -> str:
    """Two shares in per cent, one when they are the same."""
    first, last = percent(low), percent(high)
    return first if first == last else _("%(low)s to %(high)s") % {"low": first, "high": last}
