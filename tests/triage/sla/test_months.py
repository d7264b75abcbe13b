"""Months by the clocks of Oslo."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.sla.months import MOST_MONTHS, Month, Period, month_from, month_of, period_of

OSLO = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
months = st.builds(Month, st.integers(2001, 2150), st.integers(1, 12))


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        ("2026-10-31T22:59:59+00:00", Month(2026, 10)),  # 23.59.59 on the 31st in Oslo
        ("2026-10-31T23:00:00+00:00", Month(2026, 11)),  # midnight
        ("2026-06-30T21:59:59+00:00", Month(2026, 6)),  # summer time
        ("2026-06-30T22:00:00+00:00", Month(2026, 7)),
        ("2025-12-31T23:00:00+00:00", Month(2026, 1)),
    ],
)
def test_an_instant_belongs_to_the_month_its_local_clock_shows(instant, month):
    assert month_of(datetime.fromisoformat(instant), OSLO) == month


def test_a_month_with_a_change_of_clocks_is_an_hour_longer_or_shorter():
    october, march = Month(2026, 10), Month(2026, 3)
    assert october.end(OSLO) - october.start(OSLO) == timedelta(days=31, hours=1)
    assert march.end(OSLO) - march.start(OSLO) == timedelta(days=31, hours=-1)


@given(months, st.integers(-400, 400))
def test_going_forth_and_back_leads_home(month, steps):
    assert month.plus(steps).plus(-steps) == month


@given(months)
def test_a_month_holds_its_first_instant_and_not_its_end(month):
    assert month_of(month.start(OSLO), OSLO) == month
    assert month_of(month.end(OSLO) - SECOND, OSLO) == month
    assert month_of(month.end(OSLO), OSLO) == month.plus(1)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "1999-12", "2026-1", "x", "²026-10"]
)
def test_a_text_that_is_no_month_is_none(text):
    assert month_from(text) is None


def test_a_month_reads_what_it_writes():
    assert month_from(str(Month(2026, 3))) == Month(2026, 3)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ("2026-06", "2026-11")),
        ("2026-09", None, ("2026-09", "2026-11")),
        (None, "2026-02", ("2025-09", "2026-02")),
        ("2026-10", "2026-03", ("2026-03", "2026-10")),
        ("2027-02", None, ("2027-02", "2027-02")),
        ("2001-01", "2026-11", ("2024-12", "2026-11")),
    ],
)
def test_a_period_is_made_of_what_was_asked_for(first, last, expected):
    period = period_of(month_from(first or ""), month_from(last or ""), now=NOW, zone=OSLO)
    assert (str(period.first), str(period.last)) == expected
    assert 1 <= len(list(period)) <= MOST_MONTHS


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="1 to 24 months"):
        Period(Month(2026, 2), Month(2026, 1), OSLO)
