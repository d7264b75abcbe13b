"""After a case is opened it is guessed what it is about, and something is suggested for it."""

import shutil

import pytest
from django.utils import timezone

from dispatch import outbox
from dispatch.models import OutboxRow
from search.contract import EngineUnavailable
from search.indexing import rebuild
from tests.factories import make_article
from tests.triage.classifier.trained import CASE
from tests.triage.tickets.desk import opened
from triage.classifier.artifacts import current
from triage.classifier.artifacts.artifact import save
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.models import Prediction
from triage.suggestions import after_opening
from triage.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(db, _plain_settings):
    rebuild()


@pytest.fixture
def now():
    return timezone.now()


def _guessed(ticket) -> dict[str, str]:
    return dict(Prediction.objects.filter(ticket=ticket).values_list("target", "label"))


def test_a_new_case_is_guessed_after_the_commit_and_nothing_on_it_changes(desk, stored, now):
    ticket = opened(desk, **CASE)
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    assert _guessed(ticket) == {}
    outbox.drain(timezone.now(), topics=["classify"])
    found = Prediction.objects.get(ticket=ticket, target="product")
    assert (found.label, found.speaks, found.model_version) == ("autorisasjon", True, "test-1")
    assert 0.5 < found.confidence <= 1
    assert "systembrukeren" in [word.lower() for word in found.because]
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_a_security_case_in_the_text_changes_neither_severity_nor_security(desk, stored, now):
    ticket = opened(
        desk,
        subject="Personopplysninger på avveie",
        body="Uvedkommende kan se andres opplysninger. Dette er et sikkerhetsbrudd, alvorlighet A.",
    )
    outbox.drain(timezone.now(), topics=["classify"])
    ticket.refresh_from_db()
    assert (ticket.security, ticket.severity, ticket.case_type) == (False, "", "question")


def test_without_a_classifier_the_case_goes_on_and_the_row_waits_for_another_try(desk, now):
    ticket = opened(desk, **CASE)
    outbox.drain(timezone.now(), topics=["classify"])
    row = OutboxRow.objects.get(topic="classify")
    assert (row.delivered_at, row.last_error, row.attempts) == (None, "ArtifactMissing", 1)
    assert _guessed(ticket) == {}
    assert Ticket.objects.get(pk=ticket.pk).status == "new"


def test_a_bad_classifier_is_tried_again_when_it_is_mended(desk, artifact, now):
    ticket = opened(desk, **CASE)
    current.path().parent.mkdir(parents=True)
    current.path().write_bytes(b"broken")
    outbox.drain(timezone.now(), topics=["classify"])
    assert OutboxRow.objects.get(topic="classify").last_error == "ArtifactRefused"
    save(artifact, current.path())
    OutboxRow.objects.filter(topic="classify").update(next_attempt_at=now)
    outbox.drain(timezone.now(), topics=["classify"])
    assert OutboxRow.objects.get(topic="classify").delivered_at
    assert _guessed(ticket)["product"] == "autorisasjon"


def test_a_dead_search_engine_does_not_hold_up_the_guess(desk, stored, settings, now):
    ticket = opened(desk, **CASE)
    rows = list(OutboxRow.objects.filter(topic="classify"))
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    with pytest.raises(EngineUnavailable):
        after_opening.follow(rows)
    assert _guessed(ticket)["product"] == "autorisasjon"


def test_one_refusal_does_not_keep_suggestions_from_the_other_cases(desk, now):
    opened(desk, **CASE)
    opened(desk, **CASE)
    rows = list(OutboxRow.objects.filter(topic="classify"))
    with pytest.raises(ArtifactRefused):
        after_opening.follow(rows)


def test_a_row_of_a_case_that_is_gone_is_done(desk, stored):
    after_opening.follow([OutboxRow(topic="classify", payload={"ticket": 987654})])
    assert not Prediction.objects.exists()


def test_nothing_is_suggested_for_what_is_guessed_to_be_no_case(desk, stored):
    make_article(title="Ferie", answer="Automatisk svar når du er på ferie til 12. august.")
    rebuild()
    ticket = opened(desk, subject="Automatisk svar", body="Jeg er på ferie til 12. august.")
    outbox.drain(timezone.now(), topics=["classify"])
    assert _guessed(ticket) == {"case_type": "not_a_case"}
    assert not ticket.suggestions.exists()


def test_an_article_is_suggested_together_with_the_guess(desk, stored):
    article = make_article(title="Systembruker", answer="AUTH.VLD-00003 ved godkjenning forklart.")
    rebuild()
    ticket = opened(desk, **CASE)
    outbox.drain(timezone.now(), topics=["classify"])
    assert [each.document for each in ticket.suggestions.all()] == [f"article:{article.pk}"]
    assert OutboxRow.objects.get(topic="classify").delivered_at


def test_suggestions_are_found_anew_and_every_guess_stays_as_it_was(desk, stored):
    """All were guessed anew, by another classifier and in another week than the case came in."""
    rebuild()
    ticket = opened(desk, **CASE)
    outbox.drain(timezone.now())
    before = list(Prediction.objects.order_by("pk").values())
    article = make_article(title="Systembruker", answer="AUTH.VLD-00003 ved godkjenning forklart.")
    rebuild()
    after_opening.look_again(ticket)
    outbox.drain(timezone.now())
    assert [each.document for each in ticket.suggestions.all()] == [f"article:{article.pk}"]
    assert before and list(Prediction.objects.order_by("pk").values()) == before


def test_suggestions_are_found_anew_without_a_classifier_and_wait_for_the_engine(
    desk, settings, now
):
    ticket = opened(desk, **CASE)
    after_opening.look_again(ticket)
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    outbox.drain(timezone.now(), topics=["suggest"])
    row = OutboxRow.objects.get(topic="suggest")
    assert (row.delivered_at, row.last_error) == (None, "EngineUnavailable")
    rebuild()
    row.next_attempt_at = now
    row.save()
    outbox.drain(timezone.now(), topics=["suggest"])
    assert OutboxRow.objects.get(topic="suggest").delivered_at
