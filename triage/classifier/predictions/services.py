"""Guesses stored for a case."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from triage.classifier.corpus.cases import facts_of, text_of
from triage.classifier.learner.features import with_facts
from triage.classifier.models import Prediction
from triage.tickets.models import Ticket

if TYPE_CHECKING:
    from triage.classifier.artifacts.artifact import Artifact

CHANGED_BY_A_GUESS = ["label", "confidence", "speaks", "because", "unknown", "model_version", "at"]


def classify(ticket: Ticket, artifact: Artifact, *, now: datetime) -> None:
    """Store what the classifier guesses. Safe to repeat; what a person decided stays as it is."""
    from triage.classifier.predictions import guessing  # slow to import, see artifacts/current.py

    text = text_of(ticket)
    guesses = guessing.guess(artifact, with_facts(text, facts_of(ticket)))
    unknown = guessing.unknown_share(artifact, text)
    with transaction.atomic():
        known = Prediction.objects.select_for_update().filter(ticket=ticket)
        decided = {each.target for each in known if each.is_decided}
        known.filter(decided_at__isnull=True).exclude(target__in=guesses).delete()
        rows = [
            Prediction(
                ticket=ticket,
                target=target,
                label=each.label,
                confidence=each.confidence,
                speaks=each.speaks,
                because=list(each.because),
                unknown=unknown,
                model_version=artifact.version,
                at=now,
            )
            for target, each in guesses.items()
            if target not in decided
        ]
        Prediction.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["ticket", "target"],
            update_fields=CHANGED_BY_A_GUESS,
        )
