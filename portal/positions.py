"""Moments and positions in lists, read from addresses. Whatever stands there, nothing fails."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

LONGEST_NUMBER = 18  # digits; databases refuse to compare far longer ones
YEARS = range(1900, 2200)  # moments near the ends of the calendar cannot change time zone


def read_moment(text: str) -> datetime | None:
    """The moment that a text such as 2026-11-25T12:00:00+00:00 tells, in UTC; else None."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or not is_aware(moment) or moment.year not in YEARS:
        return None
    return moment.astimezone(UTC)


def read_number(text: str) -> int | None:
    """The id of a row that a text tells; None for anything else."""
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER:
        return int(text)
    return None


def read_position(text: str) -> tuple[datetime, int] | None:
    """The moment and id, with "_" between, that a page begins after; None for anything else."""
    moment_text, _sep, number_text = text.rpartition("_")
    moment, number = read_moment(moment_text), read_number(number_text)
    return None if moment is None or number is None else (moment, number)
