"""Guesses stored for a case."""

import pytest

from tests.triage.classifier.trained import CASE
from tests.triage.tickets.desk import opened
from triage.classifier.decisions.services import decide
from triage.classifier.labels import TARGETS
from triage.classifier.models import Prediction
from triage.classifier.predictions import services

pytestmark = pytest.mark.django_db


def test_doing_it_again_stores_no_more(desk, stored, now):
    ticket = opened(desk, **CASE)
    for _ in range(3):
        services.classify(ticket, stored, now=now)
    assert Prediction.objects.filter(ticket=ticket).count() == len(TARGETS)


def test_what_a_person_decided_is_kept_when_it_is_guessed_again(desk, stored, now):
    ticket = opened(desk, **CASE)
    services.classify(ticket, stored, now=now)
    decide(ticket=ticket, target="product", label="samtykke", by=desk.people.agent, now=now)
    services.classify(ticket, stored, now=now)
    kept = Prediction.objects.get(ticket=ticket, target="product")
    assert (kept.label, kept.decided) == ("autorisasjon", "samtykke")
    assert kept.decided_by == desk.people.agent


def test_words_the_classifier_never_met_are_counted_beside_the_guess(desk, stored, now):
    plain = opened(desk, subject="Feil med token", body="Vi får ikke token fra Maskinporten.")
    strange = opened(desk, subject="Qwxzt vrblk", body="Zzyxq hhgtt blorfq mnbvx qwertzu")
    for each in (plain, strange):
        services.classify(each, stored, now=now)
    known, unknown = (
        Prediction.objects.filter(ticket=each).first().unknown for each in (plain, strange)
    )
    assert known < 0.3
    assert unknown > 0.7


def test_what_is_no_case_gets_only_that_guess(desk, stored, now):
    ticket = opened(desk, subject="Automatisk svar", body="Jeg er på ferie til 12. august.")
    services.classify(ticket, stored, now=now)
    assert dict(Prediction.objects.filter(ticket=ticket).values_list("target", "label")) == {
        "case_type": "not_a_case"
    }
