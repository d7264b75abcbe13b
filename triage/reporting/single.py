"""Single values behind medians and groups: read as columns, and kept beside the sums of a month.

A median, or a split by what cells are not told apart by, cannot be had from sums. A measure that
needs them reads its rows of the log as one array, and gives each kept cell what its rows have
beyond the columns of the cell, packed in a form of its own. Everything is done by whole columns,
so that a hundred thousand rows take no longer than the statement that reads them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from triage.reporting import snapshots
from triage.reporting.measures import MONTH, Measure
from triage.reporting.scope import Scope, Seconds
from triage.reporting.snapshots import Kept
from triage.sla.months import Month

NOTHING = 0  # stands for no product, where only numbers can stand
# The columns of a cell, and those of a case that cells are not told apart by.
CELL = [("language", "S2"), ("priority", "S2"), ("product", "<i8"), ("team", "<i8")]
BESIDE = [("size", "S10"), ("segment", "S20"), ("channel", "S10")]
SPLITS = tuple(name for name, _type in CELL)
_PATHS = {
    "language": "ticket__language",
    "priority": "ticket__priority",
    "product": Coalesce(F("ticket__product"), Value(NOTHING)),
    "team": "ticket__team",
    "size": Coalesce(F("ticket__organisation__size"), Value("")),
    "segment": Coalesce(F("ticket__organisation__segment"), Value("")),
    "channel": "ticket__channel",
}


@dataclass(frozen=True)
class Form:
    """What the rows of a measure have beyond `CELL` and `BESIDE`: names and types of columns.

    Another form of what is kept is another version of the measure's definition.
    """

    own: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def kept(self) -> np.dtype:
        """What is kept of a row in its cell."""
        return np.dtype([*BESIDE, *self.own])

    @cached_property
    def row(self) -> np.dtype:
        """A whole row; its month is a place among the months that were asked for."""
        return np.dtype([(MONTH, "<i2"), *CELL, *BESIDE, *self.own])

    def pack(self, rows: np.ndarray) -> bytes:
        """Rows as they are kept in their cell."""
        return copied(rows, self.kept).tobytes()


def copied(rows: np.ndarray, form: np.dtype) -> np.ndarray:
    """The rows in another form; columns they do not have are zero."""
    found = np.zeros(len(rows), form)
    for name in set(form.names) & set(rows.dtype.names):
        found[name] = rows[name]
    return found


def read(found: QuerySet, **columns: tuple) -> np.ndarray:
    """Log rows with a `ticket` as an array, in one statement.

    `columns` are further ones: the name, with what to read and its type.
    """
    form = np.dtype([*CELL, *BESIDE, *((name, kind) for name, (_what, kind) in columns.items())])
    names = [*_PATHS.values(), *(what for what, _kind in columns.values())]
    return np.array(list(found.values_list(*names)), form)


def seconds(name: str) -> tuple:
    """An instant as a column of `read`: whole seconds since 1970."""
    return Seconds(name), "<i8"


def month_places(instants: np.ndarray, scope: Scope, months: Sequence[Month]) -> np.ndarray:
    """Which of the months each instant falls in; they follow each other and hold them all."""
    ends = [int(month.end(scope.period.zone).timestamp()) for month in months]
    return np.searchsorted(ends, instants, side="right")


def kept_rows(measure: Measure, form: Form, scope: Scope, closed: Kept) -> np.ndarray:
    """The rows of the closed months as they were kept."""
    cells = list(snapshots.kept_cells(measure, scope, (*SPLITS, "single"), closed))
    kept = [bytes(single or b"") for *_columns, single in cells]
    rows = copied(np.frombuffer(b"".join(kept), form.kept), form.row)
    lengths = [len(single) // form.kept.itemsize for single in kept]
    places = {month: place for place, month in enumerate(scope.period)}
    columns = zip(*((places[month], *values) for month, *values, _single in cells), strict=True)
    for name, column in zip((MONTH, *SPLITS), columns, strict=False):
        known = np.array([value or NOTHING for value in column], form.row[name])
        rows[name] = np.repeat(known, lengths)
    return rows


def groups(rows: np.ndarray, names: Sequence[str]) -> Iterator[tuple[tuple, np.ndarray]]:
    """The rows alike in the columns named: their values, and the places of the rows."""
    if not len(rows):
        return
    kinds, codes = [], np.zeros(len(rows), np.int64)
    for name in names:
        values, places = np.unique(rows[name], return_inverse=True)
        kinds.append([_plain(name, value) for value in values.tolist()])
        codes = codes * len(values) + places
    order = np.argsort(codes, kind="stable")
    present, starts = np.unique(codes[order], return_index=True)
    shape = tuple(len(values) for values in kinds)
    for code, places in zip(present, np.split(order, starts[1:]), strict=True):
        at = np.unravel_index(code, shape) if names else ()
        yield tuple(values[place] for values, place in zip(kinds, at, strict=True)), places


def _plain(name: str, value: bytes | int) -> str | int | None:
    """A value of a column as others know it."""
    if name == "product" and value == NOTHING:
        return None
    return value.decode() if isinstance(value, bytes) else value
