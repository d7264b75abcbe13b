"""A manager changes who is told and what is done, and reads the rules in plain words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from dispatch import outbox
from portal.desk.rule_words import rule_sentence
from tests.portal.rules.forms import fields, filled
from tests.triage.tickets.sweeps import all_differences, events, incident
from triage.sla.escalation import Escalation
from triage.sla.service_model import service_model
from triage.tickets.models import RuleChange
from triage.tickets.sweeping import sweep

# The pages alone; what they change is tested on both databases in triage/tickets.
pytestmark = pytest.mark.sqlite

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
PAGE = "/tjenestemodell/varsling/"
WARN = "rules-0"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def looked_at(client: Client, sent: dict) -> dict:
    """What the page holds after a look at what changes."""
    answer = client.post(PAGE, {**sent, "step": "look"})
    assert answer.status_code == 200, answer.content.decode()
    return filled(answer.content.decode())


def changed(client: Client, sent: dict, cases: str = "new"):
    """Change the rules to what was sent, with a look first; the rules then in force."""
    sent = looked_at(client, sent)
    client.post(PAGE, {**sent, "step": "change", "reason": "Ny praksis", "cases": cases})
    return service_model(RuleChange.objects.get().after_id).policy.escalations


def sentences(html: str) -> list[str]:
    """What the rules of the page say."""
    return re.findall(r'</h3><p class="ds-paragraph">(.*?)</p>', html)


SAID = [
    (
        Escalation("a", 75, notify=("assignee",)),
        "Når 75 % av tiden er brukt, får den som har saken (ellers teamet) beskjed.",
        "Når 75 % av tida er brukt, får den som har saka (elles teamet) beskjed.",
    ),
    (
        Escalation("a", 100, commitments=("guarantee",), notify=("team_lead", "managers")),
        "Når den garanterte tiden er ute, får teamlederen og lederne beskjed.",
        "Når den garanterte tida er ute, får teamleiaren og leiarane beskjed.",
    ),
    (
        Escalation(
            "a",
            50,
            targets=("first_response", "resolution"),
            commitments=("declaration",),
            priorities=("P2", "P3"),
            case_types=("incident",),
            raise_priority=True,
            move_to="plattform",
        ),
        "Når 50 % av tiden i serviceerklæringen for første svar eller løsning er brukt i saker av "
        "typen «Feil» med prioritet P2 eller P3, blir det foreslått høyere prioritet og saken "
        "flyttes til Plattform.",
        "Når 50 % av tida i serviceerklæringa for første svar eller løysing er brukt i saker av "
        "typen «Feil» med prioritet P2 eller P3, blir det foreslått høgare prioritet og saka blir "
        "flytta til Plattform.",
    ),
    (
        Escalation("a", 100, targets=("update",), case_types=("order",), move_to="borte"),
        "Når tiden for oppdatering er ute i saker av typen «Bestilling eller tilgang», flyttes "
        "saken til borte.",
        "Når tida for oppdatering er ute i saker av typen «Bestilling eller tilgang», blir saka "
        "flytta til borte.",
    ),
]


@pytest.mark.parametrize(("rule", "nb", "nn"), SAID)
def test_a_rule_is_said_in_a_plain_sentence(rule, nb, nn):
    teams = {"plattform": "Plattform"}
    with translation.override("nb"):
        assert rule_sentence(rule, teams) == nb
    with translation.override("nn"):
        assert rule_sentence(rule, teams) == nn


def test_the_page_says_each_rule_in_force(manager):
    said = sentences(manager.get(PAGE).content.decode())
    assert said[0] == "Når 75 % av tiden er brukt, får den som har saken (ellers teamet) beskjed."
    assert len(said) == 7
    html = manager.get("/tjenestemodell/").content.decode()
    assert all(sentence in html for sentence in said)


def test_the_form_as_it_stands_is_the_rules_in_force(manager):
    answer = manager.post(PAGE, {**fields(manager, PAGE), "step": "look"})
    assert answer.status_code == 422
    assert "Ingenting er annerledes enn i reglene som gjelder." in answer.content.decode()


def test_a_look_shows_the_sentences_before_and_after_and_who_is_told_at_once(manager, desk):
    incident(desk, at=NOW - timedelta(hours=1))
    sent = fields(manager, PAGE) | {f"{WARN}-at_percent": "20"}
    html = manager.post(PAGE, {**sent, "step": "look"}).content.decode()
    assert "Ingen åpen sak får flyttet fristen." in html
    assert "1 frist er kommet så langt at det blir gitt beskjed om den med en gang." in html
    assert "Når 75 % av tiden er brukt, får den som har saken (ellers teamet) beskjed.</td>" in html
    assert "Når 20 % av tiden er brukt, får den som har saken (ellers teamet) beskjed.</td>" in html
    assert not RuleChange.objects.exists()


def test_open_cases_follow_the_new_rules_at_the_next_sweep(manager, desk):
    ticket = incident(desk, at=NOW - timedelta(hours=1))
    changed(manager, fields(manager, PAGE) | {f"{WARN}-at_percent": "20"}, cases="open")
    outbox.drain(NOW, topics=["rules_changed"])
    sweep(NOW + timedelta(minutes=1))
    assert [each["percent"] for each in events(ticket, "warned")] == [20]
    assert all_differences(NOW + timedelta(minutes=1)) == []


def test_every_field_is_kept_as_written(manager, desk):
    html = manager.post(PAGE, {**fields(manager, PAGE), "step": "add"}).content.decode()
    sent = filled(html) | {
        "rules-7-at_percent": "50",
        "rules-7-targets": ["resolution"],
        "rules-7-commitments": ["guarantee"],
        "rules-7-priorities": ["P2"],
        "rules-7-case_types": ["incident"],
        "rules-7-notify": ["team", "managers"],
        "rules-7-raise_priority": "on",
        "rules-7-move_to": "plattform",
    }
    rule = changed(manager, sent)[7]
    assert rule == Escalation(
        name=rule.name,
        at_percent=50,
        targets=("resolution",),
        commitments=("guarantee",),
        priorities=("P2",),
        case_types=("incident",),
        notify=("team", "managers"),
        raise_priority=True,
        move_to="plattform",
    )
    html = manager.get(f"/tjenestemodell/endringer/{RuleChange.objects.get().pk}/").content.decode()
    assert "får teamet og lederne beskjed, det blir foreslått" in html


def test_a_rule_is_removed_and_what_was_typed_stays(manager):
    sent = fields(manager, PAGE) | {"rules-1-at_percent": "nitti"}
    html = manager.post(PAGE, {**sent, "step": "remove:0"}).content.decode()
    sent = filled(html)
    assert sent["rules-0-at_percent"] == "nitti"
    found = changed(manager, sent | {"rules-0-at_percent": "90"})
    assert [rule.name for rule in found][0] == "missed"
    assert (found[0].at_percent, len(found)) == (90, 6)


def test_all_rules_can_be_removed(manager):
    assert changed(manager, fields(manager, PAGE) | {"rules-count": "0"}) == ()
    assert "Ingen får beskjed om frister." in manager.get(PAGE).content.decode()


def test_two_rules_never_get_one_name(manager):
    sent = fields(manager, PAGE) | {"rules-1-name": "warn", "rules-2-name": ""}
    names = [rule.name for rule in changed(manager, sent)]
    assert len(set(names)) == 7


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("at_percent", "0", "1"),
        ("at_percent", "101", "100"),
        ("at_percent", "halv", "tall"),
        ("notify", [], "Velg hva som skal gjøres"),
        ("notify", ["everybody"], "everybody"),
        ("move_to", "ukjent", "ukjent"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_in_the_summary(manager, field, value, said):
    answer = manager.post(PAGE, {**fields(manager, PAGE), f"{WARN}-{field}": value, "step": "look"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'href="#id_{WARN}-{field}(_group)?"[^<]*>Regel 1: [^<]*{said}', html)


def test_what_was_not_looked_at_is_not_changed(manager):
    sent = looked_at(manager, fields(manager, PAGE) | {f"{WARN}-at_percent": "60"})
    sent[f"{WARN}-at_percent"] = "10"
    answer = manager.post(PAGE, {**sent, "step": "change", "reason": "Fordi", "cases": "new"})
    assert answer.status_code == 409
    assert not RuleChange.objects.exists()


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_page_is_whole_in_each_language(manager, language):
    manager.cookies["language"] = language
    sent = fields(manager, PAGE) | {f"{WARN}-at_percent": "60"}
    assert manager.post(PAGE, {**sent, "step": "look"}).status_code == 200


@pytest.mark.parametrize("who", ["agent", "expert", "asker", "stranger"])
def test_others_are_refused(desk, who):
    client = Client()
    client.force_login(getattr(desk.people, who))
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE).status_code == 403
