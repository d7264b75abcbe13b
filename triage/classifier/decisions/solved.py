"""What stood when a person solved a case counts as decided: product, topic, and the team.

Type and priority are left out: where nobody touched them they say what is set for every case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dispatch.jobs import recurring
from triage.classifier.corpus.cases import stands
from triage.classifier.decisions.services import decision_of
from triage.classifier.labels import PRODUCT, TEAM, TOPIC
from triage.classifier.models import Decision, Prediction
from triage.tickets.models import Ticket, TicketEvent

BATCH = 500
FIRST_TIME = timedelta(days=730)  # how far back it goes when nothing has been noted yet
AGAIN = timedelta(days=2)  # before the last one noted: what was solved while it ran
SOLVED = "resolved"  # the line of the log

Key = tuple[int, str]  # case, target


def note_solved(now: datetime) -> int:
    """Note what stood on cases solved since the last time; returns how many rows that made.

    What somebody decided about a case by itself goes before what stood. Safe to repeat.
    """
    last = Decision.objects.filter(source=Decision.Source.RESOLVED).order_by("-at").first()
    after = (last.at - AGAIN if last else now - FIRST_TIME, 0)
    made = 0
    while found := _solved_after(*after, now=now):
        made += _note(found)
        after = (found[-1].resolved_at, found[-1].pk)
    return made


def _solved_after(moment: datetime, pk: int, *, now: datetime) -> list[Ticket]:
    later = Q(resolved_at__gt=moment) | Q(resolved_at=moment, pk__gt=pk)
    solved = Ticket.objects.filter(later, resolved_at__gte=moment, resolved_at__lte=now)
    solved = solved.filter(security=False).select_related("product", "topic__product", "team")
    return list(solved.order_by("resolved_at", "pk")[:BATCH])


@transaction.atomic
def _note(tickets: Sequence[Ticket]) -> int:
    cases = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).order_by("pk")
    # Cases before what is guessed of them, as whoever changes one does.
    ids = list(cases.select_for_update().values_list("pk", flat=True))
    people = _who_solved(ids)
    predictions: dict[Key, Prediction] = {
        (each.ticket_id, each.target): each
        for each in Prediction.objects.select_for_update().filter(
            ticket__in=ids, target__in=(PRODUCT, TEAM, TOPIC)
        )
    }
    standing = _standing(ids)
    rows = []
    for ticket in tickets:
        if ticket.pk not in people or people[ticket.pk] == ticket.requester_id:
            continue
        for target, label in _stands(ticket):
            before = standing.get((ticket.pk, target))
            if before and (before.source != Decision.Source.RESOLVED or before.label == label):
                continue
            row = decision_of(predictions.get((ticket.pk, target)), label)
            row.ticket_id, row.target, row.at = ticket.pk, target, ticket.resolved_at
            row.by_id, row.source = people[ticket.pk], Decision.Source.RESOLVED
            rows.append(row)
    Decision.objects.bulk_create(rows)
    _leave_out_of_the_list(rows, predictions)
    return len(rows)


def _stands(ticket: Ticket) -> list[tuple[str, str]]:
    labels = ((target, stands(ticket, target)) for target in (TEAM, PRODUCT, TOPIC))
    return [(target, label) for target, label in labels if label]


def _who_solved(ids: Sequence[int]) -> dict[int, int]:
    """By case who solved it last; those nobody did are left out."""
    lines = TicketEvent.objects.filter(ticket__in=ids, kind=SOLVED, actor__isnull=False)
    return dict(lines.order_by("at", "pk").values_list("ticket_id", "actor_id"))


def _standing(ids: Sequence[int]) -> Mapping[Key, Decision]:
    rows = Decision.objects.filter(ticket__in=ids).order_by("at", "pk")
    return {(row.ticket_id, row.target): row for row in rows}


def _leave_out_of_the_list(rows: Sequence[Decision], predictions: Mapping[Key, Prediction]) -> None:
    """Where person and guess agree, a session would teach nothing more."""
    agreed = [
        predictions[row.ticket_id, row.target].pk
        for row in rows
        if row.outcome == Decision.Outcome.CONFIRMED
    ]
    if rows:
        moment = max(row.at for row in rows)
        Prediction.objects.filter(pk__in=agreed).update(labelled_at=moment)


@recurring("note what solved cases stood as", every=timedelta(hours=1))
def note_solved_now(now: datetime) -> None:
    """Note what stood on cases solved in the last hour."""
    note_solved(now)
