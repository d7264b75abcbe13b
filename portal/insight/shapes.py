"""What a report is made of: sentences, charts and tables, ready to print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from triage.reporting.scope import Scope

LABELS_AT_MOST = 12  # more columns than this and only every third has its words
UPRIGHT_AT_MOST = 12  # columns of figures on a page that stands


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A figure: as people read it, as a spreadsheet does, and the cases behind it.

    A moment is by Norwegian time without a zone, to the minute, as spreadsheets have it.
    `unit` is what a length of time is counted in there: "hours" or "days". `on_one_line` keeps
    the words together, as those of a moment are.
    """

    words: str
    value: int | float | str | date | datetime | None = None
    address: str = ""
    unit: str = ""
    on_one_line: bool = False


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a table; `note` says what the reader must know about it."""

    name: str
    cells: tuple[Cell, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table; the first column names the rows. `code` is its name in addresses.

    `textual` tables hold mostly words, so their columns are not set to the right; `unprinted` are
    the columns there is no room for on paper.
    """

    code: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    textual: bool = False
    unprinted: frozenset[str] = frozenset()

    @property
    def file_headings(self) -> list[str]:
        """The name of each column in a file, with the unit that its figures stand without there."""
        said = {"hours": _("%(column)s, hours"), "days": _("%(column)s, days")}
        units = {
            number: said[cell.unit]
            for row in self.rows
            for number, cell in enumerate(row.cells, 1)
            if cell.unit
        }
        return [
            units.get(number, "%(column)s") % {"column": name}
            for number, name in enumerate(self.columns)
        ]

    @property
    def broad(self) -> bool:
        """Whether it is printed small, on pages on their side."""
        return not self.textual and len(self.columns) > UPRIGHT_AT_MOST

    @property
    def headings(self) -> list[tuple[str, str]]:
        """The name of each column with its classes."""
        first, *rest = self.columns
        return [(first, ""), *((name, self._classes(name)) for name in rest)]

    @property
    def lines(self) -> list[tuple[Row, list[tuple[Cell, str]]]]:
        """Each row with its cells, each with the classes of its column and its own."""
        columns = self.columns[1:]
        return [
            (
                row,
                [
                    (cell, self._classes(name, cell))
                    for cell, name in zip(row.cells, columns, strict=True)
                ],
            )
            for row in self.rows
        ]

    def _classes(self, column: str, cell: Cell | None = None) -> str:
        classes = {
            "number": not self.textual,
            "no-print": column in self.unprinted,
            "insight-number": cell is not None and cell.on_one_line,
        }
        return " ".join(name for name, holds in classes.items() if holds)


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
class Level:
    """A line across an upright chart, with its words: what the columns are held against."""

    top: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One row of small columns with its name and its last figure in words."""

    label: str
    words: str
    top: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A point of a curve, in the chart's own measures; `top` to `bottom` is where it may lie."""

    at: str
    middle: str
    radius: int
    top: str = ""
    bottom: str = ""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """Dots joined by lines, 0 to 100 per cent both ways, with what stands along each side.

    `even` are the words of the line on which both are the same, "" for none; `mark` is the point
    in use, told in `mark_words`.
    """

    across: str
    dots: tuple[Dot, ...]
    joined: tuple[tuple[Dot, Dot], ...]
    even: str = ""
    mark: Dot | None = None
    mark_words: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars with words. `form` is how they stand.

    "columns": upright, one for each month, each `width` wide, with a `level` across or none;
    "lines": lying, one for each value; "strips": a row of small columns for each value; "curve":
    dots instead of bars.
    """

    title: str
    description: str
    form: str
    height: int
    width: str = ""
    bars: tuple[Bar, ...] = ()
    level: Level | None = None
    strips: tuple[Strip, ...] = ()
    curve: Curve | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """One measure: a sentence or more, a chart, the same as a table, and what it means.

    `more` is where the rest of a shortened list is, `nothing` what an empty one says. What is
    `secondary` is folded on the page of a purpose: its name and sentences show what is in it.
    """

    code: str
    title: str
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    definition: str = ""
    more: str = ""
    nothing: str = ""
    secondary: bool = False


def defined(*sections: Section) -> tuple[Section, ...]:
    """The sections of one measure: those that say nothing else mean what the first one says."""
    first = sections[0].definition
    return tuple(
        section if section.definition else replace(section, definition=first)
        for section in sections
    )


@dataclass(frozen=True, kw_only=True)
class PlacedSection:
    """A section on its page: its place, and where its table can be downloaded."""

    section: Section
    anchor: str
    csv: str
    xlsx: str

    @property
    def within(self) -> str:
        """The place inside a folded section: an address that ends with it unfolds the section."""
        return f"{self.anchor}-within"


@dataclass(frozen=True)
class Figure:
    """A kind of figure: what its list is called, and the rows behind it.

    The rows are a query of cases or of deadlines, the newest first. `of_now` lists do not ask which
    months.
    """

    title: str | Promise
    rows: Callable[[Scope], QuerySet]
    of_now: bool = False


Point = tuple[str, float | None, str]  # label, size (None: nothing to show), words

UPRIGHT_TOP, UPRIGHT_LENGTH, UPRIGHT_HEIGHT = 24, 150, 204
CURVE_HEIGHT = 226
SMALLEST_DOT, LARGEST_DOT = 3, 9  # pixels
LYING_STEP = 46
STRIP_STEP, STRIP_TOP, STRIP_LENGTH = 72, 24, 36


def _whole(text: str) -> str:
    """The text with a full stop: screen readers read on after it."""
    return text if text.endswith(".") else f"{text}."


def columns(
    title: str,
    description: str,
    points: Sequence[Point],
    most: float = 100,
    level: tuple[float, str] | None = None,
) -> Chart:
    """An upright chart, one column for each point, `most` as high as can be.

    `level` is a size and its words, drawn as a line across the columns.
    """
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
        description=_whole(description),
        form="columns",
        height=UPRIGHT_HEIGHT,
        width=f"{step * 0.7:.2f}%",
        bars=tuple(bars),
        level=_level(level, most) if level else None,
    )


def _level(level: tuple[float, str], most: float) -> Level:
    size, words = level
    length = UPRIGHT_LENGTH * size / most if most else 0
    return Level(top=round(UPRIGHT_TOP + UPRIGHT_LENGTH - length, 1), words=words)


def _small_columns(points: Sequence[Point], most: float) -> Iterator[Bar]:
    step = 100 / max(len(points), 1)
    spread = 3 if len(points) > LABELS_AT_MOST else 1
    for number, (label, size, words) in enumerate(points):
        length = max(1, round(STRIP_LENGTH * size / most)) if size and most else 0
        yield Bar(
            label=label,
            words=words,
            length=str(length),
            at=f"{step * (number + 0.15):.2f}%",
            middle=f"{step * (number + 0.5):.2f}%",
            top=STRIP_TOP + STRIP_LENGTH - length,
            labelled=(len(points) - 1 - number) % spread == 0,
        )


def strips(
    title: str, description: str, series: Sequence[tuple[str, Sequence[Point]]], most: float = 100
) -> Chart:
    """A row of small columns for each of the series (its name and points), months under it all.

    Each row says its last known figure; the table has them all.
    """
    rows = []
    for place, (name, points) in enumerate(series):
        known = [words for _label, size, words in points if size is not None]
        last = known[-1] if known else ""
        bars = tuple(_small_columns(points, most))
        rows.append(Strip(label=name, words=last, top=place * STRIP_STEP, bars=bars))
    width = f"{70 / max(len(series[0][1]), 1):.2f}%" if series else ""
    return Chart(
        title=title,
        description=_whole(description),
        form="strips",
        height=len(rows) * STRIP_STEP + 20,
        width=width,
        strips=tuple(rows),
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
        title=title, description=_whole(description), form="lines", height=height, bars=tuple(bars)
    )


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A point of a curve in per cent, how much stands behind it, and where it may lie."""

    across: float
    up: float
    weight: float = 0.0
    between: tuple[float, float] | None = None


def curve(
    title: str,
    description: str,
    spots: Sequence[Spot],
    *,
    across: str,
    even: str = "",
    mark: tuple[Spot, str] | None = None,
) -> Chart:
    """A curve through the spots in order; the more stands behind one, the larger its dot.

    `across` names what grows to the right, `even` the line on which both are the same; `mark` is
    the point in use with its words.
    """
    most = max((spot.weight for spot in spots), default=0.0)
    dots = [_dot(spot, most) for spot in spots]
    return Chart(
        title=title,
        description=_whole(description),
        form="curve",
        height=CURVE_HEIGHT,
        curve=Curve(
            across=across,
            dots=tuple(dots),
            joined=tuple(zip(dots, dots[1:], strict=False)),
            even=even,
            mark=_dot(mark[0], 0) if mark else None,
            mark_words=mark[1] if mark else "",
        ),
    )


def _dot(spot: Spot, most: float) -> Dot:
    share = (spot.weight / most) ** 0.5 if most else 0.0
    low, high = spot.between or (None, None)
    return Dot(
        at=f"{spot.across:.2f}%",
        middle=_height(spot.up),
        radius=round(SMALLEST_DOT + (LARGEST_DOT - SMALLEST_DOT) * share),
        top="" if high is None else _height(high),
        bottom="" if low is None else _height(low),
    )


def _height(percent: float) -> str:
    return f"{UPRIGHT_TOP + UPRIGHT_LENGTH * (1 - percent / 100):.1f}"
