"""What a report is made of: sentences, charts and tables, ready to print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise

from triage.reporting.scope import Scope

LABELS_AT_MOST = 12  # more columns than this and only every third has its words


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure: as people read it, as a spreadsheet does, and the cases behind it."""

    words: str
    value: int | float | str | None = None
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table; `note` says what the reader must know about it."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; the first column names the rows. `code` is its name in addresses.

    `textual` tables hold mostly words, so their columns are not set to the right.
    """

    code: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    textual: bool = False


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar, in the chart's own measures: per cent across, pixels down."""

    label: str
    words: str
    length: str
    at: str
    middle: str
    top: int
    labelled: bool = True


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars with words; `upright` for months (each `width` wide), lying for everything else."""

    title: str
    description: str
    upright: bool
    height: int
    width: str = ""
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One measure: a sentence or more, a chart, the same as a table, and what it means.

    `more` is where the rest of a shortened list is.
    """

    code: str
    title: str
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    definition: str = ""
    more: str = ""


@dataclass(frozen=True)
class Figure:
    """A kind of figure: what its list is called, and the rows behind it.

    The rows are a query of cases or of deadlines, or the ids of cases, the newest first. `of_now`
    lists do not ask which months.
    """

    title: str | Promise
    rows: Callable[[Scope], QuerySet | list[int]]
    of_now: bool = False


Point = tuple[str, float | None, str]  # label, size (None: nothing to show), words

UPRIGHT_TOP, UPRIGHT_LENGTH, UPRIGHT_HEIGHT = 24, 150, 204
LYING_STEP = 46


def columns(title: str, description: str, points: Sequence[Point], most: float = 100) -> Chart:
    """An upright chart, one column for each point, `most` as high as can be."""
    step = 100 / max(len(points), 1)
    spread = 3 if len(points) > LABELS_AT_MOST else 1
    bars = []
    for place, (label, size, words) in enumerate(points):
        length = round(UPRIGHT_LENGTH * (size or 0) / most) if most else 0
        bars.append(
            Bar(
                label=label,
                words=words if size is not None else "",
                length=str(length),
                at=f"{step * (place + 0.15):.2f}%",
                middle=f"{step * (place + 0.5):.2f}%",
                top=UPRIGHT_TOP + UPRIGHT_LENGTH - length,
                labelled=(len(points) - 1 - place) % spread == 0,
            )
        )
    return Chart(
        title=title,
        description=description,
        upright=True,
        height=UPRIGHT_HEIGHT,
        width=f"{step * 0.7:.2f}%",
        bars=tuple(bars),
    )


def lines(title: str, description: str, points: Sequence[Point], most: float = 100) -> Chart:
    """A lying chart, one line for each point with its words above, `most` as long as can be."""
    bars = [
        Bar(
            label=label,
            words=words,
            length=f"{100 * (size or 0) / most if most else 0:.2f}%",
            at="0",
            middle="0",
            top=place * LYING_STEP,
        )
        for place, (label, size, words) in enumerate(points)
    ]
    height = max(len(bars) * LYING_STEP - 6, 1)
    return Chart(
        title=title, description=description, upright=False, height=height, bars=tuple(bars)
    )
