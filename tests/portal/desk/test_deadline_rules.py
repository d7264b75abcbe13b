"""What rules did with a case is told in plain words, and what they propose waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from portal.desk import history
from portal.desk.proposals import proposals
from tests.triage.tickets.desk import MINUTE, NOW
from tests.triage.tickets.sweeps import incident, with_rules
from triage.sla.escalation import RECEIVERS, Escalation
from triage.sla.service_model import service_model
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.policies import actions_for
from triage.tickets.replaying import repair
from triage.tickets.sweeping import sweep

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FIRST = ("first_response",)
MOVE = Escalation("flytt", 100, targets=FIRST, move_to="plattform")
RAISE = Escalation("hev", 100, targets=FIRST, raise_priority=True)


@pytest.fixture(autouse=True)
def _own_policies():
    service_model.cache_clear()
    with translation.override("en"):
        yield
    service_model.cache_clear()


def _said(ticket: Ticket) -> list[str]:
    lines = history.history(ticket, ticket.events.select_related("actor"))
    return [f"{line.text} – {line.detail}" for line in lines]


def _proposed(ticket: Ticket, user) -> list[tuple[str, str]]:
    found = proposals(ticket, ticket.events.all(), actions_for(user, ticket))
    return [(each.text, each.step) for each in found]


def test_the_log_says_what_each_rule_did_and_why(desk):
    with_rules(
        Escalation("nær", 75, targets=FIRST, notify=RECEIVERS),
        Escalation("hev", 100, targets=FIRST, notify=("team",), raise_priority=True),
        MOVE,
    )
    ticket = incident(desk)
    sweep(NOW + 3 * HOUR + MINUTE)
    sweep(NOW + 4 * HOUR + MINUTE)
    said = _said(ticket)
    assert "The answer deadline came near – 75% of the time for an answer was used" in said
    assert (
        "Told whoever has the case (else the team), the team, the team lead, the first line, "
        "the security team, "
        "the managers – because 75% of the time for an answer was used. The rule: When 75% of "
        "the time for a first answer is used, tell whoever has the case (else the team), "
        "the team, the team lead, "
        "the first line, the security team and the managers." in said
    )
    assert (
        "Told the team. Proposed the priority P2 – because the answer deadline had run out. The "
        "rule: When the time for a first answer has run out, tell the team and propose a higher "
        "priority." in said
    )
    assert (
        "Moved the case to Plattform – because the answer deadline had run out. The rule: When "
        "the time for a first answer has run out, move the case to Plattform." in said
    )
    assert (
        "Handed the case over to Plattform – by a rule: When the time for a first answer has run "
        "out, move the case to Plattform." in said
    )


@pytest.mark.parametrize(
    ("language", "near", "told"),
    [
        (
            "nb",
            "Svarfristen nærmet seg – 75 % av tiden",
            "Varslet den som har saken (ellers teamet)",
        ),
        ("nn", "Svarfristen nærma seg – 75 % av tida", "Varsla den som har saka (elles teamet)"),
    ],
)
def test_the_log_is_in_the_readers_language(desk, language, near, told):
    ticket = incident(desk)
    sweep(NOW + 3 * HOUR + MINUTE)
    with translation.override(language):
        said = "\n".join(_said(ticket))
    assert near in said and told in said


def test_a_repair_is_told_with_how_much_it_put_right(desk):
    ticket = incident(desk)
    ticket.clocks.filter(kind="resolution").update(due_at=NOW)
    repair(ticket.pk, now=NOW + MINUTE)
    assert "Corrected the deadlines by the log – 1 value was another" in _said(ticket)


def test_a_proposed_priority_waits_for_a_person_and_ends_when_one_has_looked(desk):
    with_rules(RAISE)
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    [(text, step)] = _proposed(ticket, desk.people.agent)
    assert "propose the priority P2" in text and step == "prioritet"
    assert [step for _text, step in _proposed(ticket, desk.people.manager)] == [""]

    services.correct_priority(
        ticket=ticket, by=desk.people.agent, impact=2, urgency=2, severity="", security=False,
        reason="P3 er riktig", now=NOW + 5 * HOUR,
    )  # fmt: skip
    assert _proposed(ticket, desk.people.agent) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"severity": "A"}, "cases of severity A"), ({"security": True}, "security cases")],
)
def test_a_move_that_is_left_to_people_waits_until_they_hand_over(desk, fields, why):
    with_rules(MOVE)
    ticket = incident(desk)
    services.correct_priority(
        ticket=ticket, by=desk.people.agent, impact=1, urgency=1, reason="Alvorlig", now=NOW,
        **{"severity": "", "security": False, **fields},
    )  # fmt: skip
    sweep(NOW + 4 * HOUR)
    ticket.refresh_from_db()
    [(text, _step)] = _proposed(ticket, desk.people.guard)
    assert "to Plattform" in text and f"Only people move {why}" in text
    assert any(f"people move {why}" in line for line in _said(ticket))


def test_an_ended_case_proposes_nothing(desk):
    with_rules(RAISE)
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Slik",
        now=NOW + 5 * HOUR,
    )  # fmt: skip
    assert _proposed(ticket, desk.people.agent) == []


def test_the_page_of_the_case_shows_proposal_and_log(desk, client):
    with_rules(RAISE)
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    client.force_login(desk.people.agent, "allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("desk_case", args=[ticket.pk])).content.decode()
    assert "reglene foreslår prioriteten P2" in page
    assert reverse("desk_step", args=[ticket.pk, "prioritet"]) in page
    assert "Når tiden for første svar er ute, blir det foreslått høyere prioritet." in page
