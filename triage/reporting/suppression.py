"""Small cells: which figures are hidden so that nobody is recognised, also by subtraction. Pure.

A cell of fewer than five (none included) is hidden. Where totals are shown, what is hidden could
be worked out from the rest, so more cells are hidden until every hidden small cell may have at
least two values, and what is hidden in a line with a shown total adds up to five or more. The
reader is taken to know the rule, and that no cell is below zero.

`Small` answers for a whole site of filtered pages: a page with filters is one slice of a table
whose margins are the pages with a filter less. One filter is protected exactly; of two, each may
be taken away; a page narrowed by more shows no groups at all. Why, and what this is not a guard
against: docs/decisions/small-cells-stay-hidden.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from triage.reporting.figures import FEWEST_SHOWN

Cell = tuple[int, int]
MOST_FILTERS = 2


@dataclass(frozen=True, slots=True)
class _Arc:
    """A cell as a flow from its row to its column; the total of a line runs back."""

    tail: Hashable
    head: Hashable
    value: int


def hide_line(counts: Sequence[int], *, fewest: int = FEWEST_SHOWN) -> frozenset[int]:
    """The positions to hide in a line whose total is shown (a total under `fewest` hides all)."""
    if sum(counts) < fewest:
        return frozenset(range(len(counts)))
    hidden = {place for place, count in enumerate(counts) if count < fewest}
    small = any(counts[place] for place in hidden)
    shown = sorted(set(range(len(counts))) - hidden, key=lambda place: (counts[place], place))
    for place in shown:
        if not small or sum(counts[at] for at in hidden) >= fewest:
            break
        hidden.add(place)
    return frozenset(hidden)


def hide_table(
    counts: Sequence[Sequence[int]],
    *,
    rows_shown: Collection[int],
    columns_shown: Collection[int],
    fewest: int = FEWEST_SHOWN,
) -> frozenset[Cell]:
    """The cells to hide in a table; the totals of the rows and columns named are known.

    The total of everything is taken to be known.
    """
    table = _Table(counts, frozenset(rows_shown), frozenset(columns_shown), fewest)
    return table.hidden()


@dataclass(frozen=True)
class _Table:
    counts: Sequence[Sequence[int]]
    rows_shown: frozenset[int]
    columns_shown: frozenset[int]
    fewest: int

    def hidden(self) -> frozenset[Cell]:
        """Small cells, and more until none of them, nor of the hidden totals, can be solved."""
        hidden = {cell for cell in self._cells if self._at(cell) < self.fewest}
        small = [cell for cell in hidden if self._at(cell)]
        small += [key for key, total in self._hidden_totals().items() if 0 < total < self.fewest]
        while small:
            more = self._for_bare_line(hidden) or self._for_solved(small, hidden)
            if more is None:
                break
            hidden.add(more)
        return frozenset(hidden)

    def _for_bare_line(self, hidden: set[Cell]) -> Cell | None:
        """What to hide in a line with a shown total where what is hidden adds up to too few."""
        for line in self._lines:
            amount = sum(self._at(cell) for cell in line if cell in hidden)
            shown = [cell for cell in line if cell not in hidden]
            if 0 < amount < self.fewest and shown:
                return min(shown, key=self._size)
        return None

    def _for_solved(self, small: Sequence[Hashable], hidden: set[Cell]) -> Cell | None:
        """What to hide for the sake of a small figure that can have one value only.

        The smallest cell that is enough by itself, else the smallest in the figure's lines, else
        the smallest there is: when all are hidden, no small figure can be solved.
        """
        arcs = self._arcs(hidden)
        solved = next((key for key in small if not _can_change(key, arcs)), None)
        if solved is None:
            return None
        shown = sorted((cell for cell in self._cells if cell not in hidden), key=self._size)
        for cell in shown:
            if _can_change(solved, arcs | self._arcs([cell])):
                return cell
        near = [cell for cell in shown if self._beside(cell, solved)]
        return next(iter(near + shown), None)

    def _size(self, cell: Cell) -> tuple[int, Cell]:
        return self._at(cell), cell

    def _beside(self, cell: Cell, key: Hashable) -> bool:
        """Whether a cell is in a line of another, or in a line like one with a hidden total."""
        if key[0] == "row":
            return cell[0] not in self.rows_shown
        if key[0] == "column":
            return cell[1] not in self.columns_shown
        return cell[0] == key[0] or cell[1] == key[1]

    @cached_property
    def _cells(self) -> list[Cell]:
        return [
            (row, column) for row, line in enumerate(self.counts) for column in range(len(line))
        ]

    @cached_property
    def _lines(self) -> list[list[Cell]]:
        rows = [[cell for cell in self._cells if cell[0] == row] for row in self.rows_shown]
        return rows + [
            [cell for cell in self._cells if cell[1] == column] for column in self.columns_shown
        ]

    def _at(self, cell: Cell) -> int:
        return self.counts[cell[0]][cell[1]]

    def _row_total(self, row: int) -> int:
        return sum(self.counts[row])

    def _column_total(self, column: int) -> int:
        return sum(line[column] for line in self.counts)

    def _arcs(self, hidden: Iterable[Cell]) -> dict[Hashable, _Arc]:
        """What is not known: the hidden cells, and the hidden totals that run back."""
        arcs: dict[Hashable, _Arc] = {
            cell: _Arc(("row", cell[0]), ("column", cell[1]), self._at(cell)) for cell in hidden
        }
        for key, total in self._hidden_totals().items():
            kind, _place = key
            ends = ("rows", key) if kind == "row" else (key, "columns")
            arcs[key] = _Arc(*ends, total)
        return arcs

    def _hidden_totals(self) -> dict[tuple[str, int], int]:
        rows = set(range(len(self.counts))) - self.rows_shown
        columns = set(range(len(self.counts[0]))) - self.columns_shown
        return {("row", row): self._row_total(row) for row in rows} | {
            ("column", column): self._column_total(column) for column in columns
        }


def _can_change(key: Hashable, arcs: Mapping[Hashable, _Arc]) -> bool:
    """Whether the arc could have another value while every shown figure stays as it is.

    It can when a way leads from one end to the other over the rest: along an arc by adding one,
    against it by taking one away from an arc that has one.
    """
    steps: dict[Hashable, list[Hashable]] = defaultdict(list)
    for other, arc in arcs.items():
        if other != key:
            steps[arc.tail].append(arc.head)
            if arc.value:
                steps[arc.head].append(arc.tail)
    arc = arcs[key]
    return _leads(steps, arc.head, arc.tail) or (
        arc.value > 0 and _leads(steps, arc.tail, arc.head)
    )


def _leads(steps: Mapping[Hashable, list[Hashable]], start: Hashable, goal: Hashable) -> bool:
    seen, waiting = {start}, deque([start])
    while waiting:
        for after in steps.get(waiting.popleft(), ()):
            if after == goal:
                return True
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return False


Place = frozenset[tuple[str, Hashable]]  # which value of which dimensions: one page, or one cell


class Small:
    """What may be shown of counts by several dimensions, on every page a filter leads to.

    `dimensions` names the dimensions with all their values; `atoms` counts by one value of each,
    in that order. Those that are `plain` (months) tell nothing of a person by themselves: on a page
    without filters only what is small is hidden, and everybody is taken to know how much it is.
    """

    def __init__(
        self,
        dimensions: Mapping[str, Sequence[Hashable]],
        atoms: Mapping[tuple[Hashable, ...], int],
        *,
        plain: Collection[str] = (),
        fewest: int = FEWEST_SHOWN,
    ) -> None:
        self._plain = frozenset(plain)
        self._dimensions = dict(dimensions)
        self._atoms = dict(atoms)
        self._fewest = fewest
        self._known: dict[tuple, frozenset[Place]] = {}
        self._summed: dict[tuple[str, ...], dict[tuple[Hashable, ...], int]] = {}

    def count(self, place: Mapping[str, Hashable]) -> int:
        """How many there are on a page or in a cell."""
        return self._count(frozenset(place.items()))

    def is_hidden(self, place: Mapping[str, Hashable]) -> bool:
        """Whether the figures of a page (its filters) or of a group on it are hidden."""
        return self._hidden(frozenset(place.items()))

    def _count(self, place: Place) -> int:
        asked = sorted(place, key=lambda item: item[0])
        counts = self._counts(tuple(name for name, _value in asked))
        return counts.get(tuple(value for _name, value in asked), 0)

    def _counts(self, names: tuple[str, ...]) -> dict[tuple[Hashable, ...], int]:
        """How many by the values of some of the dimensions."""
        if names not in self._summed:
            order = list(self._dimensions)
            positions = [order.index(name) for name in names]
            counts: Counter = Counter()
            for atom, count in self._atoms.items():
                counts[tuple(atom[position] for position in positions)] += count
            self._summed[names] = dict(counts)
        return self._summed[names]

    def _hidden(self, place: Place) -> bool:
        if len(place) > MOST_FILTERS + 1:
            return True
        if not place:
            return self._count(place) < self._fewest
        if len(place) == 1:
            ((name, _value),) = place
            return place in self._line(name, frozenset())
        if len(place) == 2:
            first, second = sorted(name for name, _value in place)
            return place in self._table(first, second, frozenset())
        return any(self._hidden_given(place, given) for given in sorted(place, key=str))

    def _hidden_given(self, place: Place, given: tuple[str, Hashable]) -> bool:
        first, second = sorted(name for name, _value in place - {given})
        return place in self._table(first, second, frozenset([given]))

    def _line(self, name: str, given: Place) -> frozenset[Place]:
        """What is hidden of one dimension on a page without filters."""
        key = (name, given)
        if key not in self._known:
            places = [given | {(name, value)} for value in self._dimensions[name]]
            counts = [self._count(place) for place in places]
            if name in self._plain:
                hidden = {at for at, count in enumerate(counts) if count < self._fewest}
            else:
                hidden = hide_line(counts, fewest=self._fewest)
            self._known[key] = frozenset(places[at] for at in hidden)
        return self._known[key]

    def _table(self, first: str, second: str, given: Place) -> frozenset[Place]:
        """What is hidden of two dimensions; their margins are pages with a filter less."""
        key = (first, second, given)
        if key not in self._known:
            rows = [given | {(first, value)} for value in self._dimensions[first]]
            columns = [given | {(second, value)} for value in self._dimensions[second]]
            cells = [[row | column for column in columns] for row in rows]
            if self._hidden(given):
                found = {place for line in cells for place in line}
            else:
                hidden = hide_table(
                    [[self._count(place) for place in line] for line in cells],
                    rows_shown=self._shown(rows),
                    columns_shown=self._shown(columns),
                    fewest=self._fewest,
                )
                found = {cells[row][column] for row, column in hidden}
            self._known[key] = frozenset(found)
        return self._known[key]

    def _shown(self, places: Sequence[Place]) -> list[int]:
        return [
            at
            for at, place in enumerate(places)
            if not self._hidden(place) or {name for name, _value in place} <= self._plain
        ]
