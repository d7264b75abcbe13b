"""The page of a task: the question, and an answer everybody will read."""

from uuid import uuid4

import pytest
from django.utils import timezone

from cms.community import moderation
from cms.community.models import Question
from portal.bridges.models import QuestionTask
from tests.factories import make_user
from tests.portal.bridges.asking import TITLE, answer_by, ask, taken_up
from tests.portal.desk.pages import address, hidden, signed_in, text_of
from tests.triage.tickets.desk import opened
from triage.tickets.models import Ticket
from triage.tickets.states import Status

BODY = "Be om **begge** i samme kall."


@pytest.fixture
def task(question) -> Ticket:
    """Kari's question has become a task."""
    return taken_up(question)


def form(page_or_key=None, **fields) -> dict:
    return {"body": BODY, "form_key": str(uuid4()), **fields}


def publish(client, task, **fields):
    return client.post(f"/desk/saker/{task.reference}/offentlig/", fields)


def test_the_page_shows_the_question_and_says_that_the_answer_is_public(desk, task):
    page = signed_in(desk.people.agent).get(address(task))
    words = text_of(page)
    assert "invalid_scope" in words
    assert "Everybody can read this answer in the community" in words
    assert 'class="bridge-public"' in page.content.decode()
    assert "Answer to" not in words  # no private answer is offered
    assert "/ikke-en-sak/" not in page.content.decode()
    assert "/duplikat/" not in page.content.decode()


@pytest.mark.parametrize("step", ["ikke-en-sak", "duplikat"])
def test_a_task_is_not_ended_without_an_answer_whatever_is_sent(desk, task, step):
    other = opened(desk)
    client = signed_in(desk.people.agent)
    client.post(address(task, step), {"number": other.reference, "seen": other.pk})
    task.refresh_from_db()
    assert task.is_open


def test_the_page_says_it_in_bokmål_and_nynorsk(desk, task):
    nb = text_of(signed_in(desk.people.agent, "nb").get(address(task)))
    nn = text_of(signed_in(desk.people.agent, "nn").get(address(task)))
    assert "Alle kan lese dette svaret i community" in nb
    assert "Den som spurde, ser det òg" in nn


def test_a_published_answer_stands_in_the_community_and_the_next_task_opens(desk, task, question):
    client = signed_in(desk.people.agent)
    page = client.get(address(task))
    answer = form(team=hidden(page, "team"), form_key=hidden(page, "form_key"))
    response = publish(client, task, **answer)
    assert response.status_code == 302
    stored = question.answers.get()
    assert (stored.official_team, stored.html) == (
        desk.first,
        "<p>Be om <strong>begge</strong> i samme kall.</p>\n",
    )
    task.refresh_from_db()
    assert task.status == Status.RESOLVED
    assert "for everybody to read" in text_of(client.get(response.url))
    again = publish(client, task, **answer)
    assert again.status_code == 302
    assert question.answers.count() == 1


def test_what_is_wrong_is_said_and_what_was_written_is_kept(desk, task, question):
    client = signed_in(desk.people.agent)
    empty = publish(client, task, **form(team=desk.first.pk, body=""))
    assert (empty.status_code, question.answers.count()) == (422, 0)
    other = publish(client, task, **form(team=desk.second.pk))
    assert other.status_code == 422
    assert BODY in other.content.decode()
    old = publish(client, task, **form(team=desk.first.pk, form_key="x"))
    assert old.status_code == 422


def test_scripts_in_an_answer_are_not_drawn(desk, task, question):
    client = signed_in(desk.people.agent)
    harm = "<script>alert(1)</script> ![x](http://evil.example/x.png)"
    shown = publish(client, task, **form(team=desk.first.pk, body=harm, preview="1"))
    assert shown.status_code == 200
    assert "<script>alert" not in shown.content.decode()
    assert "How it will look" in text_of(shown)
    assert question.answers.count() == 0


def test_a_text_can_be_put_in_without_publishing(desk, task, question):
    client = signed_in(desk.people.agent)
    page = publish(client, task, **form(team=desk.first.pk, insert="Se artikkelen"))
    assert page.status_code == 200
    assert "Se artikkelen" in page.content.decode()
    assert BODY in page.content.decode()
    nothing = publish(client, task, **form(team=desk.first.pk, template="1", reply_template="\0"))
    assert nothing.status_code == 200
    assert question.answers.count() == 0


def test_somebody_answered_while_the_desk_was_writing(desk, task, question, member):
    from portal.bridges import tasks

    client = signed_in(desk.people.agent)
    answer_by(question, member, at=timezone.now())
    tasks.settle(timezone.now())
    response = publish(client, task, **form(team=desk.first.pk))
    assert response.status_code == 409
    assert BODY in response.content.decode()
    assert "Nobody waits for an answer to the question now." in text_of(response)
    assert question.answers.count() == 1
    assert "Closed: Answered in the community" in text_of(client.get(address(task)))


def test_a_question_that_was_hidden_is_shown_to_moderators_only(desk, task, question, moderator):
    moderation.hide(post=question, by=moderator, reason="Reklame", now=timezone.now())
    words = text_of(signed_in(desk.people.agent).get(address(task)))
    assert "The question is no longer shown" in words
    assert TITLE not in words
    assert "invalid_scope" not in words


def test_the_private_door_is_closed_for_a_task(desk, task, question):
    client = signed_in(desk.people.agent)
    response = client.post(address(task, "svar"), {"body": BODY, "then": "stay"}, follow=True)
    assert "answer it in public" in text_of(response)
    assert task.messages.count() == 1


def test_notes_are_written_as_in_any_case(desk, task):
    client = signed_in(desk.people.agent)
    page = client.get(address(task, query="tab=note"))
    assert "Internal note" in text_of(page)
    note = {"body": "Spør team B", "submission_key": str(uuid4())}
    assert client.post(address(task, "notat"), note).status_code == 302


def test_only_those_who_have_the_task_can_publish(desk, task, question):
    strangers = {
        desk.people.outsider: 404,
        desk.people.asker: 403,
        make_user(): 403,
        desk.people.manager: 403,
    }
    for person, status in strangers.items():
        response = publish(signed_in(person), task, **form(team=desk.first.pk))
        assert response.status_code == status, person
    assert question.answers.count() == 0


def test_an_ordinary_case_has_no_public_answer(desk):
    from tests.triage.tickets.desk import opened

    ticket = opened(desk)
    client = signed_in(desk.people.agent)
    assert publish(client, ticket, **form(team=desk.first.pk)).status_code == 404
    assert "Everybody can read" not in text_of(client.get(address(ticket)))


def test_a_session_that_has_ended_gives_the_text_back(desk, task, client, question):
    response = publish(client, task, **form(team=desk.first.pk, body="Et langt svar om scopes"))
    assert response.status_code == 403
    assert "Et langt svar om scopes" in response.content.decode()
    assert question.answers.count() == 0


def test_a_get_of_the_door_leads_to_the_case(desk, task):
    response = signed_in(desk.people.agent).get(f"/desk/saker/{task.reference}/offentlig/")
    assert response.url == address(task)


def test_as_many_statements_for_many_answers_as_for_one(
    desk, task, question, django_assert_max_num_queries
):
    client = signed_in(desk.people.agent)
    counts = []
    for extra in (1, 25):
        for _n in range(extra):
            answer_by(question, make_user(), at=timezone.now())
        with django_assert_max_num_queries(60) as queries:
            client.get(address(task))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_tasks_stand_in_the_queue_like_other_cases(desk, task):
    for number in range(3):
        taken_up(ask(desk, title=f"Spørsmål nummer {number} om scopes"))
    words = text_of(signed_in(desk.people.agent).get("/desk/?view=all"))
    assert words.count("Spørsmål nummer") == 3
    assert TITLE in words
    assert QuestionTask.objects.count() == Question.objects.count() == 4
