"""Opening hours are read as people write them, and written as they are read."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.hours_text import (
    read_hours,
    read_month_day,
    read_week,
    write_hours,
    write_month_day,
    write_week,
)
from triage.sla.calendar import frames, week

DAY = frames(("08:00", "15:45"))


@pytest.mark.parametrize(
    "text", ["08.00–15.45", "8-15:45", "08:00 - 15.45", "0800–1545", " 08.00—15.45 "]
)
def test_hours_are_read_however_the_clock_is_written(text):
    assert read_hours(text) == DAY


@pytest.mark.parametrize("text", ["8–12, 13–15.45", "8–12 og 13–15.45", "8–12 and 13–15.45"])
def test_a_day_may_open_twice(text):
    assert read_hours(text) == frames(("08:00", "12:00"), ("13:00", "15:45"))


def test_an_empty_field_is_a_closed_day_and_24_is_the_end_of_the_day():
    assert read_hours("  ") == ()
    assert read_hours("0–24") == frames(("00:00", "24:00"))


@pytest.mark.parametrize(
    "text", ["fra åtte", "08.00", "15–08", "25–26", "8–12–13", "8–12,", "<b>8–12</b>", "8.75–9"]
)
def test_what_cannot_be_read_is_refused_with_how_to_write_it(text):
    with pytest.raises(ValidationError) as refused:
        read_hours(text)
    assert refused.value.messages[0]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_week_is_read_in_the_words_of_each_language(language):
    written = week(
        {"mon": [("08:00", "15:00")], "tue": [("08:00", "15:00")], "sat": [("10:00", "12:00")]}
    )
    with translation.override(language):
        assert read_week(write_week(written)) == written


@pytest.mark.parametrize(
    ("text", "days"),
    [("man–fre 8–15", 5), ("måndag – fredag 8–15", 5), ("Mon-Fri 8–15", 5), ("tys. 8–15", 1)]
    + [("laur–sun 8–15", 2), ("", 0), ("tor 8–15; lør 8–12", 2)]
    + [("ma–fr 8–15", 5), ("ty 8–15; la 8–12", 2)],
)
def test_days_are_known_by_their_first_letters(text, days):
    assert sum(bool(day) for day in read_week(text)) == days


@pytest.mark.parametrize("text", ["hverdager 8–15", "fre–man 8–15", "man", "8–15", "man–fre åtte"])
def test_a_week_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValidationError):
        read_week(text)


def test_a_day_with_more_openings_than_calendars_hold_is_refused():
    quarters = [f"man {h}.{m}0–{h}.{m}5" for h in range(24) for m in (0, 2, 4)]
    with pytest.raises(ValidationError, match="for mange åpninger"), translation.override("nb"):
        read_week("; ".join(quarters))
    assert len(read_week("; ".join(quarters[:48]))[0]) == 48


@pytest.mark.parametrize(
    ("text", "found"), [("15.05", (5, 15)), ("1.1", (1, 1)), ("29.02.", (2, 29))]
)
def test_a_day_of_the_year_is_day_and_month(text, found):
    assert read_month_day(text) == found


@pytest.mark.parametrize("text", ["05-15", "31.02", "0.1", "1.13", "", "mai"])
def test_what_is_no_day_of_the_year_is_refused(text):
    with pytest.raises(ValidationError):
        read_month_day(text)


quarters = st.integers(0, 95)


@given(st.lists(st.tuples(quarters, quarters), max_size=4), st.sampled_from(["nb", "nn", "en"]))
def test_what_is_written_is_read_back_the_same(pairs, language):
    texts = [
        (f"{a // 4:02}:{a % 4 * 15:02}", f"{b // 4:02}:{b % 4 * 15:02}")
        for a, b in (sorted(pair) for pair in pairs)
        if a != b
    ]
    day = frames(*texts)
    with translation.override(language):
        assert read_hours(write_hours(day)) == day
        assert read_week(write_week((day, day, (), day, (), (), day))) == (
            day,
            day,
            (),
            day,
            (),
            (),
            day,
        )


@given(st.dates())
def test_a_day_of_the_year_is_read_back_the_same(day):
    assert read_month_day(write_month_day((day.month, day.day))) == (day.month, day.day)
