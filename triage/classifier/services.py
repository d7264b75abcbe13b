"""Guesses stored for a case, and what people decide about them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from triage.classifier.features import with_facts
from triage.classifier.models import Prediction
from triage.classifier.samples import case_text
from triage.tickets.codes import Environment
from triage.tickets.models import Message, Ticket

if TYPE_CHECKING:
    from triage.classifier.artifact import Artifact

CHANGED_BY_A_GUESS = ["label", "confidence", "speaks", "because", "model_version", "at"]


def text_of(ticket: Ticket) -> str:
    """What the case says: its subject and the first words of the one who asks."""
    first = (
        Message.objects.filter(
            ticket=ticket, from_requester=True, visibility=Message.Visibility.PUBLIC
        )
        .order_by("created_at", "pk")
        .values_list("body", flat=True)
        .first()
    )
    return case_text(ticket.subject, first or "")


def facts_of(ticket: Ticket) -> dict[str, str]:
    """What is known beside the text when the case comes in: who asks, which way, and about what."""
    return {
        "organisation": ticket.organisation.segment if ticket.organisation else "",
        "channel": ticket.channel,
        "environment": "" if ticket.environment == Environment.UNKNOWN else ticket.environment,
    }


def classify(ticket: Ticket, artifact: Artifact, *, now: datetime) -> None:
    """Store what the classifier guesses. Safe to repeat; what a person decided stays as it is."""
    from triage.classifier.guessing import guess  # slow to import, see current.py

    guesses = guess(artifact, with_facts(text_of(ticket), facts_of(ticket)))
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


def decide(*, ticket: Ticket, target: str, label: str, by: User, now: datetime) -> None:
    """Note the label a person gave the case: it accepts the guess or corrects it.

    The caller has changed the case and checked that the person may. Without a guess there is
    nothing to note; an empty label (no product) takes an earlier decision back.
    """
    Prediction.objects.filter(ticket=ticket, target=target).update(
        decided=label,
        decided_by=by if label else None,
        decided_at=now if label else None,
    )
