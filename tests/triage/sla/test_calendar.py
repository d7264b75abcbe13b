"""Calendars as values: which rule decides a day, counting of days, the stored form."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.triage.sla.times import oslo, shown
from triage.sla.calendar import (
    Calendar,
    CalendarError,
    Season,
    always_open,
    calendar_from_json,
    calendar_to_json,
    frames,
    holiday_names,
    week,
    working_days_between,
)
from triage.sla.clock import business_time, due_time, next_opening
from triage.sla.policy import DEFAULT_CALENDARS

SERVICE = DEFAULT_CALENDARS["service_hours"]
OFFICE = {"weekly": {d: [["08:00", "16:00"]] for d in ("mon", "tue", "wed", "thu", "fri")}}


def hours(calendar, text):
    day = calendar.day(date.fromisoformat(text))
    pairs = [f"{f.start // 3600:02}:{f.start % 3600 // 60:02}" for f in day.frames]
    ends = [f"{f.end // 3600:02}:{f.end % 3600 // 60:02}" for f in day.frames]
    return day.kind, day.name, list(zip(pairs, ends, strict=True))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-05-13", ("weekly", "", [("08:00", "15:45")])),
        ("2026-05-14", ("holiday", "Ascension Day", [])),
        ("2026-05-15", ("season", "Summer hours", [("08:00", "15:00")])),
        ("2026-09-14", ("season", "Summer hours", [("08:00", "15:00")])),
        ("2026-09-15", ("weekly", "", [("08:00", "15:45")])),
        ("2026-05-16", ("season", "Summer hours", [])),
        ("2026-12-24", ("season", "Christmas Eve", [("08:00", "12:00")])),
        ("2026-12-25", ("holiday", "Christmas Day", [])),
        ("2026-12-26", ("holiday", "Second Day of Christmas", [])),
        ("2026-12-27", ("season", "Christmas week", [])),
        ("2026-12-28", ("season", "Christmas week", [("10:00", "15:45")])),
        ("2026-12-31", ("season", "New Year's Eve", [("10:00", "12:00")])),
        ("2027-01-01", ("holiday", "New Year's Day", [])),
        ("2026-04-01", ("weekly", "", [("08:00", "15:45")])),
        ("2027-05-17", ("holiday", "Constitution Day; Pentecost Monday", [])),
    ],
)
def test_the_example_calendar_day_by_day(day, expected):
    assert hours(SERVICE, day) == expected


def test_two_holidays_on_one_date_close_one_day():
    days = working_days_between(SERVICE, date(2027, 5, 14), date(2027, 5, 19), "inclusive")
    assert days == 3  # Friday, Tuesday, Wednesday


CLOSED_FOR_DELIVERY = [
    *(date(2025, 12, day) for day in (24, 29, 30, 31)),
    *(date(2026, 3, day) for day in (30, 31)),
    date(2026, 4, 1),
]
MIGRATION = (date(2025, 10, 30), date(2026, 6, 19))


@pytest.mark.parametrize(
    ("count", "closed", "expected"),
    [
        ("half_open", [], 157),
        ("inclusive", [], 158),
        ("half_open", CLOSED_FOR_DELIVERY, 150),
        ("inclusive", CLOSED_FOR_DELIVERY, 151),
    ],
)
def test_working_days_of_the_migration_period(count, closed, expected):
    assert working_days_between(SERVICE, *MIGRATION, count, closed) == expected


def test_the_delivery_calendar_has_the_published_150_days_built_in():
    assert working_days_between(DEFAULT_CALENDARS["delivery_days"], *MIGRATION) == 150
    assert "inferred" in DEFAULT_CALENDARS["delivery_days"].note


def test_no_days_lie_between_a_date_and_itself_unless_both_ends_count():
    friday = date(2026, 11, 27)
    assert working_days_between(SERVICE, friday, friday) == 0
    assert working_days_between(SERVICE, friday, friday, "inclusive") == 1


@pytest.mark.parametrize(
    ("first", "last", "count", "message"),
    [
        (date(2026, 1, 2), date(2026, 1, 1), "half_open", "after the last"),
        (date(2026, 1, 1), date(2026, 1, 2), "both", "half_open"),
        (date(1, 1, 1), date(2026, 1, 2), "half_open", "between 1900"),
    ],
)
def test_a_count_of_days_that_makes_no_sense_is_refused(first, last, count, message):
    with pytest.raises(ValueError, match=message):
        working_days_between(SERVICE, first, last, count)


def test_a_special_day_wins_over_a_holiday_and_over_the_season():
    calendar = calendar_from_json(
        OFFICE
        | {
            "holidays": {"2026-05-17": "National day"},
            "special_days": {
                "2026-05-17": [["10:00", "12:00"]],
                "2026-05-18": {"name": "Moving", "frames": []},
            },
        }
    )
    assert hours(calendar, "2026-05-17") == ("special_day", "", [("10:00", "12:00")])
    assert hours(calendar, "2026-05-18") == ("special_day", "Moving", [])


def test_a_closed_day_has_its_name():
    calendar = calendar_from_json(OFFICE | {"closed_days": {"2026-05-18": "Planning day"}})
    assert hours(calendar, "2026-05-18") == ("closed_day", "Planning day", [])


def test_the_first_season_that_contains_the_date_decides():
    calendar = Calendar(
        name="two",
        timezone="UTC",
        weekly=week({}),
        seasons=(
            Season("Inner", (7, 1), (7, 31), week({"wed": [("09:00", "10:00")]})),
            Season("Outer", (6, 1), (8, 31), week({"wed": [("08:00", "12:00")]})),
        ),
    )
    assert hours(calendar, "2026-07-15")[1] == "Inner"
    assert hours(calendar, "2026-06-17")[1] == "Outer"


def test_a_season_may_run_over_the_new_year():
    winter = Season("Winter", (12, 20), (1, 10), week({}))
    inside = [date(2026, 12, 20), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 10)]
    assert all(winter.contains(day) for day in inside)
    assert not winter.contains(date(2026, 12, 19))
    assert not winter.contains(date(2027, 1, 11))


def test_a_weekly_night_shift_is_split_at_midnight():
    night = week({"sun": [("22:00", "06:00")]})
    assert night == week({"sun": [("22:00", "24:00")], "mon": [("00:00", "06:00")]})


def test_overlapping_frames_of_a_day_count_once():
    assert frames(("08:00", "12:00"), ("11:00", "16:00")) == frames(("08:00", "16:00"))


@pytest.mark.parametrize(
    "never",
    [
        {},
        {"weekly": {}},
        {"weekly": {"mon": []}},
        {
            "weekly": {"mon": [["08:00", "16:00"]]},
            "seasons": [{"from": "01-01", "to": "12-31", "weekly": {}}],
        },
        {
            "weekly": {},
            "seasons": [{"from": "12-25", "to": "12-25", "weekly": {"mon": [["08:00", "16:00"]]}}],
            "holiday_country": "NO",
        },
        {"special_days": {"2026-12-24": []}},
    ],
)
def test_a_calendar_that_never_opens_is_refused(never):
    with pytest.raises(CalendarError, match="never opens"):
        calendar_from_json(never)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"timezone": "Europe/Olso"}, "unknown time zone 'Europe/Olso'"),
        ({"timezone": "../../etc"}, "unknown time zone"),
        ({"weekly": {"monday": [["08:00", "16:00"]]}}, "unknown weekday 'monday'"),
        ({"weekly": {"mon": [["8", "16"]]}}, "time '8' is not HH:MM"),
        ({"weekly": {"mon": [["08:00", "24:30"]]}}, "after 24:00"),
        ({"weekly": {"mon": [["08:00", "08:00"]]}}, "is empty"),
        ({"weekly": {"mon": [["08:00"]]}}, "a frame is a pair"),
        ({"weekly": {"mon": ["08:00-16:00"]}}, "a frame is a pair"),
        ({"weekly": [["08:00", "16:00"]]}, "wrong form"),
        ({"special_days": {"2026-12-24": [["22:00", "06:00"]]}}, "split it at 24:00"),
        ({"special_days": {"24.12.2026": []}}, "is not a date"),
        ({"special_days": {"2026-12-24": None}}, "wrong form"),
        ({"holidays": "2026-12-24"}, "not a list of dates"),
        ({"holidays": [20261224]}, "is not a date"),
        ({"holiday_country": "XX"}, "no public holidays are known for country 'XX'"),
        ({"seasons": [{"from": "15-05", "to": "09-14"}]}, "not a month and day"),
        ({"seasons": [{"to": "09-14"}]}, "wrong form"),
        (
            {"closed_days": ["2026-12-24"], "special_days": {"2026-12-24": []}},
            "both a closed day and a special day",
        ),
    ],
)
def test_a_calendar_that_cannot_be_read_says_what_is_wrong(wrong, message):
    with pytest.raises(CalendarError, match=message):
        calendar_from_json(OFFICE | wrong)


def test_something_else_than_an_object_is_no_calendar():
    with pytest.raises(CalendarError, match="a calendar is an object"):
        calendar_from_json(["mon"])


@pytest.mark.parametrize("name", DEFAULT_CALENDARS)
def test_the_default_calendars_survive_their_stored_form(name):
    calendar = DEFAULT_CALENDARS[name]
    assert calendar_from_json(calendar_to_json(calendar)) == calendar
    assert calendar.name == name
    assert "xample" in calendar.note


def test_the_stored_form_is_readable():
    data = calendar_to_json(
        Calendar(
            name="desk",
            timezone="Europe/Oslo",
            weekly=week({"mon": [("08:00", "11:30:30"), ("12:00", "24:00")]}),
            special_days=((date(2026, 12, 24), "Half day", frames(("08:00", "12:00"))),),
        )
    )
    assert data["weekly"] == {"mon": [["08:00", "11:30:30"], ["12:00", "24:00"]]}
    assert data["special_days"] == {
        "2026-12-24": {"name": "Half day", "frames": [["08:00", "12:00"]]}
    }


def test_a_calendar_of_single_dates_ends_with_a_clear_error():
    calendar = calendar_from_json({"special_days": {"2026-12-24": [["08:00", "12:00"]]}})
    start = oslo("2026-12-01 09:00")
    assert shown(due_time(calendar, start, timedelta(hours=4))) == "2026-12-24 12:00"
    with pytest.raises(CalendarError, match="too few open hours"):
        due_time(calendar, start, timedelta(hours=4, seconds=1))
    with pytest.raises(CalendarError, match="too few open hours"):
        next_opening(calendar, oslo("2027-01-01 09:00"))


def test_a_target_of_centuries_is_refused():
    with pytest.raises(CalendarError, match="too few open hours before 2400"):
        due_time(SERVICE, oslo("2026-01-01 09:00"), timedelta(days=200 * 365))


@pytest.mark.parametrize("year", [1, 1900, 2400, 9999])
def test_instants_far_away_are_refused(year):
    with pytest.raises(CalendarError, match=f"year {year} is outside"):
        next_opening(SERVICE, datetime(year, 6, 1, tzinfo=UTC))


def test_an_always_open_calendar_counts_every_second_of_a_leap_year():
    start, end = datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
    assert business_time(always_open(), start, end) == timedelta(days=366)


def test_the_holiday_names_of_norway_can_be_listed_for_translation():
    names = holiday_names("NO", range(2020, 2031))
    assert "Ascension Day" in names
    assert "Constitution Day; Pentecost Monday" in names


@pytest.mark.parametrize("year", range(2020, 2031))
def test_norway_closes_its_movable_and_fixed_feasts(year):
    names = {name for text in holiday_names("NO", [year]) for name in text.split("; ")}
    assert names == {
        "New Year's Day",
        "Maundy Thursday",
        "Good Friday",
        "Easter Sunday",
        "Easter Monday",
        "Labor Day",
        "Constitution Day",
        "Ascension Day",
        "Pentecost",
        "Pentecost Monday",
        "Christmas Day",
        "Second Day of Christmas",
    }


@pytest.mark.parametrize(
    "exception",
    [
        {"weekly": {"mon": [["00:00", "24:00"]]}},
        {"holiday_country": "NO"},
        {"holidays": ["2026-05-17"]},
        {"closed_days": ["2026-12-24"]},
        {"special_days": {"2026-12-24": [["08:00", "12:00"]]}},
        {"seasons": [{"from": "12-24", "to": "12-26", "weekly": {}}]},
    ],
)
def test_only_a_calendar_without_any_exception_never_closes(exception):
    always = calendar_to_json(always_open("vakt", "Asia/Kolkata"))
    assert calendar_from_json(always).never_closes
    assert not calendar_from_json({**always, **exception}).never_closes


MONDAYS = {"mon": [["08:00", "16:00"]]}


def test_a_date_named_twice_is_one_and_survives_the_stored_form():
    once, twice = (
        calendar_from_json({"weekly": MONDAYS, "holidays": ["2026-05-14"] * times})
        for times in (1, 2)
    )
    assert once == twice == calendar_from_json(calendar_to_json(twice))


def test_a_calendar_of_a_date_after_all_years_ends_with_a_clear_error_too():
    far = calendar_from_json({"special_days": {"2500-01-04": [["08:00", "12:00"]]}})
    with pytest.raises(CalendarError, match="too few open hours before 2400"):
        due_time(far, oslo("2026-12-23 09:00"), timedelta(hours=1))
    assert business_time(far, oslo("2026-12-23 09:00"), oslo("2030-01-01 00:00")) == timedelta()


@pytest.mark.parametrize(
    ("zone", "open_on", "from_", "to", "hours"),
    [  # Saturday 31 December 1994 was left out on Kiritimati, Friday 30 December 2011 on Samoa:
        # their frames are those of the next date, read as zoneinfo reads them
        ("Pacific/Kiritimati", ("sat", "sun"), "1994-12-30", "1995-01-02", 8),
        ("Pacific/Kiritimati", ("sat",), "1994-12-30", "1995-01-02", 8),
        ("Pacific/Apia", ("fri", "sat"), "2011-12-29", "2012-01-01", 8),
        ("Pacific/Apia", ("thu", "fri", "sat"), "2011-12-29", "2012-01-01", 16),
    ],
)
def test_a_date_that_was_left_out_counts_once_whichever_year_is_asked_for_first(
    zone, open_on, from_, to, hours
):
    spec = {"timezone": zone, "weekly": {day: [["08:00", "16:00"]] for day in open_on}}
    start, end = (
        datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) for text in (from_, to)
    )
    for years in (0, -3, 3):
        calendar = calendar_from_json(spec)
        next_opening(calendar, start + timedelta(days=366 * years))
        assert business_time(calendar, start, end) == timedelta(hours=hours)
        assert due_time(calendar, start, timedelta(hours=hours)) <= end
    earlier, later = start - timedelta(days=500), end + timedelta(days=500)
    whole = business_time(calendar_from_json(spec), earlier, later)
    for cut in (start, end):
        parts = business_time(calendar_from_json(spec), earlier, cut) + business_time(
            calendar_from_json(spec), cut, later
        )
        assert parts == whole
