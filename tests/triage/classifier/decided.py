"""Cases with decisions about them, one or many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import User
from tests.triage.tickets.desk import NOW, Desk, opened
from triage.classifier.decisions import services
from triage.classifier.models import Decision, Prediction
from triage.tickets.models import Message, Ticket

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int) -> str:
    """A made-up word of its own for each number, so that subjects are not alike."""
    found = ""
    for _ in range(5):
        number, place = divmod(number * 7 + 3, 26)
        found += LETTERS[place]
    return f"q{found}"


def many(desk: Desk, count: int, *, at: datetime = NOW, subject="") -> list[Ticket]:
    """So many cases, a minute apart and the last at `at`; subjects are not alike."""
    first = opened(desk, at=at)
    fields = {
        field.attname: getattr(first, field.attname)
        for field in Ticket._meta.concrete_fields
        if not field.primary_key and field.attname != "submission_key"
    }
    tickets = Ticket.objects.bulk_create(
        [
            Ticket(
                **{
                    **fields,
                    "subject": subject or f"{word(n)} {word(n + 5000)} {word(n + 9000)}",
                    "opened_at": at - (count - n) * timedelta(minutes=1),
                }
            )
            for n in range(count)
        ]
    )
    Message.objects.bulk_create(
        [
            Message(
                ticket=ticket,
                visibility="public",
                from_requester=True,
                body=f"Om {ticket.subject}",
                created_at=ticket.opened_at,
            )
            for ticket in tickets
        ]
    )
    return tickets


def decided(
    tickets: Sequence[Ticket],
    label: str,
    *,
    target: str = "product",
    source: str = "resolved",
    at: datetime = NOW,
    guessed: str = "",
    spoke: bool = True,
) -> None:
    """A decision about each, beside a guess when one is given."""
    rows = []
    for ticket in tickets:
        prediction = None
        if guessed:
            prediction = Prediction(
                ticket=ticket,
                target=target,
                label=guessed,
                confidence=0.7,
                speaks=spoke,
                model_version="v1",
                at=ticket.opened_at,
            )
            prediction.save()
        row = services.decision_of(prediction, label)
        row.ticket, row.target, row.at, row.source = ticket, target, at, source
        rows.append(row)
    Decision.objects.bulk_create(rows)


def decide(
    ticket: Ticket, label: str, *, by: User, at: datetime = NOW, target: str = "product"
) -> None:
    """What a person sets on a case."""
    services.decide(ticket=ticket, target=target, label=label, by=by, now=at)
