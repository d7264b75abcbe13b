"""What people decide about cases, noted beside what was guessed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from triage.classifier.models import Decision, Prediction
from triage.tickets.models import Ticket


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
