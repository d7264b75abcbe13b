"""Masked numbers by door, the 72 hours of security cases, and who opened what."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import Q

from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.intake.drafts import find_draft, save_draft
from triage.intake.web import send_case
from triage.oversight import assessments, readings
from triage.reporting import secure
from triage.reporting.secure import Masked
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
AT = oslo("2026-10-14 12:00")
HOUR = timedelta(hours=1)
NUMBER = "13097248022"  # synthetic: belongs to nobody


def doors(desk, **more) -> dict[str, Masked]:
    return secure.maskings(scope_of(desk.people.manager, **more)).by_door()


def test_numbers_are_counted_by_the_door_they_came_in(desk):
    phone = opened(desk, at=AT, channel="phone", body=f"Gjelder {NUMBER} og {NUMBER}")
    opened(desk, at=AT, channel="email", subject=f"Om {NUMBER}", body="Hei")
    opened(desk, at=AT, body="Ingen nummer")
    services.customer_reply(
        ticket=phone, by=desk.people.asker, body=f"Altså {NUMBER}", now=AT + HOUR
    )
    services.add_note(ticket=phone, by=desk.people.agent, body=f"Slo opp {NUMBER}", now=AT + HOUR)
    assert doors(desk) == {
        "phone": Masked(2, 1),
        "email": Masked(1, 1),
        "reply": Masked(1, 1),
        "desk": Masked(1, 1),
    }
    found = secure.maskings(scope_of(desk.people.manager))
    assert found.by_month()[OCTOBER] == Masked(5, 4)
    assert secure.masked_cases(scope_of(desk.people.manager)).count() == 2


def test_numbers_masked_while_somebody_wrote_count_at_the_portals_door(desk):
    key, person = uuid4(), desk.people.asker
    words = {"subject": f"Om {NUMBER}", "body": f"Bruker {NUMBER} får ikke logget inn i løsningen."}
    for _save in range(3):  # the page saves while one writes
        save_draft(key=key, user=person, values=words, now=AT)
    details = {"case_type": "question", "impact": 3, "urgency": 3, "organisation": 0}
    save_draft(key=key, user=person, values=details, now=AT)
    assert find_draft(key, user=person).masked_numbers == 2
    ticket = send_case(key=key, by=person, now=AT)
    assert NUMBER not in ticket.messages.get().body
    assert doors(desk) == {"portal": Masked(2, 1)}


def test_maskings_of_security_cases_are_for_those_who_may_read_them(desk):
    opened(desk, at=AT, security=True, body=f"Lekket {NUMBER}")
    assert doors(desk) == {}
    assert secure.maskings(scope_of(desk.people.guard)).by_door() == {"portal": Masked(1, 1)}


@pytest.mark.parametrize(
    ("assessed", "state"),
    [
        (timedelta(hours=72), "in_time"),
        (timedelta(hours=72, seconds=1), "late"),
        (None, "overdue"),
    ],
)
def test_the_72_hours_run_by_the_clock_from_when_the_case_came_in(desk, assessed, state):
    ticket = opened(desk, at=AT, security=True)
    if assessed is not None:
        for after in (assessed, assessed + HOUR):
            assessments.assess(
                ticket=ticket,
                by=desk.people.guard,
                decision="not_needed",
                reason=f"Etter {after}",
                now=AT + after,
            )
    scope = scope_of(desk.people.guard)
    [case] = secure.security_cases(scope)
    assert (case.state(NOW), case.due_at) == (state, AT + timedelta(hours=72))
    assert secure.late_tickets(scope).count() == (state != "in_time")
    assert secure.count_states([case], NOW) == {state: 1}


def test_a_case_within_its_72_hours_runs(desk):
    opened(desk, at=NOW - 71 * HOUR, security=True)
    scope = scope_of(desk.people.guard)
    [case] = secure.security_cases(scope)
    assert case.state(NOW) == "running" and not secure.late_tickets(scope).exists()


def test_security_cases_and_readings_are_for_those_who_may_read_them(desk):
    ticket = opened(desk, at=AT, security=True)
    readings.note_opened(ticket=ticket, by=desk.people.guard, now=AT + HOUR)
    manager, guard = scope_of(desk.people.manager), scope_of(desk.people.guard)
    assert secure.security_cases(manager) == [] and secure.readings(manager, 9) == []
    assert secure.reading_counts(manager) == {}
    assert [row.user for row in secure.readings(guard, 9)] == [desk.people.guard]
    assert secure.reading_counts(guard) == {"case": 1}
    assert list(secure.read_cases(guard, "case")) == [ticket]


def test_how_many_there_are_is_for_every_manager_and_what_they_are_for_those_who_may(desk):
    ticket = opened(desk, at=AT, security=True)
    readings.note_opened(ticket=ticket, by=desk.people.guard, now=AT + HOUR)
    manager = scope_of(desk.people.manager)
    whole = secure.counted(manager)
    assert secure.count_states(secure.security_cases(whole), NOW) == {"overdue": 1}
    assert secure.reading_counts(whole) == {"case": 1}
    assert secure.readable(manager, secure.readings(whole, 9)) == set()
    assert secure.readable(scope_of(desk.people.guard), secure.readings(whole, 9)) == {ticket.pk}


def test_narrowed_to_an_organisation_only_what_the_reader_may_open_is_counted(desk):
    opened(desk, at=AT, security=True)
    narrowed = scope_of(desk.people.manager).about(Q(organisation=desk.organisation))
    assert secure.security_cases(secure.counted(narrowed)) == []
