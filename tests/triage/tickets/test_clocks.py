"""Stored clocks follow the log, and the sweep records each breach once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.tickets import services
from triage.tickets.clocks import replay, store_clocks
from triage.tickets.models import NEVER, LogIsAppendOnly, Ticket, TicketEvent
from triage.tickets.states import Status
from triage.tickets.sweeping import sweep

HOUR = timedelta(hours=1)


def _clock(ticket, kind, number=1):
    return ticket.clocks.get(kind=kind, number=number)


def test_a_new_question_is_due_for_an_answer_in_one_working_day(desk):
    ticket = opened(desk)  # Tuesday 10.00 in Oslo
    assert _clock(ticket, "first_response").due_at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert ticket.next_due_kind == "first_response"
    assert ticket.queue_at == ticket.next_due_at


def test_an_answer_meets_the_first_clock_and_the_solution_is_next(desk):
    ticket = in_status(desk, Status.IN_PROGRESS)
    assert _clock(ticket, "first_response").met_at == NOW + MINUTE
    assert ticket.next_due_kind == "resolution"


def test_waiting_outside_stops_the_solution_clock_and_takes_the_case_out_of_the_queue(desk):
    ticket = in_status(desk, Status.WAITING_CUSTOMER)
    assert _clock(ticket, "resolution").paused_since == NOW + MINUTE
    assert (ticket.next_due_at, ticket.queue_at) == (None, NEVER)


def test_a_reply_from_the_requester_starts_it_again_with_the_pause_left_out(desk):
    ticket = in_status(desk, Status.WAITING_CUSTOMER)
    before = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    services.customer_reply(
        ticket=ticket, by=desk.people.asker, body="Her", now=NOW + MINUTE + 2 * HOUR
    )
    ticket.refresh_from_db()
    assert ticket.next_due_at == before + 2 * HOUR


def test_a_higher_priority_moves_the_deadlines_that_still_run(desk):
    ticket = opened(desk, case_type="incident")
    services.correct_priority(
        ticket=ticket,
        by=desk.people.agent,
        impact=1,
        urgency=1,
        severity="",
        security=False,
        reason="Alle er rammet",
        now=NOW + MINUTE,
    )
    assert _clock(ticket, "first_response").due_at == NOW + 15 * MINUTE


def test_an_ended_case_has_nothing_due_and_a_reopened_one_has(desk):
    ticket = in_status(desk, Status.RESOLVED)
    assert (ticket.next_due_at, ticket.queue_at) == (None, NEVER)
    services.reopen(ticket=ticket, by=desk.people.asker, reason="Nei", now=NOW + HOUR)
    ticket.refresh_from_db()
    assert ticket.next_due_kind == "resolution"


def test_stored_clocks_are_what_a_replay_of_the_log_gives(desk):
    for status in Status:
        ticket = in_status(desk, status)
        clocks = replay(ticket, ticket.events.all(), now=NOW + HOUR)
        stored = {(row.kind, row.number): row for row in ticket.clocks.all()}
        assert set(stored) == {(clock.kind, clock.number) for clock in clocks}
        for clock in clocks:
            row = stored[clock.kind, clock.number]
            assert (row.due_at, row.met_at, row.stopped_at, row.paused_since) == (
                clock.due_at,
                clock.met_at,
                clock.stopped_at,
                clock.paused_since,
            )


def test_storing_again_changes_nothing(desk):
    ticket = in_status(desk, Status.IN_PROGRESS)
    before = list(ticket.clocks.values())
    store_clocks(ticket, now=NOW + HOUR)
    assert list(ticket.clocks.values()) == before


def test_the_sweep_records_a_breach_once_as_of_when_it_was_due(desk):
    ticket = opened(desk)
    due = _clock(ticket, "first_response").due_at
    sweep(due)
    assert not ticket.events.filter(kind="breached").exists()
    assert sweep(due + MINUTE) == 1
    assert sweep(due + 2 * MINUTE) == 0
    ticket.refresh_from_db()
    assert ticket.breached_at == due
    event = ticket.events.get(kind="breached")
    assert (event.at, event.data["clock"]) == (due, "first_response")


def test_a_late_answer_records_the_breach_when_the_sweep_has_not(desk):
    ticket = opened(desk)
    due = _clock(ticket, "first_response").due_at
    services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=due + MINUTE)
    assert sweep(due + 2 * MINUTE) == 0
    assert ticket.events.filter(kind="breached").count() == 1


def test_a_line_of_the_log_is_neither_changed_nor_removed(desk):
    event = opened(desk).events.get()
    with pytest.raises(LogIsAppendOnly):
        TicketEvent.objects.filter(pk=event.pk).update(kind="closed")
    with pytest.raises(LogIsAppendOnly):
        TicketEvent.objects.all().delete()
    event.kind = "closed"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE tickets_ticketevent SET kind = 'closed'")
    assert TicketEvent.objects.get(pk=event.pk).kind == "opened"


def test_an_open_case_cannot_have_an_end(desk):
    ticket = opened(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(resolved_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="resolved")
