"""Questions and time for the tests of the bridges."""

from __future__ import annotations

from datetime import datetime, timedelta

from cms.community import services
from cms.community.models import Answer, Question
from portal.bridges import tasks
from tests.cms.community.posts import known
from tests.triage.tickets.desk import NOW, Desk
from triage.tickets.models import Ticket

HOUR = timedelta(hours=1)
TITLE = "Hvordan får vi token med to scopes?"
# Eight working hours from ten on Tuesday 24 November 2026: open until 15.45, from 08.00.
DUE = datetime.fromisoformat("2026-11-25T10:15:00+01:00")
LATER = DUE + timedelta(minutes=1)


def ask(desk: Desk, *, at: datetime = NOW, **fields) -> Question:
    """A question of Kari's, known here and so published at once."""
    values = {
        "by": known(desk.people.asker),
        "title": TITLE,
        "body": "Vi får `invalid_scope`.",
        "language": "nb",
        "product": desk.product,
        "now": at,
        **fields,
    }
    return services.ask_question(**values)


def taken_up(question: Question, *, at: datetime = LATER) -> Ticket:
    """The task of a question whose time is up."""
    tasks.take_up_due(at)
    return Ticket.objects.get(question_task__question=question)


def answer_by(question: Question, person, *, at: datetime = LATER) -> Answer:
    """Somebody of the community answers."""
    return services.answer_question(
        question=question, by=known(person), body="Be om begge i samme kall.", now=at
    )
