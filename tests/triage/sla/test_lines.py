"""Questions as lines of JSON, for those who want the arithmetic without a site."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.triage.sla import oracle
from tests.triage.sla.generated import STARTS, calendars, pauses, random_cases
from triage.sla.lines import answer_line

WEEK = {day: [["08:00", "15:45"]] for day in ("mon", "tue", "wed", "thu", "fri")}
HOLIDAYS = [
    *("2025-12-25", "2025-12-26", "2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06"),
    *("2026-05-01", "2026-05-14", "2026-05-25"),
]
OFFICE = {"timezone": "Europe/Oslo", "weekly": WEEK, "holidays": HOLIDAYS}
ALWAYS = {"timezone": "Europe/Oslo", "weekly": {day: [["00:00", "24:00"]] for day in oracle.NAMES}}
DELIVERY = ["2025-12-24", "2025-12-29", "2025-12-30", "2025-12-31"]
DELIVERY += ["2026-03-30", "2026-03-31", "2026-04-01"]
ROOT = Path(__file__).resolve().parents[3]


def ask(**question):
    """The answer to one question."""
    return json.loads(answer_line(json.dumps({"id": "a", "calendar": OFFICE, **question})))


def due(start, minutes, calendar=OFFICE, **more):
    """The due time of a target."""
    answer = ask(kind="due", calendar=calendar, start=start, target_minutes=minutes, **more)
    assert answer["id"] == "a"
    return answer["due"]


@pytest.mark.parametrize(
    ("start", "minutes", "calendar", "expected"),
    [
        ("2026-05-12T14:30:00+02:00", 240, OFFICE, "2026-05-13T10:45:00+02:00"),
        ("2026-05-13T15:00:00+02:00", 60, OFFICE, "2026-05-15T08:15:00+02:00"),
        ("2026-05-12T08:00:00+02:00", 465, OFFICE, "2026-05-12T15:45:00+02:00"),
        ("2026-05-12T06:00:00Z", 465, OFFICE, "2026-05-12T15:45:00+02:00"),
        ("2026-05-12T07:00:30+02:00", 0, OFFICE, "2026-05-12T07:00:30+02:00"),
        ("2026-03-29T01:30:00+01:00", 240, ALWAYS, "2026-03-29T06:30:00+02:00"),
        ("2026-10-25T01:30:00+02:00", 240, ALWAYS, "2026-10-25T04:30:00+01:00"),
        ("2026-05-12T08:00:00+02:00", 0.5, OFFICE, "2026-05-12T08:00:30+02:00"),
    ],
)
def test_a_due_time_has_the_offset_of_the_calendar(start, minutes, calendar, expected):
    assert due(start, minutes, calendar) == expected


def test_a_special_day_replaces_the_weekday_and_wins_over_a_holiday():
    calendar = {**OFFICE, "special_days": {"2026-05-14": [["10:00", "12:00"]]}}
    assert due("2026-05-13T15:45:00+02:00", 30, calendar) == "2026-05-14T10:30:00+02:00"


def test_a_frame_over_midnight_is_split_there():
    calendar = {"timezone": "Europe/Oslo", "weekly": {"fri": [["22:00", "02:00"]]}}
    assert due("2026-05-15T21:00:00+02:00", 180, calendar) == "2026-05-16T01:00:00+02:00"


def test_a_pause_that_runs_on_leaves_no_due_time_unless_the_target_is_used_up_before():
    start, pause = "2026-05-12T08:00:00+02:00", [["2026-05-12T09:00:00+02:00", None]]
    assert due(start, 61, pauses=pause) is None
    assert due(start, 60, pauses=pause) == "2026-05-12T09:00:00+02:00"


def test_elapsed_time_is_whole_seconds_when_it_is():
    question = {"from": "2026-05-13T15:00:00+02:00", "to": "2026-05-15T08:00:30+02:00"}
    assert ask(kind="elapsed", **question) == {"id": "a", "seconds": 45 * 60 + 30}
    pauses = [["2026-05-13T15:30:00+02:00", "2026-05-13T15:40:00.500000+02:00"]]
    assert ask(kind="elapsed", **question, pauses=pauses)["seconds"] == 35 * 60 + 29.5


@pytest.mark.parametrize(
    ("count", "closed", "days", "workdays"),
    [
        ("half_open", [], 232, 157),
        ("inclusive", [], 233, 158),
        ("half_open", DELIVERY, 232, 150),
        ("inclusive", DELIVERY, 233, 151),
    ],
)
def test_working_days_of_the_migration_period(count, closed, days, workdays):
    question = {"from_date": "2025-10-30", "to_date": "2026-06-19", "count": count}
    found = ask(kind="workdays", **question, closed_days=closed)
    assert found == {"id": "a", "days": days, "workdays": workdays}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"kind": "due"}, "target_minutes is a number of minutes"),
        ({"kind": "due", "target_minutes": True}, "target_minutes is a number of minutes"),
        ({"kind": "due", "target_minutes": 1e300}, "target_minutes is more than"),
        ({"kind": "due", "target_minutes": 5}, "start is an instant such as"),
        ({"kind": "due", "target_minutes": 5, "start": "2026-05-12T08:00:00"}, "has no offset"),
        (
            {"kind": "due", "target_minutes": -1, "start": "2026-05-12T08:00:00Z"},
            "a target cannot be negative",
        ),
        ({"kind": "elapsed", "from": 5}, "from is an instant such as"),
        ({"kind": "workdays", "from_date": "2026-02-30"}, "is not a date such as"),
        ({"kind": "guess"}, "kind is one of due, elapsed, workdays"),
        ({"kind": ["due"]}, "kind is one of"),
        ({"kind": "due", "calendar": {}}, "never opens"),
        ({"kind": "due", "calendar": 7}, "a calendar is an object"),
        ({"kind": "due", "calendar": {**OFFICE, "timezone": "Mars"}}, "unknown time zone"),
        ({"kind": "due", "calendar": {**OFFICE, "weekly": [1]}}, "the calendar has the wrong form"),
        (
            {"kind": "elapsed", "from": "2026-05-12T08:00:00Z", "to": "2026-05-11T08:00:00Z"},
            "before",
        ),
    ],
)
def test_what_cannot_be_answered_says_why(question, said):
    found = ask(**question)
    assert found["id"] == "a"
    assert said in found["error"]


@pytest.mark.parametrize("line", ["nonsense", "[1]", "7", '{"id": 1', "[" * 100_000])
def test_a_line_that_is_no_object_gets_an_answer_too(line):
    found = json.loads(answer_line(line))
    assert found["id"] is None
    assert found["error"].startswith("the line is not")


@pytest.mark.parametrize("key", ["pauses", "closed_days"])
@pytest.mark.parametrize("wrong", ["2026-05-12", {"a": 1}, 5, [[1]], [None], [["x", None, 3]]])
def test_lists_of_another_form_are_named(key, wrong):
    common = {"from_date": "2026-05-01", "to_date": "2026-05-02", "target_minutes": 5}
    kind = "due" if key == "pauses" else "workdays"
    found = ask(kind=kind, start="2026-05-12T08:00:00Z", **common, **{key: wrong})
    assert "error" in found


def test_answers_equal_those_of_a_walk_over_open_seconds(request):
    @random_cases(request, usual=800, thorough=60_000)
    @given(calendars(), STARTS, st.integers(0, 6_000), st.data())
    def check(spec, start, minutes, data):
        spans, zone = data.draw(pauses(start)), ZoneInfo(spec["timezone"])

        def said(second):
            return None if second is None else datetime.fromtimestamp(second, zone).isoformat()

        common = {"calendar": spec, "pauses": [[said(a), said(b)] for a, b in spans]}
        expected = said(oracle.due(spec, start, minutes * 60, spans))
        assert due(said(start), minutes, **common) == expected
        end = start + minutes * 137
        elapsed = ask(kind="elapsed", **{"from": said(start), "to": said(end)}, **common)
        assert elapsed["seconds"] == oracle.elapsed(spec, start, end, spans)

    check()


def test_the_command_needs_no_site_and_no_database(tmp_path):
    lines = [
        {"id": 1, "kind": "due", "calendar": OFFICE, "start": "2026-05-12T08:00:00+02:00"},
        {"id": "æ", "kind": "workdays", "calendar": OFFICE, "from_date": "2026-05-01"},
    ]
    lines[0]["target_minutes"] = 60
    lines[1]["to_date"] = "2026-05-08"
    text = "\n".join([json.dumps(lines[0]), "", "nonsense", json.dumps(lines[1])]).encode()
    nowhere = tmp_path / "nowhere"
    ran = subprocess.run(
        [sys.executable, "manage.py", "sla_compute"],
        input=text + b'\n{"id": "\xff"}\n',
        cwd=ROOT,
        env={
            **os.environ,
            "DATA_DIR": str(nowhere),
            "DATABASE_URL": f"sqlite:///{nowhere}/none.sqlite3",
        },
        capture_output=True,
        timeout=120,
        check=True,
    )
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [each["id"] for each in found] == [1, None, None, "æ", None]
    assert found[0]["due"] == "2026-05-12T09:00:00+02:00"
    assert found[3] == {"id": "æ", "days": 7, "workdays": 4}
    assert not (nowhere / "none.sqlite3").exists()
