"""Logs and clocks of many cases read at once are theirs, close together or far apart."""

from __future__ import annotations

import pytest

from tests.triage.tickets.desk import NOW
from tests.triage.tickets.sweeps import incident
from triage.tickets import services
from triage.tickets.batches import Case, StoredClock, next_cases, read_batch
from triage.tickets.clocks import STORED, log_rows
from triage.tickets.models import Ticket


@pytest.fixture
def cases(desk):
    found = [incident(desk) for _ in range(6)]
    for case in found[::2]:
        services.reply(ticket=case, by=desk.people.agent, body="Svar", now=NOW)
    return found


@pytest.mark.parametrize("places", [(0, 1, 3), (0, 5), (4,), ()])
def test_nothing_of_the_cases_between_them_is_read(cases, places):
    chosen = [cases[place] for place in places]
    read = read_batch(chosen)
    numbers = {case.pk for case in chosen}
    assert (set(read.logs), set(read.clocks)) == (numbers, numbers)
    for case in chosen:
        assert [(line.kind, line.at, line.data) for line in read.logs[case.pk]] == [
            (row.kind, row.at, row.data) for row in log_rows(case)
        ]
        assert [clock._asdict() for clock in read.clocks[case.pk]] == [
            {name: getattr(row, name) for name in StoredClock._fields}
            for row in case.clocks.order_by("pk")
        ]


def test_a_stored_clock_keeps_what_is_stored_last_and_in_its_order():
    assert StoredClock._fields[-len(STORED) :] == STORED


def test_a_plain_case_says_what_the_case_does(cases):
    [first, *_rest] = next_cases(Ticket.objects.open(), 2, after=cases[0].pk)
    case = Ticket.objects.get(pk=cases[1].pk)
    assert {name: getattr(case, name) for name in Case._fields} == first._asdict()
    assert first.is_open is case.is_open is True
    assert first._replace(status="resolved").is_open is False
    clock = read_batch([first]).clocks[first.pk][0]
    assert clock.is_running is True
    assert clock._replace(met_at=NOW).is_running is False
