"""Internal agreements with second-line teams: written, looked at with what they do, and changed."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from dispatch import outbox
from portal.rules.agreement_words import teams_agreed_alike
from tests.portal.rules.forms import fields, filled
from tests.triage.tickets.desk import NOW
from tests.triage.tickets.sweeps import all_differences, incident
from triage.sla.agreements import Agreement
from triage.sla.policy import DEFAULT_POLICY, INTERNAL, policy_to_json
from triage.sla.service_model import current_service_model, store_example
from triage.sla.targets import Target
from triage.tickets import services
from triage.tickets.models import RuleChange

# The pages alone; what they change is tested on both databases in triage/tickets.
pytestmark = pytest.mark.sqlite

PAGE = "/tjenestemodell/interne-avtaler/"
ONE = {
    "agreements-0-team": "autorisasjon",
    "agreements-0-length": "4",
    "agreements-0-length_unit": "hours",
    "agreements-0-calendar": "service_hours",
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def added(client: Client, **changed) -> dict:
    """The form with one more agreement, filled in."""
    html = client.post(PAGE, {**fields(client, PAGE), "step": "add"}).content.decode()
    return {**filled(html), **ONE, **changed}


def changed(client: Client, sent: dict, cases: str = "open") -> tuple[Agreement, ...]:
    """Change the agreements, with a look first; those then in force."""
    answer = client.post(PAGE, {**sent, "step": "look"})
    assert answer.status_code == 200
    sent = filled(answer.content.decode())
    client.post(PAGE, {**sent, "step": "change", "reason": "Avtalt i linjemøtet", "cases": cases})
    return current_service_model(NOW + timedelta(seconds=1)).policy.agreements


def test_a_look_shows_what_begins_for_open_cases_and_a_change_gives_it_to_them(manager, desk):
    ticket = incident(desk)
    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="unsure", tried="Ja.", now=NOW
    )
    before = ticket.next_due_at
    sent = added(manager)
    html = manager.post(PAGE, {**sent, "step": "look"}).content.decode()
    assert "Teamets interne frist" in html
    assert "4 timer fra saken er sendt videre, regnet etter Åpningstid for hjelp" in html
    assert not RuleChange.objects.exists()
    [agreement] = changed(manager, sent)
    assert agreement == Agreement("autorisasjon", "service_hours", Target(minutes=240))
    outbox.drain(NOW, topics=["rules_changed"])
    [part] = ticket.clocks.filter(kind=INTERNAL)
    assert part.due_at == NOW + timedelta(hours=4)
    ticket.refresh_from_db()
    assert ticket.next_due_at == before
    assert all_differences(NOW) == []
    shown = manager.get("/tjenestemodell/").content.decode()
    assert "Autorisasjon" in shown and "4 timer fra saken er sendt videre" in shown


def test_a_team_can_have_another_time_for_a_priority_but_not_two_for_the_same(manager, desk):
    changed(manager, added(manager))
    html = manager.post(PAGE, {**fields(manager, PAGE), "step": "add"}).content.decode()
    second = {name.replace("-0-", "-1-"): value for name, value in ONE.items()}
    sent = {**filled(html), **second, "agreements-1-length": "30"}
    sent["agreements-1-length_unit"] = "minutes"
    again = manager.post(PAGE, {**sent, "step": "look"})
    assert again.status_code == 422
    assert "Regel 1 gjelder de samme sakene." in again.content.decode()
    answer = manager.post(PAGE, {**sent, "agreements-1-priorities": ["P1"], "step": "look"})
    assert answer.status_code == 200
    assert "30 minutter fra saken er sendt videre i saker med prioritet P1" in (
        answer.content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"agreements-0-length": ""}, "Skriv hvor lang tid teamet har."),
        ({"agreements-0-length": "mange"}, "Skriv et helt tall."),
        ({"agreements-0-length": "99999"}, "mer enn ett år"),
        ({"agreements-0-team": ""}, "Velg et team."),
        ({"agreements-0-team": "servicedesk"}, "Velg"),
        ({"agreements-count": "tull"}, "kom ikke helt fram"),
    ],
)
def test_what_cannot_be_agreed_is_said_and_nothing_is_changed(manager, typed, said):
    answer = manager.post(PAGE, {**added(manager), **typed, "step": "look"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not RuleChange.objects.exists()


def test_nothing_new_is_refused_and_an_agreement_can_be_taken_away(manager):
    assert manager.post(PAGE, {**fields(manager, PAGE), "step": "look"}).status_code == 422
    changed(manager, added(manager))
    html = manager.post(PAGE, {**fields(manager, PAGE), "step": "remove:0"}).content.decode()
    sent = filled(html)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        look = manager.post(PAGE, {**sent, "step": "look"}).content.decode()
        sent = filled(look)
        manager.post(PAGE, {**sent, "step": "change", "reason": "Slutt", "cases": "open"})
    assert current_service_model(NOW + timedelta(minutes=2)).policy.agreements == ()


def test_the_first_agreement_brings_somebody_who_is_told_where_nobody_was(manager):
    stored = store_example(NOW)
    stored.data = policy_to_json(DEFAULT_POLICY) | {"escalations": []}
    stored.save()
    changed(manager, added(manager))
    rules = current_service_model(NOW + timedelta(seconds=1)).policy.escalations
    assert [rule.targets for rule in rules] == [(INTERNAL,), (INTERNAL,)]


def test_a_note_without_reason_changes_nothing(manager):
    sent = filled(manager.post(PAGE, {**added(manager), "step": "look"}).content.decode())
    answer = manager.post(PAGE, {**sent, "step": "change", "reason": " ", "cases": "open"})
    assert answer.status_code == 422
    assert not RuleChange.objects.exists()


def test_others_than_managers_do_not_come_in(desk):
    client = Client()
    assert client.get(PAGE).status_code == 302
    client.force_login(desk.people.expert)
    assert client.get(PAGE).status_code == 403


def test_the_page_is_in_nynorsk_too(manager, desk):
    changed(manager, added(manager))
    manager.cookies["django_language"] = "nn"
    desk.people.manager.language = "nn"
    desk.people.manager.save()
    assert "Endre dei interne avtalane" in manager.get(PAGE).content.decode()


@pytest.mark.django_db
def test_teams_that_have_agreed_on_the_same_stand_together():
    day, hours = Target(working_days=1), Target(minutes=120)
    agreements = tuple(
        Agreement(team=team, target=target, calendar="service_hours", priorities=priorities)
        for team, target, priorities in (
            ("data", day, ()),
            ("auth", day, ()),
            ("data", hours, ("P1",)),
            ("flow", day, ()),
        )
    )
    names = {"data": "Data", "auth": "Autorisasjon", "flow": "Flyt"}
    policy = replace(DEFAULT_POLICY, agreements=agreements)
    found = [(teams, len(said)) for teams, said in teams_agreed_alike(policy, names)]
    assert found == [(["Autorisasjon", "Flyt"], 1), (["Data"], 2)]
