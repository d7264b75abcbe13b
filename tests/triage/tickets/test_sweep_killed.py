"""Killed between any two steps, or two at once: each deadline is dealt with and told once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from dispatch.models import Mail
from tests.triage.tickets.desk import make_desk
from tests.triage.tickets.sweeps import LATER, all_differences, due_guarantees, incident
from triage.tickets.models import DeadlineNotice, Ticket, TicketClock, TicketEvent
from triage.tickets.sweeping import sweep_for_breaches


class Killed(BaseException):
    """The process is gone."""


class KilledAt:
    """Ends everything right before one of the statements, counted from 1."""

    def __init__(self, number: int) -> None:
        self.number, self.count = number, 0

    def __call__(self, execute, sql, params, many, context):
        """Count a statement, or end here."""
        self.count += 1
        if self.count == self.number:
            raise Killed
        return execute(sql, params, many, context)


def _outcome() -> dict[str, list]:
    """Everything the sweep leaves behind, without row numbers."""
    logged = TicketEvent.objects.exclude(kind="opened").values_list("ticket", "kind", "at", "data")
    clocks = TicketClock.objects.values_list(
        "ticket", "kind", "number", "due_at", "breached_at", "sweep_at"
    )
    noted = DeadlineNotice.objects.values_list(
        "user", "ticket", "clock", "percent", "what", "told_at", "dropped_at"
    )
    mails = Mail.objects.filter(kind="deadlines").values_list("to", "subject", "text")
    tickets = Ticket.objects.values_list("pk", "team", "breached_at", "next_due_at", "version")
    return {
        "log": sorted(map(repr, logged)),
        "clocks": sorted(map(repr, clocks)),
        "notices": sorted(map(repr, noted)),
        "mails": sorted(map(repr, mails)),
        "tickets": sorted(map(repr, tickets)),
    }


def test_killed_before_any_statement_the_next_sweep_ends_as_if_nothing_had_happened(desk, thorough):
    due_guarantees(desk)
    start = transaction.savepoint()
    counted = KilledAt(0)
    with connection.execute_wrapper(counted):
        sweep_for_breaches(LATER)
    wanted = _outcome()
    assert len(wanted["mails"]) == 4  # two agents, the manager, and the team that has them now
    assert len(wanted["notices"]) == 8
    transaction.savepoint_rollback(start)

    for number in range(1, counted.count + 1, 1 if thorough else 3):
        start = transaction.savepoint()
        with pytest.raises(Killed), connection.execute_wrapper(KilledAt(number)):
            sweep_for_breaches(LATER)
        sweep_for_breaches(LATER)
        sweep_for_breaches(LATER)
        assert _outcome() == wanted, f"killed before statement {number}"
        transaction.savepoint_rollback(start)
    assert counted.count > 60


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_deal_with_everything_once():
    desk = make_desk()
    due_guarantees(desk)
    for _ in range(10):
        incident(desk, priority="P2")
    both = threading.Barrier(4)
    faults = []

    def work():
        both.wait()
        try:
            sweep_for_breaches(LATER)
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sweep_for_breaches(LATER)

    assert faults == []
    assert TicketEvent.objects.filter(kind="breached").count() == 12
    assert TicketEvent.objects.filter(kind="handed_over").count() == 12
    assert DeadlineNotice.objects.count() == 48
    told = DeadlineNotice.objects.filter(told_at=LATER).values_list("user", "ticket")
    assert len(told) == len(set(told))
    receivers = list(Mail.objects.filter(kind="deadlines").values_list("to", flat=True))
    assert len(receivers) == len(set(receivers)) == 4
    assert all_differences(LATER) == []
