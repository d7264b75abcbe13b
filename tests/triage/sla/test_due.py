"""Due times and elapsed time: the published vectors, pauses, clock changes, edges."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.triage.sla.times import OSLO, oslo, shown
from triage.sla.calendar import calendar_from_json, calendar_to_json, frames, week
from triage.sla.clock import (
    business_seconds,
    business_time,
    due_time,
    next_opening,
    target_time,
    working_days_target,
)
from triage.sla.due import labelled_pauses
from triage.sla.policy import DEFAULT_CALENDARS, Target

SERVICE, ALWAYS = DEFAULT_CALENDARS["service_hours"], DEFAULT_CALENDARS["always"]
HALF_WEDNESDAY = calendar_from_json(
    calendar_to_json(SERVICE) | {"special_days": {"2026-04-01": [["08:00", "12:00"]]}}
)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "due"),
    [
        (SERVICE, "2026-05-13 14:30", 4, "2026-05-15 10:45"),  # Ascension Day, summer hours
        (SERVICE, "2026-12-23 15:00", 8, "2026-12-28 13:15"),  # Christmas Eve, Christmas week
        (SERVICE, "2026-04-01 15:00", 1, "2026-04-07 08:15"),  # Easter
        (HALF_WEDNESDAY, "2026-04-01 15:00", 1, "2026-04-07 09:00"),
        (SERVICE, "2026-11-27 16:20", 1, "2026-11-30 09:00"),  # after hours on a Friday
        (SERVICE, "2026-09-14 14:00", 8, "2026-09-15 15:00"),  # last day of summer hours
        (ALWAYS, "2026-03-29 01:30", 4, "2026-03-29 06:30"),  # summer time begins
        (ALWAYS, "2026-10-25 01:30", 4, "2026-10-25 04:30"),  # summer time ends
    ],
)
def test_published_vectors(calendar, start, hours, due):
    assert shown(due_time(calendar, oslo(start), hours * HOUR)) == due


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-27 14:45", 60, "2026-11-27 15:45"),  # used up at closing: due at closing
        ("2026-11-27 14:45", 61, "2026-11-30 08:01"),
        ("2026-11-27 15:45", 1, "2026-11-30 08:01"),  # closing itself is closed
        ("2026-11-28 12:00", 465, "2026-11-30 15:45"),  # a whole day from a Saturday
        ("2026-11-30 08:00", 1, "2026-11-30 08:01"),
        ("2026-11-30 07:59:59", 1, "2026-11-30 08:01"),
        ("2026-11-30 09:00:30", 1, "2026-11-30 09:01:30"),  # seconds are kept
        ("2026-11-28 12:00", 0, "2026-11-28 12:00"),  # nothing is due at once
    ],
)
def test_edges_of_a_day(start, minutes, due):
    assert shown(due_time(SERVICE, oslo(start), timedelta(minutes=minutes))) == due


def test_answers_are_in_utc():
    due = due_time(SERVICE, oslo("2026-11-27 09:00"), HOUR)
    assert due == datetime(2026, 11, 27, 9, tzinfo=UTC)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-28 22:00", 8, "2026-03-29 07:00"),  # the night loses an hour of the clock
        ("2026-10-24 22:00", 8, "2026-10-25 05:00"),  # and gains one
        ("2026-10-24 22:00", 9, "2026-10-25 06:00"),
    ],
)
def test_a_night_shift_over_a_clock_change_has_its_real_length(start, hours, due):
    night = calendar_from_json({"weekly": {"sat": [["22:00", "07:00"]]}})
    assert shown(due_time(night, oslo(start), hours * HOUR)) == due


def test_wall_times_that_do_not_exist_or_exist_twice_are_read_with_fold_0():
    calendar = calendar_from_json({"weekly": {"sun": [["02:30", "04:00"]]}})
    spring = business_time(calendar, oslo("2026-03-29 00:00"), oslo("2026-03-30 00:00"))
    autumn = business_time(calendar, oslo("2026-10-25 00:00"), oslo("2026-10-26 00:00"))
    assert (spring, autumn) == (timedelta(minutes=30), timedelta(hours=2, minutes=30))


def test_a_frame_inside_the_skipped_hour_counts_once():
    calendar = calendar_from_json({"weekly": {"sun": [["02:00", "02:30"], ["03:00", "04:00"]]}})
    spring = business_time(calendar, oslo("2026-03-29 00:00"), oslo("2026-03-30 00:00"))
    assert spring == HOUR


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Australia/Adelaide", date(2026, 4, 5), 25),
        ("America/St_Johns", date(2026, 3, 8), 23),
        ("America/Havana", date(2026, 11, 1), 25),
        ("America/Santiago", date(2026, 9, 6), 23),
        ("Asia/Kolkata", date(2026, 3, 8), 24),
        ("Pacific/Chatham", date(2026, 9, 27), 23),
    ],
)
def test_a_whole_day_has_its_real_length_anywhere(zone, day, length):
    calendar = calendar_from_json(
        {"timezone": zone, "special_days": {day.isoformat(): [["00:00", "24:00"]]}}
    )
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    open_time = business_time(calendar, noon - 48 * HOUR, noon + 48 * HOUR)
    assert open_time == length * HOUR


MONDAY = "2026-11-30"


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([], "2026-11-30 13:00"),
        ([("10:00", "11:00")], "2026-11-30 14:00"),
        ([("10:00", "11:00"), ("10:30", "11:30")], "2026-11-30 14:30"),  # overlapping
        ([("10:00", "12:00"), ("10:30", "11:00")], "2026-11-30 15:00"),  # nested
        ([("11:00", "12:00"), ("10:00", "11:00")], "2026-11-30 15:00"),  # touching, unordered
        ([("07:00", "09:30")], "2026-11-30 13:30"),  # began before the clock
        ([("06:00", "07:00"), ("10:00", "10:00")], "2026-11-30 13:00"),  # before, empty
        ([("13:00", "14:00")], "2026-11-30 13:00"),  # begins when the target is used up
        ([("12:59", "14:00")], "2026-11-30 14:01"),
        ([("10:00", "15:45")], "2026-12-01 11:00"),
        ([("10:00", None)], None),
        ([("10:00", None), ("11:00", "12:00")], None),
        ([("13:00", None)], "2026-11-30 13:00"),
        ([("08:00", None)], None),
    ],
)
def test_pauses_move_the_due_time(pauses, due):
    spans = [(oslo(f"{MONDAY} {a}"), b and oslo(f"{MONDAY} {b}")) for a, b in pauses]
    assert shown(due_time(SERVICE, oslo(f"{MONDAY} 09:00"), 4 * HOUR, spans)) == due


def test_a_pause_outside_opening_hours_costs_nothing():
    weekend = [(oslo("2026-11-27 17:00"), oslo("2026-11-30 07:00"))]
    start = oslo("2026-11-27 15:00")
    assert due_time(SERVICE, start, HOUR, weekend) == due_time(SERVICE, start, HOUR)


def test_pauses_may_come_as_a_generator():
    spans = ((oslo(f"{MONDAY} 10:00"), oslo(f"{MONDAY} 11:00")) for _ in range(1))
    assert shown(due_time(SERVICE, oslo(f"{MONDAY} 09:00"), HOUR, spans)) == "2026-11-30 10:00"


def test_elapsed_time_leaves_closed_and_paused_time_out():
    start, end = oslo("2026-11-27 15:00"), oslo("2026-11-30 10:00:30")
    assert business_time(SERVICE, start, end) == timedelta(hours=2, minutes=45, seconds=30)
    assert business_seconds(SERVICE, start, end) == 9930.0
    pauses = [(oslo("2026-11-27 15:30"), oslo("2026-11-30 09:00")), (end, None)]
    assert business_time(SERVICE, start, end, pauses) == timedelta(hours=1, minutes=30, seconds=30)
    assert business_time(SERVICE, start, end, [(start, None)]) == timedelta(0)


def test_microseconds_are_kept():
    start = oslo("2026-11-27 15:44:59").replace(microsecond=999_999)
    due = due_time(SERVICE, start, timedelta(microseconds=1))
    assert shown(due) == "2026-11-27 15:45"
    assert due.microsecond == 0


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-26 10:20", 1, "2026-11-27 10:20"),
        ("2026-11-27 10:20", 1, "2026-11-30 10:20"),
        ("2026-11-27 10:20", 5, "2026-12-04 10:20"),
        ("2026-11-28 12:00", 1, "2026-11-30 15:45"),  # from the next opening: Tuesday's opening
        ("2026-05-13 15:30", 1, "2026-05-15 15:00"),  # clamped to summer hours
        ("2026-12-23 15:00", 1, "2026-12-24 12:00"),  # clamped to the half day
        ("2026-12-24 08:30", 1, "2026-12-24 12:00"),  # opens later next day: closing is the same
        ("2026-04-01 10:20", 1, "2026-04-07 10:20"),
        ("2026-03-27 10:20", 1, "2026-03-30 10:20"),  # over the clock change
    ],
)
def test_working_day_targets(start, days, due):
    target = target_time(SERVICE, oslo(start), Target(working_days=days))
    assert shown(due_time(SERVICE, oslo(start), target)) == due


def test_a_working_day_of_an_always_open_calendar_follows_the_clock():
    assert working_days_target(ALWAYS, oslo("2026-03-28 12:00"), 1) == timedelta(hours=23)
    assert working_days_target(ALWAYS, oslo("2026-10-24 12:00"), 1) == timedelta(hours=25)


def test_a_working_day_that_ends_in_the_lunch_break_ends_before_it():
    calendar = calendar_from_json(
        {"weekly": {"mon": [["08:00", "16:00"]], "tue": [["08:00", "12:00"], ["13:00", "16:00"]]}}
    )
    start = oslo("2026-11-30 12:30")
    target = target_time(calendar, start, Target(working_days=1))
    assert shown(due_time(calendar, start, target)) == "2026-12-01 12:00"


def test_minute_targets_are_plain_open_time():
    assert target_time(SERVICE, oslo("2026-11-28 12:00"), Target(minutes=90)) == 1.5 * HOUR


def test_next_opening_is_now_when_open():
    assert shown(next_opening(SERVICE, oslo("2026-11-27 10:00"))) == "2026-11-27 10:00"
    assert shown(next_opening(SERVICE, oslo("2026-11-27 15:45"))) == "2026-11-30 08:00"
    assert shown(next_opening(SERVICE, oslo("2026-11-30 07:59"))) == "2026-11-30 08:00"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: due_time(SERVICE, datetime(2026, 1, 1), HOUR), "has no time zone"),
        (lambda: due_time(SERVICE, oslo("2026-01-01 09:00"), -HOUR), "cannot be negative"),
        (
            lambda: due_time(
                SERVICE,
                oslo("2026-01-01 09:00"),
                HOUR,
                [(oslo("2026-01-02 09:00"), oslo("2026-01-01 09:00"))],
            ),
            "ends before it starts",
        ),
        (
            lambda: business_time(SERVICE, oslo("2026-01-02 09:00"), oslo("2026-01-01 09:00")),
            "is before",
        ),
        (lambda: working_days_target(SERVICE, oslo("2026-01-01 09:00"), 0), "at least one"),
    ],
)
def test_questions_without_an_answer_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_working_day_needs_another_open_day():
    calendar = calendar_from_json({"special_days": {"2026-12-24": [["08:00", "12:00"]]}})
    with pytest.raises(ValueError, match="no open day within ten years"):
        working_days_target(calendar, oslo("2026-12-24 09:00"), 1)


def test_the_earlier_of_two_overlapping_pauses_keeps_its_name():
    pauses = [
        (oslo("2026-11-30 11:00"), oslo("2026-11-30 13:00"), "waiting_third_party", "supplier"),
        (oslo("2026-11-30 10:00"), oslo("2026-11-30 12:00"), "waiting_customer", "log asked for"),
    ]
    named = labelled_pauses(pauses, oslo("2026-11-30 09:00"))
    assert [(shown(p.start), shown(p.end), p.kind) for p in named] == [
        ("2026-11-30 10:00", "2026-11-30 12:00", "waiting_customer"),
        ("2026-11-30 12:00", "2026-11-30 13:00", "waiting_third_party"),
    ]


def test_several_frames_a_day_skip_the_lunch_break():
    lunch = calendar_from_json({"weekly": {"mon": [["08:00", "11:30"], ["12:00", "15:30"]]}})
    assert lunch.weekly == week({"mon": [("12:00", "15:30"), ("08:00", "11:30")]})
    assert lunch.weekly[0] == frames(("08:00", "11:30"), ("12:00", "15:30"))
    assert shown(due_time(lunch, oslo("2026-11-30 11:00"), HOUR)) == "2026-11-30 12:30"


def test_instants_in_any_zone_mean_the_same():
    start = oslo("2026-11-27 09:00")
    elsewhere = start.astimezone(ZoneInfo("Asia/Kolkata"))
    assert due_time(SERVICE, start, HOUR) == due_time(SERVICE, elsewhere, HOUR)
    second_two_o_clock = datetime(2026, 10, 25, 2, 30, tzinfo=OSLO, fold=1)
    assert shown(due_time(ALWAYS, second_two_o_clock, HOUR)) == "2026-10-25 03:30"
