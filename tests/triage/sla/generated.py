"""Random calendars, instants and pauses for the comparisons with the oracle."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.triage.sla.oracle import NAMES

ZONES = [
    "Europe/Oslo",
    "UTC",
    "Asia/Kolkata",
    "America/St_Johns",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Santiago",
    "America/Havana",
]
FIRST = date(2025, 1, 1)
DATES = st.integers(0, 900).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
STARTS = st.integers(
    int(datetime(2025, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2027, 6, 1, tzinfo=UTC).timestamp()),
)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def frames(draw, *, edges=None):
    """Up to three frames of one day, in order, possibly touching."""
    edge = st.integers(0, 1440) if edges is None else edges
    marks = sorted(draw(st.lists(edge, min_size=0, max_size=6)))
    pairs = zip(marks[0::2], marks[1::2], strict=False)
    return [[clock(a), clock(b)] for a, b in pairs if a < b]


@st.composite
def calendars(draw, *, edges=None):
    """A calendar as JSON: some week with at least four open hours, and exceptions to it."""
    week = {name: draw(frames(edges=edges)) for name in draw(st.sets(st.sampled_from(NAMES)))}
    week[draw(st.sampled_from(NAMES))] = [["08:00", "12:00"]]
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "weekly": week,
        "seasons": draw(st.sampled_from([[], [SUMMER], [NEW_YEAR, SUMMER]])),
        "holidays": draw(st.lists(DATES, max_size=5, unique=True)),
        "special_days": draw(st.dictionaries(DATES, frames(edges=edges), max_size=5)),
    }


SUMMER = {"from": "05-15", "to": "09-14", "weekly": {"mon": [["09:00", "15:00"]]}}
NEW_YEAR = {"from": "12-27", "to": "01-02", "weekly": {"sat": [["10:00", "24:00"]]}}


def pauses(start: int, longest: int = 20 * 86_400):
    """Pauses around a start: overlapping, nested, empty, outside, sometimes without end."""
    begin = st.integers(start - longest // 4, start + longest)
    closed = st.tuples(begin, st.integers(0, longest // 2)).map(lambda p: (p[0], p[0] + p[1]))
    endless = begin.map(lambda a: (a, None))
    return st.lists(st.one_of(closed, closed, closed, endless), max_size=5)


def at(second: int | None) -> datetime | None:
    """The instant of a number of seconds, in UTC."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


def instants(spans: list[tuple[int, int | None]]) -> list[tuple[datetime, datetime | None]]:
    return [(at(begin), at(end)) for begin, end in spans]


def random_cases(request: pytest.FixtureRequest, usual: int = 200, thorough: int = 3_000):
    """How many random cases: the usual few, or many with --thorough. Never timed."""
    many = request.config.getoption("--thorough", default=False)
    return settings(
        max_examples=thorough if many else usual,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
