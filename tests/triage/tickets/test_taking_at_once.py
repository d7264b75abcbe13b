"""Two people who take the next case at once get one each, never both the same."""

from __future__ import annotations

import threading

import pytest
from django.db import connections

from tests.triage.tickets.desk import MINUTE, NOW, make_desk, opened
from triage.tickets import services
from triage.tickets.models import TicketEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

CASES = 12


def test_two_who_take_the_next_at_once_never_get_the_same():
    desk = make_desk()
    for _ in range(CASES):
        opened(desk)
    got, both = [], threading.Barrier(2)

    def take(person) -> None:
        for _ in range(CASES // 2):
            both.wait(timeout=60)
            got.append(services.next_unassigned(by=person, now=NOW + MINUTE))
        connections.close_all()

    people = (desk.people.agent, desk.people.colleague)
    threads = [threading.Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({ticket.pk for ticket in got if ticket}) == CASES
    assert TicketEvent.objects.filter(kind="taken").count() == CASES
