"""What people decide is kept as rows: who, when, what was guessed, and what it became."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.models import User
from tests.triage.tickets.desk import opened
from triage.classifier.decisions import services
from triage.classifier.models import Decision, DecisionIsKept, Prediction
from triage.classifier.predictions.services import classify

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(desk):
    return opened(desk, at=NOW - HOUR)


def predict(ticket, target="product", label="maskinporten", **fields) -> Prediction:
    values = {"confidence": 0.8, "speaks": True, "model_version": "v1", "at": NOW, **fields}
    return Prediction.objects.create(ticket=ticket, target=target, label=label, **values)


def decide(ticket, label, *, by, at=NOW, target="product"):
    services.decide(ticket=ticket, target=target, label=label, by=by, now=at)


def rows(ticket) -> list[tuple]:
    found = Decision.objects.filter(ticket=ticket).order_by("pk")
    return [(row.label, row.outcome, row.guessed, row.by_id) for row in found]


def test_an_accepted_guess_is_confirmed_and_a_changed_one_corrected(desk, ticket):
    predict(ticket)
    agent, colleague = desk.people.agent, desk.people.colleague
    decide(ticket, "maskinporten", by=agent)
    decide(ticket, "melding", by=colleague, at=NOW + HOUR)
    assert rows(ticket) == [
        ("maskinporten", "confirmed", "maskinporten", agent.pk),
        ("melding", "corrected", "maskinporten", colleague.pk),
    ]
    kept = Decision.objects.first()
    assert (kept.confidence, kept.spoke, kept.model_version) == (0.8, True, "v1")
    assert (kept.at, kept.source) == (NOW, "desk")


def test_an_accepted_guess_is_decided_and_can_be_taken_back(desk, ticket):
    predict(ticket)
    decide = {"ticket": ticket, "target": "product", "by": desk.people.agent, "now": NOW}
    services.decide(label="maskinporten", **decide)
    assert Prediction.objects.get(ticket=ticket, target="product").decided == "maskinporten"
    services.decide(label="", **decide)
    assert not Prediction.objects.get(ticket=ticket, target="product").is_decided


def test_what_was_not_guessed_is_kept_too(desk, ticket):
    decide(ticket, "melding", by=desk.people.agent)
    assert rows(ticket) == [("melding", "unguessed", "", desk.people.agent.pk)]


def test_taking_a_label_back_adds_a_row_and_there_must_be_something_to_take(desk, ticket):
    decide(ticket, "", by=desk.people.agent)
    assert rows(ticket) == []
    predict(ticket)
    decide(ticket, "maskinporten", by=desk.people.agent)
    decide(ticket, "", by=desk.people.agent, at=NOW + HOUR)
    assert [outcome for _label, outcome, *_rest in rows(ticket)] == ["confirmed", "withdrawn"]
    assert Prediction.objects.get().labelled_at is None


def test_saying_the_same_twice_is_one_row_and_two_people_are_two(desk, ticket):
    predict(ticket)
    for person in (desk.people.agent, desk.people.agent, desk.people.colleague):
        decide(ticket, "maskinporten", by=person)
    assert Decision.objects.count() == 2


def test_a_later_guess_changes_nothing_that_was_decided(desk, ticket, stored):
    predict(ticket, label="melding")
    decide(ticket, "maskinporten", by=desk.people.agent)
    classify(ticket, stored, now=NOW + HOUR)
    assert rows(ticket) == [("maskinporten", "corrected", "melding", desk.people.agent.pk)]
    assert Prediction.objects.get(target="product").label == "melding"


def test_a_decision_is_neither_changed_nor_removed(desk, ticket):
    decide(ticket, "melding", by=desk.people.agent)
    for refused in (Decision.objects.all().delete, lambda: Decision.objects.update(label="x")):
        with pytest.raises(DecisionIsKept):
            refused()
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE classifier_decision SET label = 'x'")
    assert rows(ticket) == [("melding", "unguessed", "", desk.people.agent.pk)]


def test_who_decided_is_left_out_when_they_are_and_the_decision_stays(desk, ticket):
    agent = User.objects.create(email="x@fellesetaten.example")
    decide(ticket, "melding", by=agent)
    agent.delete()
    assert rows(ticket) == [("melding", "unguessed", "", None)]


def test_a_decision_holds_no_word_of_the_case(desk):
    secret = opened(desk, subject="Hemmelig emne", body="Hemmelig tekst")
    predict(secret)
    decide(secret, "melding", by=desk.people.agent)
    kept = Decision.objects.values().get()
    assert "emmelig" not in " ".join(map(str, kept.values()))
