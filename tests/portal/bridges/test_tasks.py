"""A question nobody has answered becomes a task of the desk, once, and ends when it is answered."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from cms.community import editing, moderation, services
from cms.community.exceptions import NothingWritten
from cms.community.models import Answer, CommunityEvent, HeldFor
from dispatch.jobs import run_recurring
from dispatch.models import Mail
from portal.bridges import jobs, tasks
from portal.bridges.models import QuestionTask
from tests.portal.bridges.asking import DUE, HOUR, LATER, TITLE, answer_by, ask, taken_up
from tests.triage.tickets.desk import NOW
from triage.intake.services import NoFirstLine
from triage.tickets import services as cases
from triage.tickets.exceptions import ActionNotPossible, TicketError
from triage.tickets.models import Message, Ticket
from triage.tickets.states import Status

Kind = CommunityEvent.Kind
GONE = "Et spørsmål som ikke lenger vises"


def settled(at=LATER) -> None:
    tasks.settle(at)
    tasks.take_up_due(at)


def test_a_question_is_taken_up_when_its_time_is_up_and_not_before(question):
    assert tasks.take_up_due(DUE - HOUR / 60) == 0
    assert tasks.take_up_due(DUE) == 1
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.channel, ticket.status) == (TITLE, "community", Status.NEW)
    assert (ticket.product, ticket.language) == (question.product, "nb")
    assert ticket.question_task.question == question
    assert question.events.filter(kind=Kind.TAKEN_UP).count() == 1


def test_the_asker_is_promised_no_case_and_gets_no_receipt(desk, question):
    ticket = taken_up(question)
    assert ticket.requester is None
    assert ticket.contact_email == ""
    assert not Ticket.objects.visible_to(desk.people.asker).exists()
    assert not Mail.objects.filter(kind="receipt").exists()


def test_what_was_asked_is_copied_nowhere(question):
    ticket = taken_up(question)
    body = Message.objects.get(ticket=ticket).body
    assert "invalid_scope" not in body
    assert f"/community/{question.pk}/sporsmal/" in body


def test_a_question_is_taken_up_once_however_often_the_worker_comes_by(question):
    for minutes in range(5):
        settled(LATER + minutes * HOUR)
    assert Ticket.objects.count() == QuestionTask.objects.count() == 1
    assert question.events.filter(kind=Kind.TAKEN_UP).count() == 1


@pytest.mark.parametrize("why", ["answered", "closed", "hidden", "held", "withdrawn", "merged"])
def test_a_question_that_needs_nobody_is_not_taken_up(desk, question, moderator, member, why):
    make_needless(why, question, desk, moderator, member, NOW + HOUR)
    assert tasks.take_up_due(LATER) == 0


def make_needless(why, question, desk, moderator, member, at):
    """Let something happen to the question after which nobody at the desk has to answer."""
    from cms.community import merging

    if why == "answered":
        return answer_by(question, member, at=at)
    if why == "closed":
        return moderation.close(question=question, by=moderator, reason="Foreldet", now=at)
    if why == "hidden":
        return moderation.hide(post=question, by=moderator, reason="Reklame", now=at)
    if why == "held":
        with transaction.atomic():
            return moderation.hold(question=question, post=question, held_for=HeldFor.FLAGS, now=at)
    if why == "withdrawn":
        return editing.withdraw_question(question=question, by=desk.people.asker, now=at)
    other = ask(desk, title="Det samme om scopes", at=NOW, answer_due_at=LATER + 99 * HOUR)
    return merging.merge(question=question, into=other, by=moderator, now=at)


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("answered", "community"),
        ("closed", "withdrawn"),
        ("hidden", "withdrawn"),
        ("held", "withdrawn"),
        ("withdrawn", "withdrawn"),
        ("merged", "withdrawn"),
    ],
)
def test_a_task_ends_by_itself_with_its_reason(desk, question, moderator, member, why, reason):
    ticket = taken_up(question)
    make_needless(why, question, desk, moderator, member, LATER + HOUR)
    assert tasks.settle(LATER + 2 * HOUR) == 1
    ticket.refresh_from_db()
    assert (ticket.status, ticket.close_reason) == (Status.CLOSED, reason)
    assert tasks.settle(LATER + 3 * HOUR) == 0


@pytest.mark.parametrize("why", ["hidden", "held", "withdrawn"])
def test_what_is_out_of_sight_is_not_left_at_the_desk(desk, question, moderator, member, why):
    ticket = taken_up(question)
    make_needless(why, question, desk, moderator, member, LATER + HOUR)
    ticket.refresh_from_db()
    assert ticket.subject == GONE


def test_the_subject_comes_back_with_the_question(question, moderator):
    ticket = taken_up(question)
    moderation.hide(post=question, by=moderator, reason="Reklame", now=LATER)
    moderation.restore(post=question, by=moderator, now=LATER + HOUR)
    ticket.refresh_from_db()
    assert ticket.subject == TITLE


def test_a_question_whose_answer_is_taken_away_comes_back_once(question, moderator, member):
    ticket = taken_up(question)
    answer = answer_by(question, member, at=LATER + HOUR)
    settled(LATER + 2 * HOUR)
    moderation.hide(post=answer, by=moderator, reason="Feil svar", now=LATER + 3 * HOUR)
    for hours in range(4, 8):
        settled(LATER + hours * HOUR)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, None)
    assert Ticket.objects.count() == 1
    assert [event.kind for event in ticket.events.all()].count("reopened") == 1
    assert question.events.filter(kind=Kind.TAKEN_UP).count() == 2


def test_a_question_answered_in_time_and_left_without_comes_to_the_desk(
    question, moderator, member
):
    answer = answer_by(question, member, at=NOW + HOUR)
    editing.withdraw_answer(answer=answer, by=member, now=NOW + 2 * HOUR)
    assert tasks.take_up_due(NOW + 3 * HOUR) == 0
    assert tasks.take_up_due(LATER) == 1


def test_a_task_closed_without_an_answer_comes_back(desk, question):
    ticket = taken_up(question)
    cases.mark_not_a_case(ticket=ticket, by=desk.people.agent, now=LATER + HOUR)
    settled(LATER + 2 * HOUR)
    ticket.refresh_from_db()
    assert ticket.is_open
    assert Ticket.objects.count() == 1


def test_without_a_first_line_nothing_is_lost(desk, question):
    desk.first.line = "second"
    desk.first.save()
    with pytest.raises(NoFirstLine):
        tasks.take_up_due(LATER)
    assert not question.events.filter(kind=Kind.TAKEN_UP).exists()
    desk.first.line = "first"
    desk.first.save()
    assert tasks.take_up_due(LATER) == 1


def test_what_is_due_is_found_in_batches(desk, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 3)
    for number in range(7):
        ask(desk, title=f"Spørsmål nummer {number} om scopes")
    assert tasks.take_up_due(LATER) == 7
    assert QuestionTask.objects.count() == 7


def test_the_worker_sees_to_questions(question):
    run_recurring(LATER)
    assert QuestionTask.objects.get().question == question


def test_the_job_does_all_three(question, member):
    jobs.see_to_questions(LATER)
    answer_by(question, member, at=LATER + HOUR)
    jobs.see_to_questions(LATER + 2 * HOUR)
    assert QuestionTask.objects.get().ended_for == "answered"


# --- the desk answers ---------------------------------------------------------------------------

KEY = "0d3f2f43-6a8f-4f9d-a7f7-7f6f4ce0c0de"


def published(ticket, desk, **fields) -> Answer:
    values = {
        "ticket": ticket,
        "by": desk.people.agent,
        "team": desk.first,
        "body": "Be om begge i samme kall.",
        "now": LATER + HOUR,
        "key": KEY,
        **fields,
    }
    return tasks.publish_answer(**values)


def test_the_answer_stands_in_the_community_and_the_task_is_solved(desk, question):
    ticket = taken_up(question)
    answer = published(ticket, desk)
    question.refresh_from_db()
    ticket.refresh_from_db()
    assert (answer.official_team, answer.author) == (desk.first, desk.people.agent)
    assert (question.state, question.official_team) == ("answered", desk.first)
    assert (ticket.status, ticket.solution_code) == (Status.RESOLVED, "answer")
    assert QuestionTask.objects.get().ended_for == "answered"
    assert not Mail.objects.filter(kind="resolved").exists()


def test_an_answer_sent_twice_counts_once(desk, question):
    ticket = taken_up(question)
    assert published(ticket, desk) == published(ticket, desk)
    assert question.answers.count() == 1
    assert [event.kind for event in ticket.events.all()].count("resolved") == 1


def test_nothing_is_published_when_the_case_cannot_be_solved(desk, question, monkeypatch):
    ticket = taken_up(question)

    def failing(**_fields):
        raise TicketError("Databasen er borte")

    monkeypatch.setattr(tasks.cases, "resolve", failing)
    with pytest.raises(TicketError):
        published(ticket, desk)
    assert question.answers.count() == 0
    ticket.refresh_from_db()
    assert ticket.is_open


def test_nothing_is_solved_when_the_answer_cannot_be_published(desk, question):
    ticket = taken_up(question)
    with pytest.raises(NothingWritten):
        published(ticket, desk, body="   ")
    with pytest.raises(PermissionDenied):
        published(ticket, desk, team=desk.second)
    ticket.refresh_from_db()
    assert ticket.is_open
    assert question.answers.count() == 0


def test_an_answer_to_a_task_that_has_ended_is_refused_and_not_published(desk, question, member):
    ticket = taken_up(question)
    answer_by(question, member, at=LATER + HOUR)
    tasks.settle(LATER + 2 * HOUR)
    with pytest.raises(ActionNotPossible):
        published(ticket, desk, now=LATER + 3 * HOUR)
    assert question.answers.count() == 1


def test_a_hidden_official_answer_brings_the_task_back(desk, question, moderator):
    ticket = taken_up(question)
    answer = published(ticket, desk)
    moderation.hide(post=answer, by=moderator, reason="Feil", now=LATER + 2 * HOUR)
    settled(LATER + 3 * HOUR)
    ticket.refresh_from_db()
    assert ticket.is_open
    second = published(ticket, desk, now=LATER + 4 * HOUR, key=KEY.replace("0d3f", "1d3f"))
    assert second != answer
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_somebody_outside_the_desk_cannot_publish(desk, question):
    ticket = taken_up(question)
    with pytest.raises(PermissionDenied):
        published(ticket, desk, by=desk.people.asker)
    assert question.answers.count() == 0


def test_an_answer_given_in_the_community_by_staff_ends_the_task_too(desk, question):
    ticket = taken_up(question)
    services.give_official_answer(
        question=question, by=desk.people.agent, team=desk.first, body="Slik.", now=LATER + HOUR
    )
    settled(LATER + 2 * HOUR)
    ticket.refresh_from_db()
    assert ticket.close_reason == "community"
