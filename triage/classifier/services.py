"""Guesses stored for a case, and what people decide about them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from triage.classifier import labels
from triage.classifier.features import with_facts
from triage.classifier.models import Decision, Prediction
from triage.classifier.samples import case_text
from triage.tickets.codes import Environment
from triage.tickets.models import Message, Ticket

if TYPE_CHECKING:
    from triage.classifier.artifact import Artifact

CHANGED_BY_A_GUESS = ["label", "confidence", "speaks", "because", "unknown", "model_version", "at"]


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


def stands(ticket: Ticket, target: str) -> str:
    """The label the case has as it stands; "" when none."""
    match target:
        case labels.PRODUCT:
            return labels.product_label(ticket.product.slug) if ticket.product else ""
        case labels.TOPIC:
            topic = ticket.topic
            return labels.topic_label(topic.product.slug, topic.slug) if topic else ""
        case labels.TEAM:
            return ticket.team.slug
        case labels.PRIORITY:
            return f"{ticket.impact}x{ticket.urgency}"
        case labels.CASE_TYPE:
            return ticket.case_type
    raise ValueError(f"Not a question about a case: {target!r}")


def facts_of(ticket: Ticket) -> dict[str, str]:
    """What is known beside the text when the case comes in: who asks, which way, and about what."""
    return {
        "organisation": ticket.organisation.segment if ticket.organisation else "",
        "channel": ticket.channel,
        "environment": "" if ticket.environment == Environment.UNKNOWN else ticket.environment,
    }


def classify(ticket: Ticket, artifact: Artifact, *, now: datetime) -> None:
    """Store what the classifier guesses. Safe to repeat; what a person decided stays as it is."""
    from triage.classifier.guessing import guess, unknown_share  # slow to import, see current.py

    text = text_of(ticket)
    guesses = guess(artifact, with_facts(text, facts_of(ticket)))
    unknown = unknown_share(artifact, text)
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


@transaction.atomic
def decide(*, ticket: Ticket, target: str, label: str, by: User, now: datetime) -> None:
    """Note the label a person set on the case: it accepts the guess or corrects it.

    The caller has changed the case and checked that the person may. An empty label (no product)
    takes an earlier decision back.
    """
    prediction = _locked(ticket, target)
    note(
        ticket=ticket,
        target=target,
        label=label,
        prediction=prediction,
        by=by,
        now=now,
        source=Decision.Source.DESK,
    )
    if prediction is not None:
        prediction.decided = label
        prediction.decided_by = by if label else None
        prediction.decided_at = now if label else None
        prediction.save(update_fields=["decided", "decided_by", "decided_at"])


def _locked(ticket: Ticket, target: str) -> Prediction | None:
    predictions = Prediction.objects.select_for_update()
    return predictions.filter(ticket=ticket, target=target).first()


def note(
    *,
    ticket: Ticket,
    target: str,
    label: str,
    prediction: Prediction | None,
    by: User | None,
    now: datetime,
    source: str,
) -> Decision | None:
    """Add a row for what somebody decided, beside what was guessed; None when it stands already.

    Saying the same once more adds nothing; somebody else who says it does.
    """
    if prediction is not None:
        prediction.labelled_at = now if label else None
        prediction.save(update_fields=["labelled_at"])
    before = Decision.objects.filter(ticket=ticket, target=target).order_by("at", "pk").last()
    if before is None and not label:
        return None
    who = by.pk if by else None
    if before and (before.label, before.by_id, before.source) == (label, who, source):
        return None
    row = decision_of(prediction, label)
    row.ticket, row.target, row.by, row.at, row.source = ticket, target, by, now, source
    row.save(force_insert=True)
    return row


def decision_of(prediction: Prediction | None, label: str) -> Decision:
    """An unsaved decision: the label, what was guessed, and what that makes of it."""
    guessed = prediction.label if prediction else ""
    if not label:
        outcome = Decision.Outcome.WITHDRAWN
    elif not guessed:
        outcome = Decision.Outcome.UNGUESSED
    else:
        right = label == guessed
        outcome = Decision.Outcome.CONFIRMED if right else Decision.Outcome.CORRECTED
    return Decision(
        label=label,
        outcome=outcome,
        guessed=guessed,
        confidence=prediction.confidence if guessed else None,
        spoke=bool(guessed and prediction.speaks),
        model_version=prediction.model_version if guessed else "",
    )
