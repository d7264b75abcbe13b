"""Shares, medians and percentiles, by hand and by their properties."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.reporting.figures import Share, Spread, median, percentile

values = st.lists(st.floats(0, 1e6), min_size=1, max_size=60)


def test_a_share_of_nothing_has_no_per_cent():
    assert Share().percent is None


def test_shares_are_added_as_counts_not_as_per_cents():
    total = Share(1, 2) + Share(0, 8)
    assert (total.part, total.whole, total.rest, total.percent) == (1, 10, 9, 10.0)


@pytest.mark.parametrize(
    ("numbers", "percent", "expected"),
    [
        ([15, 20, 35, 40, 50], 30, 20),
        ([15, 20, 35, 40, 50], 40, 20),
        ([15, 20, 35, 40, 50], 50, 35),
        ([15, 20, 35, 40, 50], 100, 50),
        (list(range(1, 11)), 90, 9),
        ([7], 90, 7),
        ([], 90, None),
    ],
)
def test_a_percentile_is_the_value_of_the_nearest_rank(numbers, percent, expected):
    assert percentile(numbers, percent) == expected


@pytest.mark.parametrize("percent", [0, -1, 100.1])
def test_a_percentile_outside_its_range_is_refused(percent):
    with pytest.raises(ValueError, match="percentile"):
        percentile([1], percent)


@given(values)
def test_nine_of_ten_are_within_the_ninetieth_percentile(numbers):
    found = percentile(numbers, 90)
    assert found in numbers
    assert sum(value <= found for value in numbers) >= 0.9 * len(numbers)
    assert sum(value < found for value in numbers) < 0.9 * len(numbers)


@given(values)
def test_the_median_is_that_of_the_standard_library(numbers):
    assert median(numbers) == pytest.approx(statistics.median(numbers))


def test_there_is_no_median_of_nothing():
    assert median([]) is None


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_spread_of_fewer_than_five_is_hidden(count, hidden):
    assert Spread.of([1.0] * count).hidden is hidden
