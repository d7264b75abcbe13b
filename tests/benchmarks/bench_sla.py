"""Due times a second, beside opening-hours-py and businesstimedelta on the same questions.

    python -m tests.benchmarks.bench_sla [--cases 20000]

Monday to Friday 08:00–16:00, Europe/Oslo, Norwegian holidays. Prints the best of three rounds of
each, so a busy machine disturbs less, and whether both gave the same answers.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time

from holidays import country_holidays

from triage.sla.calendar import Calendar, calendar_from_json
from triage.sla.clock import Event, due_time, ticket_clocks
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY

OFFICE = {
    "timezone": "Europe/Oslo",
    "weekly": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holiday_country": "NO",
}
HOUR = timedelta(hours=1)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)


def starts(count: int) -> list[datetime]:
    """Random instants within three years, the same in every run."""
    chosen = random.Random(20261124)
    return [FIRST + timedelta(seconds=chosen.randrange(3 * 365 * 86_400)) for _ in range(count)]


def rate(label: str, compute: Callable, cases: Iterable) -> list:
    """Print how many answers a second `compute` gives over the cases; return the answers."""
    cases = list(cases)
    compute(cases[0])
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        answers = [compute(case) for case in cases]
        best = min(best, time.perf_counter() - began)
    print(f"{label:<52} {len(cases) / best:>10,.0f}/s  {best / len(cases) * 1e6:>8.1f} µs")
    return answers


def three_pauses(start: datetime) -> tuple:
    """A nested pair and one more pause, in the first two days."""
    return tuple(
        (start + begin * HOUR, start + end * HOUR) for begin, end in ((2, 20), (5, 6), (30, 40))
    )


def bench_ours(calendar: Calendar, cases: list[datetime]) -> list[datetime]:
    """Our own figures; returns the answers the peer is compared with."""
    with_pauses = [(start, three_pauses(start)) for start in cases]
    year = 250 * 8 * HOUR
    answers = rate("due in 16 open hours", lambda s: due_time(calendar, s, 16 * HOUR), cases)
    rate("due in 1 open hour", lambda s: due_time(calendar, s, HOUR), cases)
    rate("due in a year of open hours", lambda s: due_time(calendar, s, year), cases)
    rate(
        "due in 16 open hours with three pauses",
        lambda case: due_time(calendar, case[0], 16 * HOUR, case[1]),
        with_pauses,
    )
    rate(
        "all clocks of a ticket with six events",
        lambda events: ticket_clocks(events, DEFAULT_POLICY, DEFAULT_CALENDARS, now=events[-1].at),
        [ticket(start) for start in cases[: len(cases) // 10]],
    )
    rate("calendar read and compiled for a first answer", compiled, cases[:30])
    return answers


def ticket(start: datetime) -> list[Event]:
    """A case with an answer, a wait, a change of priority and a solution."""
    later = [start + hours * HOUR for hours in (3, 20, 50, 60, 90)]
    return [
        Event(kind="opened", at=start, case_type="incident", priority="P3"),
        Event(kind="public_reply", at=later[0]),
        Event(kind="waiting_customer", at=later[1]),
        Event(kind="customer_reply", at=later[2]),
        Event(kind="priority_changed", at=later[3], priority="P2"),
        Event(kind="resolved", at=later[4]),
    ]


def compiled(start: datetime) -> datetime:
    """A due time from the JSON form on, nothing kept from before."""
    return due_time(calendar_from_json(OFFICE), start, HOUR)


def bench_peer(cases: list[datetime], ours: list[datetime]) -> None:
    """The same 16-hour question by walking the peer's open intervals."""
    try:
        from opening_hours import OpeningHours
    except ImportError:
        print("opening-hours-py is not installed: no comparison (it is in the dev dependencies)")
        return
    zone = calendar_from_json(OFFICE).zone
    hours = OpeningHours("Mo-Fr 08:00-16:00; PH off", timezone=zone, country="NO")

    def walk(start: datetime) -> datetime:
        left = 16 * HOUR
        for begin, end, state, _comment in hours.intervals(start.astimezone(zone)):
            if str(state) == "open":
                begin, end = max(begin.astimezone(UTC), start), end.astimezone(UTC)
                if end - begin >= left:
                    return begin + left
                left -= end - begin
        raise AssertionError("the peer ran out of intervals")

    theirs = rate("opening-hours-py: due in 16 open hours", walk, cases)
    same = sum(abs(a - b) < timedelta(minutes=1) for a, b in zip(ours, theirs, strict=True))
    print(f"same answer to the minute (the peer has no seconds): {same} of {len(cases)}")


def bench_businesstimedelta(cases: list[datetime], ours: list[datetime]) -> None:
    """The same 16-hour question of businesstimedelta, which is no dependency: install it to see."""
    try:
        import businesstimedelta as peer  # only for this comparison, with its kind of time zones
        import pytz
    except ImportError:
        print("businesstimedelta is not installed: no comparison")
        return
    zone = pytz.timezone(OFFICE["timezone"])
    workday = peer.WorkDayRule(
        start_time=clock_time(8), end_time=clock_time(16), working_days=[0, 1, 2, 3, 4], tz=zone
    )
    off = peer.HolidayRule(country_holidays("NO", years=range(2024, 2029)), tz=zone)
    sixteen = peer.BusinessTimeDelta(peer.Rules([workday, off]), hours=16)
    theirs = rate("businesstimedelta: due in 16 open hours", lambda start: start + sixteen, cases)
    same = sum(abs(a - b) < timedelta(minutes=1) for a, b in zip(ours, theirs, strict=True))
    print(f"same answer to the minute: {same} of {len(cases)}")


def main(arguments: list[str]) -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    cases = starts(parser.parse_args(arguments).cases)
    ours = bench_ours(calendar_from_json(OFFICE), cases)
    few = max(1, len(cases) // 10)
    bench_peer(cases[:few], ours[:few])
    bench_businesstimedelta(cases[: few // 4], ours[: few // 4])


if __name__ == "__main__":
    main(sys.argv[1:])
