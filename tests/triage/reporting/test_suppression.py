"""Small cells: nobody who knows every shown figure can work out a hidden small one."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from triage.reporting.suppression import Small, hide_line, hide_table

FEWEST = 5
COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))
TABLES = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(COUNTS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def span(equations: list[tuple[dict, int]], unknown: list, wanted) -> tuple[float, float]:
    """The least and the most a hidden figure can be, for somebody who knows the equations."""
    place = {key: number for number, key in enumerate(unknown)}
    matrix = np.zeros((len(equations), len(unknown)))
    for number, (terms, _value) in enumerate(equations):
        for key, factor in terms.items():
            matrix[number, place[key]] += factor
    ends = []
    for sign in (1, -1):
        aim = np.zeros(len(unknown))
        aim[place[wanted]] = sign
        found = linprog(
            aim, A_eq=matrix, b_eq=[value for _terms, value in equations], bounds=(0, None)
        )
        ends.append(found.x[place[wanted]] if found.success else float("inf"))
    return ends[0], ends[1]


def assert_nothing_can_be_solved(cells: dict, sums: list[list]) -> None:
    """Cells are (value, shown) by key; each sum is a total's key and the keys it adds up."""
    unknown = [key for key, (_value, shown) in cells.items() if not shown]
    equations = []
    for total, *parts in sums:
        terms: dict = {}
        value = 0
        for key, factor in [(total, -1), *((part, 1) for part in parts)]:
            if cells[key][1]:
                value -= factor * cells[key][0]
            else:
                terms[key] = terms.get(key, 0) + factor
        if terms:
            equations.append((terms, value))
    for key in unknown:
        if 0 < cells[key][0] < FEWEST:
            least, most = span(equations, unknown, key)
            assert most - least > 0.5, (key, cells[key], least, most)


@given(st.lists(COUNTS, min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_in_a_line_with_its_total_no_hidden_small_count_can_be_solved(counts):
    hidden = hide_line(counts)
    assert {place for place, count in enumerate(counts) if count < FEWEST} <= hidden
    cells = {place: (count, place not in hidden) for place, count in enumerate(counts)}
    cells["total"] = (sum(counts), sum(counts) >= FEWEST)
    assert_nothing_can_be_solved(cells, [["total", *range(len(counts))]])
    amount = sum(counts[place] for place in hidden)
    assert amount == 0 or amount >= FEWEST or amount == sum(counts)


def table_as_known(counts, hidden, rows_hidden, columns_hidden) -> tuple[dict, list]:
    rows, columns = range(len(counts)), range(len(counts[0]))
    cells = {(r, c): (counts[r][c], (r, c) not in hidden) for r, c in product(rows, columns)}
    cells |= {("row", r): (sum(counts[r]), r not in rows_hidden) for r in rows}
    cells |= {
        ("column", c): (sum(line[c] for line in counts), c not in columns_hidden) for c in columns
    }
    cells["all"] = (sum(map(sum, counts)), True)
    sums = [[("row", r), *((r, c) for c in columns)] for r in rows]
    sums += [[("column", c), *((r, c) for r in rows)] for c in columns]
    sums += [["all", *(("row", r) for r in rows)], ["all", *(("column", c) for c in columns)]]
    return cells, sums


@given(TABLES)
@settings(max_examples=100, deadline=None)
def test_in_a_table_with_its_margins_no_hidden_small_figure_can_be_solved(counts):
    totals = [sum(line) for line in counts]
    across = [sum(line[c] for line in counts) for c in range(len(counts[0]))]
    if sum(totals) < FEWEST:
        return
    rows_hidden, columns_hidden = hide_line(totals), hide_line(across)
    hidden = hide_table(
        counts,
        rows_shown=set(range(len(totals))) - rows_hidden,
        columns_shown=set(range(len(across))) - columns_hidden,
    )
    assert {
        (r, c) for r, line in enumerate(counts) for c, count in enumerate(line) if count < FEWEST
    } <= hidden
    assert_nothing_can_be_solved(*table_as_known(counts, hidden, rows_hidden, columns_hidden))


DIMENSIONS = {"language": ["nb", "nn", "en"], "size": ["small", "large"], "team": [1, 2, 3]}


@given(st.lists(COUNTS, min_size=9, max_size=9))
@settings(max_examples=60, deadline=None)
def test_of_a_group_no_small_count_of_a_month_can_be_solved_from_what_months_show(counts):
    dimensions = {"month": [1, 2, 3], "language": ["nb", "nn", "en"]}
    atoms = dict(zip(product(*dimensions.values()), counts, strict=True))
    small = Small(dimensions, atoms, plain=["month"])
    months = [small.count({"month": month}) for month in (1, 2, 3)]
    assert [small.is_hidden({"month": month}) for month in (1, 2, 3)] == [
        sum(months) >= FEWEST and total < FEWEST for total in months
    ] or sum(months) < FEWEST
    if sum(months) < FEWEST:
        return
    rows = [counts[:3], counts[3:6], counts[6:]]
    hidden = {
        (r, c)
        for r, month in enumerate((1, 2, 3))
        for c, language in enumerate(("nb", "nn", "en"))
        if small.is_hidden({"month": month, "language": language})
    }
    across = {
        c
        for c, language in enumerate(("nb", "nn", "en"))
        if small.is_hidden({"language": language})
    }
    assert_nothing_can_be_solved(*table_as_known(rows, hidden, set(), across))


@given(st.lists(COUNTS, min_size=18, max_size=18))
@settings(max_examples=30, deadline=None)
def test_over_all_pages_with_one_filter_no_hidden_small_figure_can_be_solved(counts):
    atoms = dict(zip(product(*DIMENSIONS.values()), counts, strict=True))
    small = Small(DIMENSIONS, atoms)
    names = list(DIMENSIONS)
    if small.is_hidden({}):
        return
    for first, second in (names[:2], names[1:], names[::2]):
        cells, sums = {(): (small.count({}), True)}, []
        for name in (first, second):
            parts = [((name, value),) for value in DIMENSIONS[name]]
            for part in parts:
                place = dict(part)
                cells[part] = (small.count(place), not small.is_hidden(place))
            sums.append([(), *parts])
        for one, other in product(DIMENSIONS[first], DIMENSIONS[second]):
            place = {first: one, second: other}
            key = ((first, one), (second, other))
            cells[key] = (small.count(place), not small.is_hidden(place))
        for one in DIMENSIONS[first]:
            keys = [((first, one), (second, other)) for other in DIMENSIONS[second]]
            sums.append([((first, one),), *keys])
        for other in DIMENSIONS[second]:
            keys = [((first, one), (second, other)) for one in DIMENSIONS[first]]
            sums.append([((second, other),), *keys])
        assert_nothing_can_be_solved(cells, sums)


@given(st.lists(COUNTS, min_size=18, max_size=18))
@settings(max_examples=30, deadline=None)
def test_with_two_filters_no_small_figure_comes_out_when_one_value_of_a_filter_is_taken_away(
    counts,
):
    atoms = dict(zip(product(*DIMENSIONS.values()), counts, strict=True))
    small = Small(DIMENSIONS, atoms)
    for values in product(*DIMENSIONS.values()):
        place = dict(zip(DIMENSIONS, values, strict=True))
        if small.is_hidden(place):
            continue
        assert small.count(place) >= FEWEST
        for name in DIMENSIONS:
            wider = {key: value for key, value in place.items() if key != name}
            others = [{**wider, name: value} for value in DIMENSIONS[name] if value != place[name]]
            hidden = [other for other in others if small.is_hidden(other)]
            rest = sum(small.count(other) for other in hidden)
            assert small.is_hidden(wider) or rest == 0 or rest >= FEWEST


def test_a_total_of_fewer_than_five_hides_everything():
    assert hide_line([1, 0, 3]) == {0, 1, 2}


def test_one_small_count_takes_the_next_smallest_along():
    assert hide_line([3, 40, 7, 90]) == {0, 2}


def test_nothing_is_hidden_but_the_empty_ones_when_nobody_could_be_found():
    assert hide_line([0, 12, 30]) == {0}


def test_a_small_cell_takes_a_rectangle_along():
    counts = [[2, 30, 40], [10, 50, 60], [70, 80, 90]]
    hidden = hide_table(counts, rows_shown=range(3), columns_shown=range(3))
    assert hidden == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_page_narrowed_by_more_than_two_filters_shows_no_groups():
    names = {name: [0, 1] for name in "abcd"}
    small = Small(names, dict.fromkeys(product([0, 1], repeat=4), 100))
    assert not small.is_hidden({"a": 0, "b": 0, "c": 0})
    assert small.is_hidden({"a": 0, "b": 0, "c": 0, "d": 0})


def test_a_small_page_hides_every_group_on_it():
    small = Small({"team": [1, 2], "language": ["nb", "nn"]}, {(1, "nb"): 3, (2, "nb"): 90})
    assert small.is_hidden({"team": 1}) and small.is_hidden({"team": 1, "language": "nb"})
    assert Small({"team": [1]}, {(1,): 4}).is_hidden({})
