"""What is learnt from decided cases, and what of them is left out."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.triage.classifier.decided import decided, many
from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.classifier import confirmed, services, solved
from triage.classifier.anonymous import without_people
from triage.classifier.models import Decision, Prediction
from triage.classifier.samples import Example
from triage.tickets import services as ticket_services
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def decide(ticket, label, *, by, at=NOW, target="product"):
    services.decide(ticket=ticket, target=target, label=label, by=by, now=at)


def test_the_newest_decision_of_each_target_is_the_label(desk):
    ticket, agent = opened(desk), desk.people.agent
    decide(ticket, "melding", by=agent)
    decide(ticket, "maskinporten", by=agent, at=NOW + HOUR)
    decide(ticket, "incident", by=agent, target="case_type")
    [found] = confirmed.confirmed()
    assert found.example.labels == {"product": "maskinporten", "case_type": "incident"}
    assert found.example.facts["channel"] == "portal"


def test_what_was_taken_back_is_not_learnt(desk):
    ticket, agent = opened(desk), desk.people.agent
    decide(ticket, "melding", by=agent)
    decide(ticket, "", by=agent, at=NOW + HOUR)
    assert confirmed.confirmed() == []


def test_what_is_no_case_has_nothing_else(desk):
    ticket, agent = opened(desk), desk.people.agent
    decide(ticket, "servicedesk", by=agent, target="team")
    decide(ticket, "not_a_case", by=agent, target="case_type")
    [found] = confirmed.confirmed()
    assert found.example.labels == {"case_type": "not_a_case"}


def test_cases_nobody_has_decided_about_are_not_learnt(desk, stored):
    services.classify(opened(desk), stored, now=NOW)
    assert confirmed.confirmed() == []
    assert confirmed.count() == 0


def test_security_cases_are_left_out(desk):
    ticket = opened(desk)
    decide(ticket, "melding", by=desk.people.guard)
    Ticket.objects.filter(pk=ticket.pk).update(security=True)
    assert confirmed.confirmed() == []
    assert confirmed.count_since(NOW - HOUR) == 0


def test_who_a_case_is_about_is_not_learnt(desk):
    ticket = opened(
        desk,
        subject="Kari Vik får ikke token, ring 99 88 77 66",
        body="Hei\nSkriv til kari.vik@tindvik.example eller +47 22 33 44 55.\n"
        "Fødselsnummer 13097248022. AUTH.VLD-00003 kommer.\nHilsen Kari Vik",
    )
    decide(ticket, "melding", by=desk.people.agent)
    [found] = confirmed.confirmed()
    for word in ("Kari", "Vik", "kari.vik", "99 88", "22 33", "13097248022"):
        assert word not in found.example.text + found.subject
    assert "AUTH.VLD-00003 kommer" in found.example.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ring 99887766 nå", "ring nå"),
        ("se https://tindvik.example/x?fnr=1 her", "se her"),
        ("feil 500 og 403 i TT02", "feil 500 og 403 i TT02"),
        ("DIALOG-01234 feiler 2026-11-24", "DIALOG-01234 feiler 2026-11-24"),
        ("Vikaren svarer", "Vikaren svarer"),
    ],
)
def test_only_what_tells_who_goes(text, left):
    assert without_people(text, "Kari Vik") == left


def test_merged_cases_and_those_with_like_subjects_are_of_one_family(desk):
    one, two, three, four = (
        opened(desk, subject=subject)
        for subject in ("Får ikke token", "Henger", "SV: Får ikke token 2", "Noe annet helt nytt")
    )
    ticket_services.mark_duplicate(ticket=two, by=desk.people.agent, of=four, now=NOW)
    for ticket in (one, two, three, four):
        decide(ticket, "melding", by=desk.people.agent)
    found = confirmed.material(confirmed.confirmed(), [])
    assert [found.families[place] for place in range(4)] == [0, 1, 0, 1]
    groups = [case.example.group for case in found.cases]
    assert (groups[0] == groups[2]) and (groups[1] == groups[3]) and (groups[0] != groups[1])


def test_a_case_like_those_of_the_sample_is_of_the_family_there(desk):
    sample = [Example(text="Får ikke token i TT02\nHei", labels={}, group="token")]
    decide(opened(desk, subject="Får ikke token i TT"), "melding", by=desk.people.agent)
    decide(opened(desk, subject="Helt ny sak"), "melding", by=desk.people.agent)
    found = confirmed.material(confirmed.confirmed(), sample)
    assert found.cases[0].example.group == "token"
    assert found.families[0] in found.of_sample
    assert found.families[1] not in found.of_sample


def test_reading_many_takes_as_many_statements_as_reading_one(desk):
    counts = []
    for more in (1, 40):
        decided(many(desk, more), "melding")
        with CaptureQueriesContext(connection) as queries:
            confirmed.confirmed()
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- what stood when a case was solved ------------------------------------------------------------


def _solved(desk, **fields) -> Ticket:
    return in_status(desk, "resolved", at=NOW - HOUR, product=desk.product, **fields)


def _stood() -> set[tuple]:
    return set(Decision.objects.values_list("target", "label", "source", "outcome"))


def test_product_and_team_that_stood_when_a_person_solved_it_are_noted(desk):
    ticket = _solved(desk)
    Prediction.objects.create(
        ticket=ticket, target="team", label="servicedesk", confidence=0.9, speaks=True,
        model_version="v1", at=NOW,
    )  # fmt: skip
    assert solved.note_solved(NOW) == 2
    assert _stood() == {
        ("team", "servicedesk", "resolved", "confirmed"),
        ("product", "maskinporten", "resolved", "unguessed"),
    }
    decision = Decision.objects.first()
    assert (decision.by, decision.at) == (desk.people.agent, NOW - HOUR + MINUTE)
    assert Prediction.objects.get().labelled_at


def test_a_topic_that_stood_is_noted_too(desk):
    _solved(desk, topic=desk.topic)
    assert solved.note_solved(NOW) == 3
    assert ("topic", "maskinporten/scope", "resolved", "unguessed") in _stood()


def test_noting_again_adds_nothing(desk):
    _solved(desk)
    solved.note_solved(NOW)
    assert solved.note_solved(NOW + HOUR) == 0


def test_what_somebody_decided_goes_before_what_stood(desk):
    ticket = _solved(desk)
    decide(ticket, "melding", by=desk.people.agent, at=NOW - HOUR)
    solved.note_solved(NOW)
    assert confirmed.labels_of([ticket.pk])[ticket.pk] == {
        "product": "melding", "team": "servicedesk",
    }  # fmt: skip


def test_a_case_that_was_solved_anew_by_others_gets_a_new_row(desk):
    ticket = _solved(desk)
    solved.note_solved(NOW)
    Ticket.objects.filter(pk=ticket.pk).update(team=desk.second, resolved_at=NOW)
    assert solved.note_solved(NOW + HOUR) == 1
    assert confirmed.labels_of([ticket.pk])[ticket.pk]["team"] == "autorisasjon"


def test_open_cases_and_security_cases_say_nothing(desk):
    opened(desk)
    ticket = _solved(desk)
    Ticket.objects.filter(pk=ticket.pk).update(security=True)
    assert solved.note_solved(NOW) == 0


def test_many_solved_in_one_second_are_all_noted(desk, monkeypatch):
    monkeypatch.setattr(solved, "BATCH", 2)
    for _ in range(5):
        _solved(desk)
    assert solved.note_solved(NOW) == 10
