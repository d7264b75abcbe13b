"""Lines nobody in their right mind sends: one answer each, in order, and nothing piles up."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from triage.sla import lines, opening
from triage.sla.calendar import Calendar, CalendarError, frames, week
from triage.sla.due import due_time
from triage.sla.lines import LONGEST, answers

WEEK = {day: [["08:00", "15:45"]] for day in ("mon", "tue", "wed", "thu", "fri")}
OFFICE = {"timezone": "Europe/Oslo", "weekly": WEEK}
START = "2026-05-13T14:30:00+02:00"
DUE = {"kind": "due", "calendar": OFFICE, "start": START, "target_minutes": 60}
ELAPSED = {"kind": "elapsed", "calendar": OFFICE, "from": START, "to": "2026-06-01T10:00:00Z"}
WORKDAYS = {
    "kind": "workdays",
    "calendar": OFFICE,
    "from_date": "2026-05-01",
    "to_date": "2026-06-01",
    "closed_days": ["2026-05-14"],
}
ODD = [
    *(None, True, -1, 1.5, 1e308, 10**400, float("nan"), float("inf"), "", "x", "\ud800", "24:00"),
    *([], [[]], [None], [["24:00", "24:00"]], {}, {"a": 1}, {"mon": 5}, {"2026-05-13": [["8", 9]]}),
    *(
        "2026-05-13",
        "2026-05-13T14:30:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ),
    *("../../etc/localtime", "Europe", "Europe/Oslo\0", "2026-W20-3", [[START, "2020-01-01"]]),
]


def said(*questions: bytes) -> list[dict]:
    """The answers to lines, read as strictly as JSON is written down."""
    found = list(answers(BytesIO(b"\n".join(questions))))
    assert all(line.isascii() and "\n" not in line for line in found)
    return [json.loads(line, parse_constant=pytest.fail) for line in found]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b"", "the line is empty"),
        (b" \t\r", "the line is empty"),
        (b"\x00", "the line is not JSON"),
        (b"\xff\xfe{", "the line is not UTF-8"),
        (b'{"id": "\xff"}', "the line is not UTF-8"),
        (b'{"id": ' + b"9" * 5000 + b"}", "the line is not JSON"),
        (b'{"id": ' + b"[" * 50_000, "the line is not JSON"),
        (b" " * LONGEST + b"{}", "the line is longer than"),
        (b" " * (2 * LONGEST + 7), "the line is longer than"),
    ],
)
def test_a_line_that_cannot_be_read_has_an_answer_and_so_has_the_next(line, error):
    asked = json.dumps({"id": 2, **DUE}).encode()
    first, second = said(line, asked)
    assert first["id"] is None
    assert first["error"].startswith(error)
    assert second == {"id": 2, "due": "2026-05-13T15:30:00+02:00"}


def test_a_byte_order_mark_is_read_past_in_the_first_line_only():
    asked = b"\xef\xbb\xbf" + json.dumps({"id": 1, **DUE}).encode()
    first, second = said(asked, asked)
    assert first["due"] == "2026-05-13T15:30:00+02:00"
    assert second["error"] == "the line is not JSON"


def test_the_last_line_needs_no_line_feed_and_nothing_gives_nothing():
    asked = json.dumps({"id": 1, **DUE}).encode()
    assert len(said(asked)) == len(said(asked + b"\n")) == 1
    assert said(b"") == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1e999"])
def test_an_id_that_is_no_number_of_json_comes_back_as_null(number):
    asked = json.dumps(DUE).replace("{", f'{{"id": {number}, ', 1).encode()
    assert said(asked) == [{"id": None, "due": "2026-05-13T15:30:00+02:00"}]


def test_an_id_comes_back_as_it_came():
    ids = ["æ\u2028\n", "\ud800", {"a": [1, None]}, 10**300, 1.0, False]
    found = said(*(json.dumps({"id": each, **DUE}).encode() for each in ids))
    assert [each["id"] for each in found] == ids


def test_an_error_quotes_no_more_than_it_takes_to_find_the_place():
    found = said(json.dumps({**DUE, "start": "x" * 100_000}).encode())
    assert found[0]["error"].startswith("start is an instant such as")
    assert len(found[0]["error"]) == lines.LONGEST_ERROR


def test_every_odd_value_in_every_place_gives_one_answer_and_a_good_line_stays_good():
    asked = []
    for question in (DUE, ELAPSED, WORKDAYS):
        asked += [{**question, key: odd} for key in (*question, "pauses", "count") for odd in ODD]
    places = (*OFFICE, "holidays", "special_days", "closed_days", "seasons", "holiday_country")
    asked += [{**DUE, "calendar": {**OFFICE, key: odd}} for key in places for odd in ODD]
    found = said(*(json.dumps({"id": n, **each}).encode() for n, each in enumerate(asked)))
    assert [each["id"] for each in found] == list(range(len(asked)))
    assert all(len(each) > 1 for each in found)
    assert sum("error" in each for each in found) > len(asked) / 2
    assert said(json.dumps(WORKDAYS).encode()) == [{"id": None, "days": 31, "workdays": 20}]


def test_lines_with_bytes_changed_at_random_give_one_answer_each(thorough):
    chance = random.Random(7)
    good = [json.dumps({"id": 1, **each}).encode() for each in (DUE, ELAPSED, WORKDAYS)]
    asked = []
    for _ in range(100_000 if thorough else 2_000):
        line = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(line))
            line[place : place + chance.randint(0, 3)] = chance.choice(
                (b'"', b"[", b"}", b"9", b"-", b":", b"\xc3", b"e9", b"null", b"")
            )
        asked.append(bytes(line))
    assert len(said(*asked, b"{}")) == len(asked) + 1


def test_a_day_has_only_so_many_frames_and_a_calendar_only_so_many_openings(monkeypatch):
    halves = [(f"{n // 2:02}:{n % 2 * 30:02}", f"{n // 2:02}:{n % 2 * 30 + 10}") for n in range(48)]
    assert len(frames(*halves)) == 48
    with pytest.raises(CalendarError, match="at most 48 frames"):
        frames(*halves, ("12:15", "12:20"))
    with pytest.raises(CalendarError, match="at most 48 frames"):
        week({"mon": [*halves, ("12:15", "12:20")]})

    monkeypatch.setattr(opening, "MOST_INTERVALS", 10_000)
    often = Calendar("often", "UTC", (frames(*halves),) * 7)
    start = datetime(2026, 5, 13, tzinfo=UTC)
    with pytest.raises(CalendarError, match="opens more often than can be counted"):
        due_time(often, start, timedelta(days=365))
    rare = Calendar("rare", "UTC", week({"mon": [("08:00", "09:00")]}))
    assert due_time(rare, start, timedelta(hours=520)) == datetime(2036, 4, 28, 9, tzinfo=UTC)


def test_what_is_kept_of_calendars_is_bounded_by_their_number_and_their_size(monkeypatch):
    monkeypatch.setattr(lines, "MOST_CALENDARS", 20)
    monkeypatch.setattr(lines, "MOST_INTERVALS", 10_000)
    monkeypatch.setattr(lines, "_calendars", lines._Calendars())
    for n in range(60):
        calendar = {"name": str(n), "weekly": {"mon": [["08:00", "09:00"]]}}
        said(json.dumps({**DUE, "calendar": calendar}).encode())
    kept = lines._calendars._kept
    assert [calendar.name for calendar, _size in kept.values()] == list(map(str, range(40, 60)))

    far = {"name": "far", "weekly": {"mon": [["08:00", "08:01"]]}}
    for target in (10_000, 25_000, 10):
        said(json.dumps({**DUE, "calendar": far, "target_minutes": target}).encode())
        assert sum(calendar.opening.size for calendar, _size in kept.values()) <= 10_000
    assert lines._calendars._size == sum(size for _calendar, size in kept.values())
