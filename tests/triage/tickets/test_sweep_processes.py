"""A sweeping process killed between two steps, and two at once: each notice exactly once."""

from __future__ import annotations

import itertools
import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from tests.copies import ended
from tests.triage.tickets.desk import NOW, make_desk
from tests.triage.tickets.sweepers import sweeper
from tests.triage.tickets.sweeps import LATER, RULES, incident, with_rules
from tests.triage.tickets.test_internal_deadlines import hand_over
from triage.sla.agreements import Agreement
from triage.sla.policy import INTERNAL_ESCALATIONS
from triage.sla.targets import Target

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.sqlite,
]

KILLED = -signal.SIGKILL
ASKED = {
    "missed": "SELECT ticket_id, data ->> 'clock', data ->> 'number' FROM tickets_ticketevent "
    "WHERE kind = 'breached'",
    "moved": "SELECT ticket_id, data ->> 'to' FROM tickets_ticketevent WHERE kind = 'handed_over' "
    "AND at > :handed",
    "told": "SELECT user_id, ticket_id, clock, percent, what FROM tickets_deadlinenotice "
    "WHERE told_at IS NOT NULL",
    "mails": "SELECT \"to\" FROM dispatch_mail WHERE kind = 'deadlines'",
}


@pytest.fixture
def overdue(tmp_path) -> Path:
    """A database file: two guarantees and the parts of a second-line team that have run out."""
    desk = make_desk()
    agreed = Agreement("autorisasjon", "service_hours", Target(minutes=30))
    with_rules(*RULES, *INTERNAL_ESCALATIONS, agreements=(agreed,))
    for _ in range(2):
        incident(desk, priority="P2")
    for minutes in (0, 1):
        handed = incident(desk, at=NOW + timedelta(minutes=minutes))
        hand_over(desk, handed, at=NOW + timedelta(minutes=2))
    path = tmp_path / "overdue.sqlite3"
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
    return path


def left_behind(path: Path) -> dict[str, list[tuple]]:
    """What stands in the log and what people were told, without row numbers, in order."""
    handed = {"handed": (NOW + timedelta(minutes=3)).strftime("%Y-%m-%d %H:%M:%S")}
    with closing(sqlite3.connect(path)) as database:
        return {name: sorted(database.execute(sql, handed)) for name, sql in ASKED.items()}


def copied(path: Path, name: str) -> Path:
    """The same database once more, with what is still in its log of writes."""
    for old in path.parent.glob(f"{name}.sqlite3*"):
        old.unlink()
    copy = path.with_name(f"{name}.sqlite3")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


HOURS = [LATER + timedelta(hours=n) for n in range(3)]  # people get one mail an hour


def test_killed_between_any_two_steps_each_notice_is_told_exactly_once(overdue, thorough):
    before = [overdue]
    for number, now in enumerate(HOURS):
        before.append(copied(before[-1], f"after{number}"))
        assert ended(sweeper(now, database=str(before[-1]))) == [0]
    wanted = left_behind(before[-1])
    assert sum(clock == "internal" for _case, clock, _number in wanted["missed"]) == 2
    assert len(wanted["missed"]) == len(set(wanted["missed"])) == 4
    assert sum(clock == "internal" for _who, _case, clock, _share, _what in wanted["told"]) == 2
    assert len(wanted["told"]) == len(set(wanted["told"])) == 10

    for number, now in enumerate(HOURS if thorough else HOURS[:1]):
        for last in itertools.count(1) if thorough else (30, 95):
            path = copied(before[number], "killed")
            [code] = ended(sweeper(now, last=last, database=str(path)))
            for again in HOURS[number:]:
                ended(sweeper(again, database=str(path)))
            assert left_behind(path) == wanted, f"killed before statement {last} at {now}"
            if code != KILLED:  # past the last step
                assert thorough
                break


def test_two_at_once_of_which_one_is_killed_tell_each_notice_exactly_once(overdue, thorough):
    for last in range(2, 140, 2) if thorough else (40, 90):
        path = copied(overdue, "together")
        both = (sweeper(LATER, last=last, database=str(path)), sweeper(LATER, database=str(path)))
        assert ended(*both)[1] == 0
        for now in HOURS:
            ended(sweeper(now, database=str(path)))
        found = left_behind(path)
        assert len(found["missed"]) == len(set(found["missed"])) == 4
        assert len(found["told"]) == len(set(found["told"])) == 10
        assert len(found["moved"]) == len(set(found["moved"])) == 2
