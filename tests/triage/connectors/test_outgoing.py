"""Rows for a CRM that is not connected: ready, seen, never failing, and not for ever."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from dispatch import outbox
from dispatch.models import OutboxRow
from tests.triage.tickets.desk import NOW, opened
from triage.connectors import outgoing
from triage.tickets import services

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def rows():
    return OutboxRow.objects.filter(topic="crm")


def test_a_changed_case_leaves_one_row_however_often_it_changes(desk):
    ticket = opened(desk)
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
    services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=NOW)
    [row] = rows()
    assert (row.payload, row.key) == ({"ticket": ticket.pk}, str(ticket.pk))
    assert outgoing.waiting() == 1


def test_rows_wait_without_failing_or_being_counted_as_delivered(desk):
    opened(desk)
    for hours in range(20):
        outbox.drain(NOW + timedelta(hours=hours))
    [row] = rows()
    assert (row.attempts, row.last_error) == (0, "")
    assert row.delivered_at is None and row.given_up_at is None


def test_a_connector_set_up_later_gets_what_waits(desk, monkeypatch):
    ticket, heard = opened(desk), []
    monkeypatch.setitem(outbox._handlers, "crm", heard.extend)
    assert not outbox.is_held("crm")
    row = rows().get()
    assert outbox.drain(row.next_attempt_at, topics=["crm"]) == 1
    assert [row.payload for row in heard] == [{"ticket": ticket.pk}]
    assert outgoing.waiting() == 0


def test_rows_nobody_came_for_are_cleared_and_the_case_stays(desk, settings):
    settings.CRM_KEEP_DAYS = 30
    old, edge = opened(desk), opened(desk)
    rows().filter(key=str(old.pk)).update(created_at=NOW - 30 * DAY - timedelta(seconds=1))
    rows().filter(key=str(edge.pk)).update(created_at=NOW - 30 * DAY)
    outgoing.clear_held(NOW)
    assert [row.key for row in rows()] == [str(edge.pk)]
    old.refresh_from_db()


def test_nothing_is_cleared_while_a_connector_handles_the_rows(desk, monkeypatch):
    opened(desk)
    monkeypatch.setitem(outbox._handlers, "crm", lambda rows: None)
    outgoing.clear_held(NOW + 1000 * DAY)
    assert outgoing.waiting() == 1


def test_a_new_crm_begins_with_every_case_once(desk, monkeypatch):
    monkeypatch.setattr(outgoing, "BATCH", 2)
    cases = [opened(desk) for _number in range(5)]
    rows().exclude(key=str(cases[0].pk)).delete()
    out = StringIO()
    call_command("queue_for_crm", stdout=out)
    assert "4 tickets queued for the CRM" in out.getvalue()
    assert sorted(row.payload["ticket"] for row in rows()) == [case.pk for case in cases]
    assert outgoing.queue_all_tickets() == 0
