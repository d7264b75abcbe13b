"""Keyset pages by a moment or a date and an id, read from addresses nothing can break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date

from portal.positions import read_moment, read_number


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One page of rows, where the next one begins ("" for none), and whether this is not first."""

    rows: Sequence
    next: str
    begins_after: bool


def page_of(
    rows: QuerySet, *, after: str, field: str, length: int, descending: bool = True
) -> Slice:
    """The rows after a position, in the order of the field and the id."""
    position = _read(after)
    sign, compared = ("-", "lt") if descending else ("", "gt")
    if position is not None:
        value, pk = position
        later = Q(**{f"{field}__{compared}": value})
        same = Q(**{field: value, f"pk__{compared}": pk})
        rows = rows.filter(later | same)
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: length + 1])
    shown = found[:length]
    more = len(found) > length
    return Slice(
        rows=shown,
        next=f"{getattr(shown[-1], field).isoformat()}_{shown[-1].pk}" if more else "",
        begins_after=position is not None,
    )


def _read(after: str) -> tuple[date | datetime, int] | None:
    """The position an address tells; None for anything else."""
    words, _sep, number = after.replace(" ", "+").rpartition("_")
    pk = read_number(number)
    value = read_moment(words) or _date(words)
    return None if pk is None or value is None else (value, pk)


def _date(words: str) -> date | None:
    try:
        return parse_date(words)
    except ValueError:
        return None
