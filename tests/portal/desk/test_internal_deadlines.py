"""The desk sees a team's own deadline beside the customer's, and where the time has gone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from tests.triage.tickets.desk import NOW, make_desk
from tests.triage.tickets.sweeps import incident
from tests.triage.tickets.test_internal_deadlines import agreed, hand_over
from triage.sla.service_model import service_model

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk(db):
    service_model.cache_clear()
    agreed()
    yield make_desk()
    service_model.cache_clear()


def pages(desk, person, ticket):
    client = Client()
    client.force_login(person)
    with time_machine.travel(LATER, tick=False):
        queue = client.get("/desk/").content.decode()
        return queue, client.get(f"/desk/saker/{ticket.reference}/", follow=True).content.decode()


def test_the_team_sees_its_own_deadline_in_queue_and_case_and_who_had_the_time(desk):
    ticket = incident(desk)
    hand_over(desk, ticket, at=NOW + timedelta(minutes=30))
    queue, case = pages(desk, desk.people.expert, ticket)
    assert "desk-due__internal" in queue
    assert "Teamets interne frist om 1 t 30 min" in case and "Svarfrist om" in case
    assert "Hvorfor denne interne fristen?" in case and "avtalt med Autorisasjon (P3)" in case
    assert "Hvor tiden er brukt" in case and "Servicedesk" in case and "30 min" in case


def test_a_case_one_team_has_had_all_the_time_shows_neither(desk):
    queue, case = pages(desk, desk.people.agent, incident(desk))
    assert "desk-due__internal" not in queue
    assert "interne frist" not in case and "Hvor tiden er brukt" not in case


def test_whoever_asked_never_sees_it(desk):
    ticket = incident(desk)
    hand_over(desk, ticket)
    client = Client()
    client.force_login(desk.people.asker)
    with time_machine.travel(LATER, tick=False):
        own = client.get(f"/saker/{ticket.reference}/").content.decode()
    assert ticket.reference in own and "intern" not in own.lower().replace("internett", "")
