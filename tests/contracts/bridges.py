"""One of each thing between questions, cases and articles."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from cms.community import services as community
from portal.bridges import proposing, tasks
from portal.bridges.models import QuestionTask
from portal.bridges.proposing import Words
from portal.bridges.waiting import answer_due_at
from tests.factories import make_product
from triage.intake.services import NewCase, open_ticket
from triage.tickets import services as cases
from triage.tickets.models import Ticket


def bridge_arguments(people: dict, now: datetime) -> dict[str, tuple]:
    """The arguments of every address of the bridges; the owner asks, the first line answers."""
    product = make_product()
    question = community.ask_question(
        by=people["owner"],
        title="Hvordan fornyer vi nøkkelen?",
        body="Den går ut.",
        language="nb",
        product=product,
        now=now,
    )
    tasks.take_up_due(answer_due_at(product, now))
    task = QuestionTask.objects.get(question=question)
    first = people["first"]
    team = first.teams.get()
    answered = community.ask_question(
        by=people["owner"],
        title="Hvor finner vi loggen?",
        body="Vi leter.",
        language="nb",
        product=product,
        now=now,
    )
    official = community.give_official_answer(
        question=answered, by=first, team=team, body="Under drift.", now=now
    )
    solved = _solved(people, now)
    words = Words(
        title="Et spørsmål",
        body="Hva nå?",
        answer="Slik.",
        language="nb",
        product=product,
        team=team,
    )
    proposal = proposing.propose(
        kind="question", words=words, by=first, now=now, form_key=uuid4(), ticket=solved
    )
    return {
        "bridge_to_case": (question.pk,),
        "bridge_article": (question.pk,),
        "bridge_draft": (answered.pk,),
        "bridge_proposal": (proposal.pk,),
        "bridge_decline": (proposal.pk,),
        "bridge_publish": (task.ticket_id,),
        "bridge_propose": (solved.pk, "question"),
        "bridge_confirm": (official.pk,),
        "bridge_withdraw_mark": (official.pk,),
    }


def _solved(people: dict, now: datetime) -> Ticket:
    ticket = open_ticket(
        NewCase(subject="Får ikke token", body="Hjelp.", requester=people["owner"]), now=now
    )
    cases.resolve(ticket=ticket, by=people["first"], solution_code="answer", body="Slik.", now=now)
    return ticket
