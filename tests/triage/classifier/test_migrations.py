"""What was stored before the first line was known by its line is brought over."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import Team
from tests.triage.tickets.desk import NOW, opened
from triage.classifier.models import Decision, Prediction

pytestmark = pytest.mark.django_db
FIRST, OWN, SECOND = "servicedesk", "brukerhjelp", "autorisasjon"
BEFORE = ("classifier", "0004_topics_are_guessed")
MIGRATION = import_module("triage.classifier.migrations.0005_the_first_line_by_its_line")


def _decision(ticket, label, guessed, outcome, target="team") -> int:
    sure = {"confidence": 0.9, "spoke": True} if guessed else {}
    fields = {"label": label, "guessed": guessed, "outcome": outcome, "target": target, **sure}
    return Decision.objects.create(ticket=ticket, source="desk", at=NOW, **fields).pk


def _bring_over() -> None:
    before = MigrationLoader(connection).project_state(
        [BEFORE, ("accounts", "0009_severity_a_is_told")]
    )
    MIGRATION.name_first_line(before.apps, SimpleNamespace(connection=connection))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ((OWN, FIRST, "corrected"), (FIRST, FIRST, "confirmed")),
        ((OWN, OWN, "confirmed"), (FIRST, FIRST, "confirmed")),
        ((FIRST, OWN, "corrected"), (FIRST, FIRST, "confirmed")),
        ((OWN, SECOND, "corrected"), (FIRST, SECOND, "corrected")),
        ((SECOND, OWN, "corrected"), (SECOND, FIRST, "corrected")),
        ((OWN, "", "unguessed"), (FIRST, "", "unguessed")),
        (("", OWN, "withdrawn"), ("", FIRST, "withdrawn")),
        ((SECOND, SECOND, "confirmed"), (SECOND, SECOND, "confirmed")),
    ],
)  # fmt: skip
def test_a_decision_for_the_first_line_has_its_label_and_a_right_guess_was_right(
    desk, was, becomes
):
    Team.objects.filter(pk=desk.first.pk).update(slug="brukerhjelp")
    pk = _decision(opened(desk), *was)
    _bring_over()
    assert Decision.objects.values_list("label", "guessed", "outcome").get(pk=pk) == becomes


def test_a_product_of_the_same_name_and_decisions_of_other_sites_stay(desk):
    Team.objects.filter(pk=desk.first.pk).update(slug="melding")
    pk = _decision(opened(desk), "melding", "servicedesk", "corrected", target="product")
    _bring_over()
    assert Decision.objects.get(pk=pk).label == "melding"


def test_guesses_get_the_label_too(desk):
    Team.objects.filter(pk=desk.first.pk).update(slug="brukerhjelp")
    Prediction.objects.create(
        ticket=opened(desk), target="team", label="servicedesk", confidence=0.9, speaks=True,
        model_version="1", at=NOW, decided="brukerhjelp", decided_at=NOW,
    )  # fmt: skip
    _bring_over()
    assert Prediction.objects.values_list("label", "decided").get() == ("servicedesk",) * 2


def test_decisions_are_kept_as_they_are_afterwards(desk):
    Team.objects.filter(pk=desk.first.pk).update(slug="brukerhjelp")
    _decision(opened(desk), "brukerhjelp", "servicedesk", "corrected")
    _bring_over()
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        Decision._base_manager.update(label="annet")
