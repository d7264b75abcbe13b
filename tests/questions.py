"""Which tests are run on PostgreSQL too: those that ask the database something new.

While the tests run on SQLite it is taken down what each of them asks the database: from which line
of the site's code, with which statement (without its values, but whether any is such as PostgreSQL
may not take), and whether it was answered or refused. On PostgreSQL each question is asked by
`TIMES` tests or more; a test all of whose questions are asked that often by others is left out.
Never left out are tests that commit, and those no question of which was heard.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

TIMES = 2
FOLDER = Path(settings.BASE_DIR) / "var" / "test-questions"
ROOT = f"{settings.BASE_DIR}/"
NOT_THE_SITE = tuple(f"{ROOT}{folder}/" for folder in ("tests", ".venv"))
AROUND_OTHERS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")

LONG = 200  # characters; columns are made for fewer or for any number
WHOLE = 2**31  # from which a number does not fit an integer of PostgreSQL

# A statement for more rows has more values, and longer lists of them: it is the same question.
VALUES = re.compile(r"'[^']*'|%s|\b\d+\b")
ONE_LIST = r"\(\?(?:, ?\?)*\)"
LISTS = re.compile(f"{ONE_LIST}(?:, ?{ONE_LIST})*")


def name_of(item: pytest.Item) -> str:
    """What a test is called in every run, whatever group it is put in."""
    return f"{item.location[0]}::{item.location[2]}"


def without_values(statement: str) -> str:
    """The statement as it is for all values and any number of rows."""
    return LISTS.sub("(?)", VALUES.sub("?", statement))


@cache
def _is_of_the_site(file: str) -> bool:
    return file.startswith(ROOT) and not file.startswith(NOT_THE_SITE)


def _line_of_the_site() -> tuple[str, int]:
    """The file and line of the site's code nearest to the statement; none for what a test asks."""
    frame = sys._getframe()
    while frame is not None:
        if _is_of_the_site(frame.f_code.co_filename):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "", 0


def _values(params, many: bool) -> Iterator[object]:
    """Each value of a statement; of one for many rows those of every row."""
    for row in (params or ()) if many else (params,):
        yield from row.values() if isinstance(row, Mapping) else row or ()


def _is_odd(value: object) -> bool:
    """Whether SQLite takes a value that PostgreSQL may refuse: by its length, size or a null."""
    if isinstance(value, str):
        return "\x00" in value or len(value) > LONG
    return isinstance(value, int) and not -WHOLE <= value < WHOLE


@cache
def _question(line: tuple[str, int], statement: str, odd: bool, outcome: str) -> str:
    """What is asked, as short as a set of thousands wants it."""
    asked = f"{line} {without_values(statement)} {odd} {outcome}"
    return hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()


def take_down(asked: set[str], execute, sql, params, many, context):
    """Put the question into `asked`; a wrapper of what is executed on a connection."""
    outcome = "refused"
    try:
        answer = execute(sql, params, many, context)
        outcome = "answered"
        return answer
    finally:
        if not str(sql).startswith(AROUND_OTHERS):
            odd = any(map(_is_odd, _values(params, many)))
            asked.add(_question(_line_of_the_site(), str(sql), odd, outcome))


class TakingDown:
    """A part of pytest that writes a line for each test: its name, and the questions it asked."""

    def __init__(self, process: str) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._file = FOLDER / f"{process}.jsonl"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Listen to a test, and to what is done before and after it."""
        asked: set[str] = set()
        with connection.execute_wrapper(partial(take_down, asked)):
            result = yield
        with self._file.open("a", encoding="utf-8") as file:
            print(json.dumps([name_of(item), sorted(asked)]), file=file)
        return result


def forget() -> None:
    """Drop what was taken down: it was asked by code that may have changed since."""
    for file in FOLDER.glob("*.jsonl"):
        file.unlink(missing_ok=True)


def taken_down() -> dict[str, list[str]]:
    """The questions of each test of the run on SQLite."""
    files = [file.read_text(encoding="utf-8") for file in FOLDER.glob("*.jsonl")]
    return dict(json.loads(line) for text in files for line in text.splitlines())


def asking_anew(tests: Iterable[tuple[str, bool]], asked: dict[str, list[str]]) -> set[str]:
    """The names of those that are run, of (name, whether it commits) in the order of a run.

    A test chosen for a question is dropped again where those chosen after it, for others, ask all
    that it asks too.
    """
    tests = list(tests)
    always = {name for name, commits in tests if commits or not asked.get(name)}
    times = Counter(each for name in always for each in asked.get(name, ()))
    chosen = []
    for name, _commits in tests:
        if name not in always and any(times[each] < TIMES for each in asked[name]):
            chosen.append(name)
            times.update(asked[name])
    dropped = set()
    for name in sorted(chosen, key=lambda each: len(asked[each]), reverse=True):
        if all(times[each] > TIMES for each in asked[name]):
            dropped.add(name)
            times.subtract(asked[name])
    return always | set(chosen) - dropped
