"""Two cases merged into each other at once: one of them stays, and nobody waits for ever."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from tests.triage.tickets.desk import MINUTE, NOW, make_desk, opened
from tests.triage.tickets.sweeps import all_differences
from triage.tickets import merging, services
from triage.tickets.exceptions import ActionNotPossible
from triage.tickets.models import Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def test_two_cases_merged_into_each_other_at_once_end_as_one():
    desk = make_desk()
    pairs = [(opened(desk), opened(desk)) for _ in range(5)]
    refused, both = [], threading.Barrier(2)

    def merge(turned: bool) -> None:
        for one, other in pairs:
            ticket, of = (other, one) if turned else (one, other)
            both.wait(timeout=60)
            try:
                merging.mark_duplicate(
                    ticket=Ticket.objects.get(pk=ticket.pk),
                    of=Ticket.objects.get(pk=of.pk),
                    by=desk.people.agent,
                    now=NOW + MINUTE,
                )
            except Exception as fault:
                refused.append(type(fault))
        connections.close_all()

    threads = [threading.Thread(target=merge, args=(turned,)) for turned in (False, True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(refused) <= {ActionNotPossible, services.TicketError} and len(refused) == 5
    for one, other in pairs:
        one.refresh_from_db()
        other.refresh_from_db()
        assert [one.duplicate_of, other.duplicate_of].count(None) == 1
    assert all_differences(NOW) == []
