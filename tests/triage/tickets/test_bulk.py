"""Rows written many at once are what the models would have written, on either database."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.triage.tickets.desk import NOW
from tests.triage.tickets.sweeps import incident
from triage.tickets.bulk import insert_rows, update_rows
from triage.tickets.models import NEVER, Ticket, TicketClock, TicketEvent

OSLO_SUMMER = timezone(timedelta(hours=2))


def test_values_of_every_kind_are_written_as_the_models_write_them(desk):
    ticket = incident(desk)
    odd = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=OSLO_SUMMER)
    update_rows(
        Ticket,
        ("next_due_at", "next_due_kind", "queue_at", "has_new_reply", "impact", "subject"),
        [(ticket.pk, None, "", NEVER, True, 2, "Æ 'sitat' \"to\" \\ %s {}")],
    )
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.next_due_at, found.next_due_kind, found.queue_at) == (None, "", NEVER)
    assert (found.has_new_reply, found.impact) == (True, 2)
    assert found.subject == "Æ 'sitat' \"to\" \\ %s {}"
    clock = ticket.clocks.first()
    update_rows(TicketClock, ("due_at",), [(clock.pk, odd)])
    assert TicketClock.objects.get(pk=clock.pk).due_at == odd


def test_rows_that_are_not_named_are_left_alone(desk):
    first, second = incident(desk), incident(desk)
    update_rows(Ticket, ("subject",), [(first.pk, "Ny tittel")])
    assert Ticket.objects.get(pk=first.pk).subject == "Ny tittel"
    assert Ticket.objects.get(pk=second.pk).subject == second.subject


def test_lines_of_logs_keep_their_data_in_the_order_they_came(desk):
    ticket = incident(desk)
    given = [{"due": [{"before": None, "after": "2026-11-24T10:00:00+00:00"}]}, {"ord": "blåbær"}]
    rows = [(ticket.pk, "rules_changed", NOW, each) for each in given]
    insert_rows(TicketEvent, ("ticket_id", "kind", "at", "data"), rows)
    lines = ticket.events.filter(kind="rules_changed").order_by("pk")
    assert [(line.at, line.actor_id, line.data) for line in lines] == [
        (NOW, None, each) for each in given
    ]


def test_many_rows_are_one_call_and_none_are_no_call(desk):
    tickets = [incident(desk) for _ in range(3)]
    with CaptureQueriesContext(connection) as asked:
        update_rows(Ticket, ("impact",), [(ticket.pk, 1) for ticket in tickets])
        insert_rows(
            TicketEvent,
            ("ticket_id", "kind", "at", "data"),
            [(ticket.pk, "noted", NOW, {}) for ticket in tickets],
        )
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        update_rows(Ticket, ("impact",), [])
        insert_rows(TicketEvent, ("ticket_id", "kind", "at", "data"), [])
    assert len(asked) == 0


def test_a_row_the_database_refuses_leaves_the_others_as_they_were(desk):
    tickets = [incident(desk) for _ in range(2)]
    with pytest.raises(IntegrityError), transaction.atomic():
        update_rows(Ticket, ("impact",), [(tickets[0].pk, 1), (tickets[1].pk, 9)])
    assert {ticket.impact for ticket in Ticket.objects.all()} == {tickets[0].impact}
