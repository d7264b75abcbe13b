"""What stood when a case was solved counts as decided."""

from datetime import timedelta

import pytest

from tests.triage.classifier.decided import decide
from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from triage.classifier.corpus import decided_cases
from triage.classifier.decisions import solved
from triage.classifier.models import Decision, Prediction
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


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
    assert decided_cases.labels_of([ticket.pk])[ticket.pk] == {
        "product": "melding", "team": "servicedesk",
    }  # fmt: skip


def test_a_case_that_was_solved_anew_by_others_gets_a_new_row(desk):
    ticket = _solved(desk)
    solved.note_solved(NOW)
    Ticket.objects.filter(pk=ticket.pk).update(team=desk.second, resolved_at=NOW)
    assert solved.note_solved(NOW + HOUR) == 1
    assert decided_cases.labels_of([ticket.pk])[ticket.pk]["team"] == "autorisasjon"


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
