"""Questions to the arithmetic as lines of JSON, for those who want it without a site. Pure.

Three kinds of question, told apart by `kind`; `calendar` is read by `calendar_from_json`, an
instant is ISO 8601 with an offset, a pause is `[from, to]` with `to` null while it runs on:

* `due`: `start`, `target_minutes`, `pauses` → `due`, null when a pause runs on
* `elapsed`: `from`, `to`, `pauses` → `seconds`
* `workdays`: `from_date`, `to_date`, `count`, `closed_days` → `days`, `workdays`

Keys that are missing are empty. A line that cannot be answered gives `error` with a sentence: an
empty one, one that is not JSON in UTF-8 and one of more than `LONGEST` bytes too. An `id` that JSON
has no way to write comes back as null. What is kept between lines does not grow with their number.
"""

from __future__ import annotations

import codecs
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from triage.sla.calendar import Calendar, calendar_from_json, working_days_between
from triage.sla.due import business_time, due_time

MICROSECOND = timedelta(microseconds=1)
LONGEST = 4 * 1024 * 1024  # bytes of a line
LONGEST_ERROR = 400  # characters: an error quotes what it is about
MOST_CALENDARS = 256
MOST_INTERVALS = 250_000  # of all kept calendars together: some 40 MB


class UnclearQuestion(ValueError):
    """The line is no question we can answer; the message says what is wrong with it."""


def answers(lines: BinaryIO) -> Iterator[str]:
    """The answer to each line of a stream of bytes, in order, as soon as the line is there."""
    first = True
    while line := lines.readline(LONGEST + 1):
        if len(line) > LONGEST:
            _read_past(lines, line)
            yield _refusal(f"the line is longer than {LONGEST} bytes")
        else:
            yield _answer_bytes(line.removeprefix(codecs.BOM_UTF8) if first else line)
        first = False


def _read_past(lines: BinaryIO, line: bytes) -> None:
    """Read what is left of a line that is too long, piece by piece."""
    while line and not line.endswith(b"\n"):
        line = lines.readline(LONGEST)


def _answer_bytes(line: bytes) -> str:
    try:
        return answer_line(line.decode())
    except UnicodeDecodeError:
        return _refusal("the line is not UTF-8")


def answer_line(line: str) -> str:
    """The answer to one line of JSON, as one line of JSON. Never raises for what the line says."""
    if not line.strip():
        return _refusal("the line is empty")
    try:
        question = json.loads(line)
    except (ValueError, RecursionError):
        return _refusal("the line is not JSON")
    if not isinstance(question, dict):
        return _refusal("the line is not a JSON object")
    try:
        answer = _answer(question)
    except Exception as error:  # whatever one line brings about, the rest go on
        answer = {"error": _shortened(str(error) or type(error).__name__)}
    try:
        return json.dumps({"id": question.get("id"), **answer}, allow_nan=False)
    except (ValueError, RecursionError):
        return json.dumps({"id": None, **answer})


def _refusal(error: str) -> str:
    return json.dumps({"id": None, "error": error})


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_ERROR else text[: LONGEST_ERROR - 1] + "…"


def _answer(question: Mapping[str, Any]) -> dict[str, Any]:
    kind = question.get("kind")
    answer = _KINDS.get(kind) if isinstance(kind, str) else None
    if answer is None:
        raise UnclearQuestion(f"kind is one of {', '.join(_KINDS)}, not {kind!r}")
    with _calendars.borrowed(question.get("calendar") or {}) as calendar:
        return answer(question, calendar)


class _Calendars:
    """Calendars compiled once for all the lines that share them; those used last are kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[Calendar, int]] = OrderedDict()
        self._size = 0

    @contextmanager
    def borrowed(self, data: Any) -> Iterator[Calendar]:
        """The calendar of this JSON for one answer. Raises CalendarError for what is none."""
        key = json.dumps(data, sort_keys=True)
        calendar, before = self._kept.pop(key, (None, 0))
        self._size -= before
        calendar = calendar or calendar_from_json(data)
        try:
            yield calendar
        finally:
            self._keep(key, calendar)

    def _keep(self, key: str, calendar: Calendar) -> None:
        size = calendar.opening.size
        self._kept[key] = calendar, size
        self._size += size
        while len(self._kept) > MOST_CALENDARS or self._size > MOST_INTERVALS:
            _key, (forgotten, size) = self._kept.popitem(last=False)
            self._size -= size
            forgotten.opening.forget()  # at once: collecting what refers to itself may take long


_calendars = _Calendars()


def _due(question: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    minutes = question.get("target_minutes")
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise UnclearQuestion(f"target_minutes is a number of minutes, not {minutes!r}")
    try:
        target = timedelta(minutes=minutes)
    except (OverflowError, ValueError):
        raise UnclearQuestion(f"target_minutes is more than can be counted: {minutes}") from None
    due = due_time(calendar, _instant(question, "start"), target, _pauses(question))
    return {"due": None if due is None else due.astimezone(calendar.zone).isoformat()}


def _elapsed(question: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    start, end = _instant(question, "from"), _instant(question, "to")
    micros = business_time(calendar, start, end, _pauses(question)) // MICROSECOND
    whole, rest = divmod(micros, 1_000_000)
    return {"seconds": whole + rest / 1_000_000 if rest else whole}


def _workdays(question: Mapping[str, Any], calendar: Calendar) -> dict[str, Any]:
    first, last = _date(question.get("from_date")), _date(question.get("to_date"))
    count = question.get("count") or "half_open"
    closed = [_date(day) for day in _list(question, "closed_days")]
    workdays = working_days_between(calendar, first, last, count, closed)
    return {"days": (last - first).days + (count == "inclusive"), "workdays": workdays}


_KINDS: dict[str, Callable[[Mapping[str, Any], Calendar], dict[str, Any]]] = {
    "due": _due,
    "elapsed": _elapsed,
    "workdays": _workdays,
}


def _instant(question: Mapping[str, Any], key: str) -> datetime:
    return _moment(question.get(key), key)


def _moment(text: Any, key: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise UnclearQuestion(
            f"{key} is an instant such as 2026-05-13T14:30:00+02:00, not {text!r}"
        ) from None
    if found.utcoffset() is None:
        raise UnclearQuestion(f"{key} has no offset: write it as 2026-05-13T14:30:00+02:00")
    return found


def _date(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise UnclearQuestion(f"{text!r} is not a date such as 2026-05-17") from None


def _list(question: Mapping[str, Any], key: str) -> list:
    found = question.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise UnclearQuestion(f"{key} is a list, not {found!r}")
    return found


def _pauses(question: Mapping[str, Any]) -> list[tuple[datetime, datetime | None]]:
    return [_pause(pause) for pause in _list(question, "pauses")]


def _pause(pause: Any) -> tuple[datetime, datetime | None]:
    if not isinstance(pause, list) or len(pause) != 2:
        raise UnclearQuestion(f"a pause is [from, to] with to null while it runs, not {pause!r}")
    begin, end = pause
    return _moment(begin, "a pause's from"), None if end is None else _moment(end, "a pause's to")
