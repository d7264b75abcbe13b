"""Explanations: the parts of a due time and what each of them is called."""

from datetime import timedelta

from tests.triage.sla.times import oslo, shown
from triage.sla.calendar import calendar_from_json
from triage.sla.clock import Event, current_clocks, ticket_clocks
from triage.sla.explain import explain, explain_clock
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY

SERVICE, ALWAYS = DEFAULT_CALENDARS["service_hours"], DEFAULT_CALENDARS["always"]
HOUR = timedelta(hours=1)


def rows(explanation):
    return [
        (part.kind, part.name, shown(part.start), shown(part.end), str(part.counted))
        for part in explanation.parts
    ]


def test_a_holiday_is_named_and_the_open_parts_add_up():
    found = explain(SERVICE, oslo("2026-05-13 14:30"), 4 * HOUR)
    assert rows(found) == [
        ("open", "", "2026-05-13 14:30", "2026-05-13 15:45", "1:15:00"),
        ("closed", "", "2026-05-13 15:45", "2026-05-14 00:00", "0:00:00"),
        ("holiday", "Ascension Day", "2026-05-14 00:00", "2026-05-15 00:00", "0:00:00"),
        ("closed", "", "2026-05-15 00:00", "2026-05-15 08:00", "0:00:00"),
        ("open", "Summer hours", "2026-05-15 08:00", "2026-05-15 10:45", "2:45:00"),
    ]
    assert found.counted == found.target == 4 * HOUR
    assert shown(found.due_at) == "2026-05-15 10:45"


def test_a_weekend_is_one_closed_part():
    found = explain(SERVICE, oslo("2026-11-27 15:00"), HOUR)
    assert [row[0] for row in rows(found)] == ["open", "closed", "open"]


def test_pauses_show_who_was_waited_for_and_why():
    pauses = [
        (oslo("2026-11-30 10:00"), oslo("2026-11-30 12:00"), "waiting_customer", "log asked for")
    ]
    found = explain(SERVICE, oslo("2026-11-30 09:00"), 2 * HOUR, pauses)
    assert rows(found) == [
        ("open", "", "2026-11-30 09:00", "2026-11-30 10:00", "1:00:00"),
        ("paused", "waiting_customer", "2026-11-30 10:00", "2026-11-30 12:00", "0:00:00"),
        ("open", "", "2026-11-30 12:00", "2026-11-30 13:00", "1:00:00"),
    ]
    assert found.parts[1].reason == "log asked for"


def test_a_running_pause_ends_the_explanation_at_the_time_asked_for():
    wait = [(oslo("2026-11-30 10:00"), None, "waiting_third_party", "supplier")]
    now = oslo("2026-12-02 10:00")
    found = explain(SERVICE, oslo("2026-11-30 09:00"), 2 * HOUR, wait, until=now)
    assert found.due_at is None
    assert found.counted == HOUR
    assert rows(found)[-1][:4] == (
        "paused",
        "waiting_third_party",
        "2026-11-30 10:00",
        "2026-12-02 10:00",
    )


def test_closed_and_special_days_are_named():
    calendar = calendar_from_json(
        {
            "weekly": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
            "closed_days": {"2026-12-01": "Planning day"},
            "special_days": {
                "2026-12-02": {"name": "Moving", "frames": []},
                "2026-12-03": {"name": "Half day", "frames": [["08:00", "12:00"]]},
            },
        }
    )
    found = explain(calendar, oslo("2026-11-30 15:00"), 2 * HOUR)
    assert [row[:2] for row in rows(found)] == [
        ("open", ""),
        ("closed", ""),
        ("closed_day", "Planning day"),
        ("special_day", "Moving"),
        ("closed", ""),
        ("open", "Half day"),
    ]


def test_days_without_a_break_are_one_part_with_the_clock_change_on_it():
    spring = explain(ALWAYS, oslo("2026-03-28 12:00"), 24 * HOUR)
    assert rows(spring) == [
        ("open", "", "2026-03-28 12:00", "2026-03-29 13:00", "1 day, 0:00:00"),
    ]
    assert spring.parts[0].clock_change == HOUR
    autumn = explain(ALWAYS, oslo("2026-10-24 12:00"), 24 * HOUR)
    assert autumn.parts[0].clock_change == -HOUR


def test_the_clock_change_of_a_closed_night_lies_on_that_night():
    found = explain(SERVICE, oslo("2026-03-27 15:00"), HOUR)
    assert [part.clock_change for part in found.parts] == [0 * HOUR, HOUR, 0 * HOUR]


def test_a_target_of_nothing_has_no_parts():
    found = explain(SERVICE, oslo("2026-11-28 12:00"), 0 * HOUR)
    assert (found.parts, shown(found.due_at)) == ((), "2026-11-28 12:00")


def test_the_clock_of_a_reopened_case_explains_the_time_it_was_solved():
    events = [
        Event(kind="opened", at=oslo("2026-11-30 09:00"), case_type="question", priority="P4"),
        Event(kind="resolved", at=oslo("2026-11-30 11:00")),
        Event(kind="reopened", at=oslo("2026-12-02 11:00")),
    ]
    now = oslo("2026-12-02 11:00")
    clocks = ticket_clocks(events, DEFAULT_POLICY, DEFAULT_CALENDARS, now=now)
    resolution = current_clocks(clocks)["resolution"]
    found = explain_clock(resolution, DEFAULT_CALENDARS, now)
    assert rows(found)[:2] == [
        ("open", "", "2026-11-30 09:00", "2026-11-30 11:00", "2:00:00"),
        ("paused", "resolved", "2026-11-30 11:00", "2026-12-02 11:00", "0:00:00"),
    ]
    assert found.due_at == resolution.due_at
    assert found.counted == resolution.target_time
