"""What is learnt from decided cases, and what of them is left out."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.triage.classifier.decided import decide, decided, many
from tests.triage.tickets.desk import NOW, opened
from triage.classifier.corpus import decided_cases
from triage.classifier.corpus.samples import Example
from triage.classifier.predictions.services import classify
from triage.tickets import merging
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_the_newest_decision_of_each_target_is_the_label(desk):
    ticket, agent = opened(desk), desk.people.agent
    decide(ticket, "melding", by=agent)
    decide(ticket, "maskinporten", by=agent, at=NOW + HOUR)
    decide(ticket, "incident", by=agent, target="case_type")
    [found] = decided_cases.newest()
    assert found.example.labels == {"product": "maskinporten", "case_type": "incident"}
    assert found.example.facts["channel"] == "portal"


def test_what_was_taken_back_is_not_learnt(desk):
    ticket, agent = opened(desk), desk.people.agent
    decide(ticket, "melding", by=agent)
    decide(ticket, "", by=agent, at=NOW + HOUR)
    assert decided_cases.newest() == []


def test_what_is_no_case_has_nothing_else(desk):
    ticket, agent = opened(desk), desk.people.agent
    decide(ticket, "servicedesk", by=agent, target="team")
    decide(ticket, "not_a_case", by=agent, target="case_type")
    [found] = decided_cases.newest()
    assert found.example.labels == {"case_type": "not_a_case"}


def test_cases_nobody_has_decided_about_are_not_learnt(desk, stored):
    classify(opened(desk), stored, now=NOW)
    assert decided_cases.newest() == []
    assert decided_cases.count() == 0


def test_security_cases_are_left_out(desk):
    ticket = opened(desk)
    decide(ticket, "melding", by=desk.people.guard)
    Ticket.objects.filter(pk=ticket.pk).update(security=True)
    assert decided_cases.newest() == []
    assert decided_cases.count_since(NOW - HOUR) == 0


def test_who_a_case_is_about_is_not_learnt(desk):
    ticket = opened(
        desk,
        subject="Kari Vik får ikke token, ring 99 88 77 66",
        body="Hei\nSkriv til kari.vik@tindvik.example eller +47 22 33 44 55.\n"
        "Fødselsnummer 13097248022. AUTH.VLD-00003 kommer.\nHilsen Kari Vik",
    )
    decide(ticket, "melding", by=desk.people.agent)
    [found] = decided_cases.newest()
    for word in ("Kari", "Vik", "kari.vik", "99 88", "22 33", "13097248022"):
        assert word not in found.example.text + found.subject
    assert "AUTH.VLD-00003 kommer" in found.example.text


def test_merged_cases_and_those_with_like_subjects_are_of_one_family(desk):
    one, two, three, four = (
        opened(desk, subject=subject)
        for subject in ("Får ikke token", "Henger", "SV: Får ikke token 2", "Noe annet helt nytt")
    )
    merging.mark_duplicate(ticket=two, by=desk.people.agent, of=four, now=NOW)
    for ticket in (one, two, three, four):
        decide(ticket, "melding", by=desk.people.agent)
    found = decided_cases.material(decided_cases.newest(), [])
    assert [found.families[place] for place in range(4)] == [0, 1, 0, 1]
    groups = [case.example.group for case in found.cases]
    assert (groups[0] == groups[2]) and (groups[1] == groups[3]) and (groups[0] != groups[1])


def test_a_case_like_those_of_the_sample_is_of_the_family_there(desk):
    sample = [Example(text="Får ikke token i TT02\nHei", labels={}, group="token")]
    decide(opened(desk, subject="Får ikke token i TT"), "melding", by=desk.people.agent)
    decide(opened(desk, subject="Helt ny sak"), "melding", by=desk.people.agent)
    found = decided_cases.material(decided_cases.newest(), sample)
    assert found.cases[0].example.group == "token"
    assert found.families[0] in found.of_sample
    assert found.families[1] not in found.of_sample


def test_reading_many_takes_as_many_statements_as_reading_one(desk):
    counts = []
    for more in (1, 40):
        decided(many(desk, more), "melding")
        with CaptureQueriesContext(connection) as queries:
            decided_cases.newest()
        counts.append(len(queries))
    assert counts[0] == counts[1]
