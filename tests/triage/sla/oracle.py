"""A slow, plain answer to the same questions, sharing no code with the module under test.

It reads the JSON form of a calendar itself, walks from day to day through the open intervals in
whole seconds since 1970 and counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = tuple[int, int]


def hours_of(spec: dict, day: date) -> list[list[str]]:
    """The frames of a date as texts: special day, then holiday, then season, then weekday."""
    text = day.isoformat()
    if text in spec["special_days"]:
        return spec["special_days"][text]
    if text in spec["holidays"]:
        return []
    for season in spec.get("seasons", []):
        inside = season["from"] <= text[5:], text[5:] <= season["to"]
        if all(inside) or (season["from"] > season["to"] and any(inside)):
            return season["weekly"].get(NAMES[day.weekday()], [])
    return spec["weekly"].get(NAMES[day.weekday()], [])


def second_of(spec: dict, day: date, text: str) -> int:
    """Seconds since 1970 of a wall time."""
    hour, minute = int(text[:2]), int(text[3:])
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    zone = ZoneInfo(spec["timezone"])
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).timestamp())


def open_spans(spec: dict, start: int) -> Iterator[Span]:
    """Open intervals from `start` on, one after another, never overlapping."""
    day = datetime.fromtimestamp(start, ZoneInfo(spec["timezone"])).date() - timedelta(days=1)
    reached = start
    while True:
        frames = [[second_of(spec, day, text) for text in pair] for pair in hours_of(spec, day)]
        for opens, closes in sorted(frames):
            if closes > max(opens, reached):
                yield max(opens, reached), closes
                reached = closes
        day += timedelta(days=1)


def unpaused(span: Span, pauses: list[tuple[int, int | None]]) -> list[Span]:
    """What is left of an interval when every pause is cut out of it."""
    left = [span]
    for begin, end in pauses:
        end = 10**12 if end is None else end
        left = [
            piece
            for a, b in left
            for piece in ((a, min(b, begin)), (max(a, end), b))
            if piece[0] < piece[1] and begin < end
        ] or ([] if begin < end else left)
    return sorted(left)


def due(spec: dict, start: int, target: int, pauses: list[tuple[int, int | None]]) -> int | None:
    """Seconds since 1970 of the due time, None when a pause without end comes first."""
    if target == 0:
        return start
    endless = min((begin for begin, end in pauses if end is None), default=None)
    for span in open_spans(spec, start):
        if endless is not None and span[0] >= endless:
            break
        for begin, end in unpaused(span, pauses):
            if end - begin >= target:
                return begin + target
            target -= end - begin
    return None


def elapsed(spec: dict, start: int, end: int, pauses: list[tuple[int, int | None]]) -> int:
    """Open, unpaused seconds in [start, end)."""
    total = 0
    for begin, stop in open_spans(spec, start):
        if begin >= end:
            break
        total += sum(b - a for a, b in unpaused((begin, min(stop, end)), pauses))
    return total


def open_minutes(
    spec: dict, start: int, end: int, pauses: list[tuple[int, int | None]]
) -> Iterator[int]:
    """The minutes from `start` that are open and unpaused, each found by looking at the clock."""
    zone = ZoneInfo(spec["timezone"])
    for second in range(start, end, 60):
        local = datetime.fromtimestamp(second, zone)
        clock = f"{local:%H:%M}"
        is_open = any(a <= clock < b for a, b in hours_of(spec, local.date()))
        is_paused = any(a <= second and (b is None or second < b) for a, b in pauses)
        if is_open and not is_paused:
            yield second
