"""Questions to the arithmetic as lines of JSON, for those who want it without a site. Pure.

Three kinds of question, told apart by `kind`; `calendar` is read by `calendar_from_json`, an
instant is ISO 8601 with an offset, a pause is `[from, to]` with `to` null while it runs on:

* `due`: `start`, `target_minutes`, `pauses` → `due`, null when a pause runs on
* `elapsed`: `from`, `to`, `pauses` → `seconds`
* `workdays`: `from_date`, `to_date`, `count`, `closed_days` → `days`, `workdays`

Keys that are missing are empty. A line that cannot be answered gives `error` with a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from triage.sla.calendar import Calendar, calendar_from_json, working_days_between
from triage.sla.due import business_time, due_time

MICROSECOND = timedelta(microseconds=1)


class UnclearQuestion(ValueError):
    """The line is no question we can answer; the message says what is wrong with it."""


def answer_line(line: str) -> str:
    """The answer to one line of JSON, as one line of JSON. Never raises for what the line says."""
    try:
        question = json.loads(line)
    except (ValueError, RecursionError):
        return json.dumps({"id": None, "error": "the line is not JSON"})
    if not isinstance(question, dict):
        return json.dumps({"id": None, "error": "the line is not a JSON object"})
    try:
        answer = _answer(question)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        answer = {"error": str(error) or type(error).__name__}
    return json.dumps({"id": question.get("id"), **answer})


def _answer(question: Mapping[str, Any]) -> dict[str, Any]:
    kind = question.get("kind")
    answer = _KINDS.get(kind) if isinstance(kind, str) else None
    if answer is None:
        raise UnclearQuestion(f"kind is one of {', '.join(_KINDS)}, not {kind!r}")
    return answer(question, _calendar(json.dumps(question.get("calendar") or {}, sort_keys=True)))


@lru_cache(maxsize=256)
def _calendar(data: str) -> Calendar:
    """The calendar of this JSON, compiled once for all the lines that share it."""
    return calendar_from_json(json.loads(data))


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
