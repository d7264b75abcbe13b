"""Very many random cases against the plain walk: 2,000 in every run, 100,000 with --thorough.

Calendars are made once and asked often, as in use. Half of the cases are by the service hours of an
imaginary body in Norway from 2020 to 2030, with feasts worked out here from the date of Easter; the
rest by random weeks in zones with half and quarter hours, in the south, and where the clock changes
at midnight. Every fifth case begins within three hours of a change of the clock.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.triage.sla import oracle
from tests.triage.sla.generated import NEW_YEAR, SUMMER, ZONES, at, clock, instants
from triage.sla.calendar import Calendar, calendar_from_json
from triage.sla.due import business_time, due_time

SEED = 20_201_130
YEARS = range(2020, 2031)
HOUR, DAY = 3600, 86_400
PER_CALENDAR = 100
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
FIXED = ("01-01", "05-01", "05-17", "12-25", "12-26")
FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return date(year, month, (h - m + r + month + 19) % 32)


def norway() -> tuple[dict, Calendar]:
    """Service hours with summer hours; the oracle is given dates, the calendar a country."""
    feasts = {f"{year}-{day}" for year in YEARS for day in FIXED}
    feasts |= {str(easter(year) + timedelta(days=n)) for year in YEARS for n in FROM_EASTER}
    hours = {day: [["08:00", "15:45"]] for day in WORKDAYS}
    summer = {day: [["08:00", "15:00"]] for day in WORKDAYS}
    spec = {
        "timezone": "Europe/Oslo",
        "weekly": hours,
        "seasons": [{"from": "05-15", "to": "09-14", "weekly": summer}],
        "special_days": {f"{year}-12-24": [["08:00", "12:00"]] for year in YEARS},
    }
    found = calendar_from_json({**spec, "holiday_country": "NO"})
    return {**spec, "holidays": sorted(feasts)}, found


def somewhere(chance: random.Random) -> tuple[dict, Calendar]:
    """A random week somewhere, with exceptions; now and then around the clock."""
    weekly = {day: _frames(chance) for day in oracle.NAMES if chance.random() < 0.7}
    weekly[chance.choice(oracle.NAMES)] = [["08:00", "12:00"]]
    if chance.random() < 0.1:
        weekly = {day: [["00:00", "24:00"]] for day in oracle.NAMES}
    spec = {
        "timezone": chance.choice(ZONES),
        "weekly": weekly,
        "seasons": chance.choice([[], [SUMMER], [NEW_YEAR, SUMMER]]),
        "holidays": sorted({_date(chance) for _ in range(20)}),
        "special_days": {_date(chance): _frames(chance) for _ in range(20)},
    }
    return spec, calendar_from_json(spec)


def _date(chance: random.Random) -> str:
    return str(date(2020, 1, 1) + timedelta(days=chance.randrange(11 * 365)))


def _frames(chance: random.Random) -> list[list[str]]:
    marks = sorted(chance.sample(range(1441), 2 * chance.randint(0, 3)))
    return [[clock(a), clock(b)] for a, b in zip(marks[::2], marks[1::2], strict=True)]


def changes_of(zone: str) -> list[int]:
    """The moments of the years at which the zone's clock is moved, to the hour."""
    name, found = ZoneInfo(zone), []
    first, last = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2020, 2031))
    for second in range(first, last, DAY):
        before, after = (
            datetime.fromtimestamp(each, name).utcoffset() for each in (second, second + DAY)
        )
        if before != after:
            found.append(
                next(
                    hour
                    for hour in range(second, second + DAY + 1, HOUR // 2)
                    if datetime.fromtimestamp(hour, name).utcoffset() == after
                )
            )
    return found


def start_of(chance: random.Random, changes: list[int]) -> int:
    if changes and chance.random() < 0.2:
        return chance.choice(changes) + chance.randrange(-3 * HOUR, 3 * HOUR)
    first, last = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 11, 1, tzinfo=UTC)
    return chance.randrange(int(first.timestamp()), int(last.timestamp()))


def pauses_of(chance: random.Random, start: int) -> list[tuple[int, int | None]]:
    """None, some or several pauses: overlapping, nested, empty, outside, or without end."""
    found = []
    for _ in range(chance.choice((0, 0, 1, 2, 3, 5))):
        begin = start + chance.randrange(-2 * DAY, 10 * DAY)
        end = None if chance.random() < 0.1 else begin + chance.randrange(4 * DAY)
        found.append((begin, end))
    return found


@pytest.mark.parametrize("where", ["norway", "elsewhere"])
def test_due_and_elapsed_times_equal_the_walk_in_every_case(where, thorough):
    chance = random.Random(f"{SEED} {where}")  # noqa: S311  the same cases each time
    differing, cases = [], 50_000 if thorough else 1_000
    for number in range(cases):
        if number % PER_CALENDAR == 0:
            spec, calendar = norway() if where == "norway" else somewhere(chance)
            changes = changes_of(spec["timezone"])
        start = start_of(chance, changes)
        pauses = pauses_of(chance, start)
        target = chance.choice((0, chance.randrange(8 * HOUR), HOUR * chance.randrange(60)))
        end = start + chance.randrange(30 * DAY)
        found = (
            due_time(calendar, at(start), timedelta(seconds=target), instants(pauses)),
            business_time(calendar, at(start), at(end), instants(pauses)),
        )
        walked = (
            at(oracle.due(spec, start, target, pauses)),
            timedelta(seconds=oracle.elapsed(spec, start, end, pauses)),
        )
        if found != walked:
            differing.append((spec["timezone"], start, target, end, pauses))
    assert differing == []


def test_the_zones_have_half_hours_quarters_and_seasons_the_other_way_round():
    offsets = {
        datetime.fromtimestamp(second, ZoneInfo(zone)).utcoffset() % timedelta(hours=1)
        for zone in ZONES
        for second in (1_767_225_600, 1_782_864_000)
    }
    assert {timedelta(0), timedelta(minutes=30), timedelta(minutes=45)} <= offsets
    assert any(changes_of(zone) for zone in ("Australia/Adelaide", "America/Santiago"))
    assert len(changes_of("Europe/Oslo")) == 2 * len(YEARS)


@pytest.mark.parametrize("year", YEARS)
def test_norway_is_closed_on_every_feast_worked_out_from_easter_and_on_no_other(year):
    spec, calendar = norway()
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    closed = {str(day) for day in days if day.year == year and calendar.day(day).kind == "holiday"}
    assert closed == {day for day in spec["holidays"] if day.startswith(str(year))}
