"""A case labelled by one while another changes it or labels it too: nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction
from django.utils import timezone

from portal.desk import steps
from tests.portal.desk.test_labelling import predict
from tests.triage.tickets.desk import MINUTE, in_status, make_desk, opened
from triage.classifier.decisions import labelling
from triage.classifier.decisions.solved import note_solved
from triage.classifier.labels import NOT_A_CASE
from triage.classifier.models import Prediction
from triage.tickets.models import Ticket
from triage.tickets.states import Status

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

CASES = 15


def at_once(*works: Callable[[Ticket], object]) -> list[Exception]:
    """What went wrong when each of the works did the same cases at the same time."""
    wrong, all_there = [], threading.Barrier(len(works))
    cases = list(Ticket.objects.order_by("pk"))

    def run(work) -> None:
        for ticket in cases:
            all_there.wait(timeout=60)
            try:
                work(Ticket.objects.get(pk=ticket.pk))
            except Exception as fault:
                wrong.append(fault)
        connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_labelling_a_case_while_it_is_changed_or_labelled_stops_nobody():
    desk = make_desk()
    now = timezone.now()
    for _ in range(CASES):
        ticket = opened(desk, at=now - MINUTE)
        predict(ticket)
        predict(ticket, "question", target="case_type")

    def label(ticket: Ticket, target: str, said: str, by) -> None:
        guess = Prediction.objects.get(ticket=ticket, target=target)
        labelling.label(prediction_id=guess.pk, label=said, by=by, now=now)

    def change(ticket: Ticket) -> None:
        data = {"product": desk.product, "topic": None}
        steps.do(steps.BY_SLUG["produkt"], ticket, by=desk.people.agent, data=data, now=now)

    agent, colleague = desk.people.agent, desk.people.colleague
    assert not at_once(lambda each: label(each, "product", "maskinporten", colleague), change)
    Prediction.objects.update(labelled_at=None)
    assert not at_once(
        lambda each: label(each, "product", NOT_A_CASE, agent),
        lambda each: label(each, "case_type", NOT_A_CASE, colleague),
    )


def test_noting_what_solved_cases_stood_as_holds_up_nobody_who_changes_one():
    desk = make_desk()
    now = timezone.now()
    ticket = in_status(desk, Status.RESOLVED, at=now - 9 * MINUTE, product=desk.product)
    predict(ticket)
    wrong: list[Exception] = []

    def note() -> None:
        try:
            note_solved(now)
        except Exception as fault:
            wrong.append(fault)
        connections.close_all()

    noting = threading.Thread(target=note)
    data = {"product": None, "topic": None}
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        noting.start()
        noting.join(timeout=1)  # until it waits for the case
        steps.do(steps.BY_SLUG["produkt"], ticket, by=desk.people.agent, data=data, now=now)
    noting.join()
    assert not wrong
    assert Ticket.objects.get().product is None
