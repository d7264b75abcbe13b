"""From a public question to a private case."""

from uuid import uuid4

import pytest
from django.utils import timezone

from cms.community.models import Question
from dispatch.models import Mail
from portal.bridges.models import CaseOfQuestion
from portal.bridges.tools import tools_for
from tests.factories import make_user
from tests.portal.bridges.asking import TITLE, answer_by
from tests.portal.desk.pages import address, signed_in, text_of
from triage.tickets.models import Ticket

IDENTITY = "13097248022"  # synthetic


def door(question: Question) -> str:
    return f"/community/sporsmal/{question.pk}/til-sak/"


def form(**fields) -> dict:
    return {
        "subject": "Token med to scopes",
        "body": "Vår nøkkel heter noe jeg ikke skriver offentlig.",
        "then": "leave",
        "form_key": str(uuid4()),
        **fields,
    }


def test_what_is_copied_is_shown_first_and_can_be_changed(desk, question):
    page = signed_in(desk.people.asker).get(door(question))
    html = page.content.decode()
    assert TITLE in html
    assert "Vi får `invalid_scope`." in html
    assert "Tindvik kommune" in html
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Ta det videre som privat sak"), ("nn", "Ta det vidare som privat sak")],
)
def test_the_page_speaks_both_written_standards(desk, question, language, words):
    assert words in text_of(signed_in(desk.people.asker, language).get(door(question)))


def test_the_asker_gets_a_case_with_the_words_they_left(desk, question):
    client = signed_in(desk.people.asker)
    response = client.post(door(question), form(organisation=desk.organisation.pk))
    ticket = Ticket.objects.get()
    assert response.url == f"/saker/{ticket.reference}/kvittering/"
    assert (ticket.requester, ticket.organisation) == (desk.people.asker, desk.organisation)
    assert (ticket.subject, ticket.channel, ticket.product) == (
        "Token med to scopes",
        "community",
        question.product,
    )
    assert ticket.messages.get().body == "Vår nøkkel heter noe jeg ikke skriver offentlig."
    assert Mail.objects.filter(kind="receipt", to=desk.people.asker.email).count() == 1
    event = question.events.get(kind="copied_to_case")
    assert event.data == {}  # the number of a private case is told to nobody by the log
    question.refresh_from_db()
    assert question.is_in_sight


def test_the_same_form_sent_twice_gives_one_case(desk, question):
    client = signed_in(desk.people.asker)
    sent = form(then="withdraw")
    first = client.post(door(question), sent)
    second = client.post(door(question), sent)
    assert first.status_code == 302
    assert second.status_code == 302
    assert Ticket.objects.count() == CaseOfQuestion.objects.count() == 1


def test_the_asker_can_withdraw_the_question_with_it(desk, question):
    client = signed_in(desk.people.asker)
    client.post(door(question), form(then="withdraw"))
    question.refresh_from_db()
    assert question.withdrawn_at is not None
    assert client.get(door(question)).url == "/saker/"


def test_a_question_others_have_answered_is_not_withdrawn(desk, question, member):
    answer_by(question, member, at=timezone.now())
    client = signed_in(desk.people.asker)
    assert "withdrawn" not in text_of(client.get(door(question)))
    response = client.post(door(question), form(then="withdraw"))
    assert response.status_code == 422
    assert Ticket.objects.count() == 0


def test_somebody_answers_in_the_meantime_and_nothing_is_done_by_halves(
    desk, question, member, monkeypatch
):
    from portal.bridges import copying

    monkeypatch.setattr(
        copying, "choices_for", lambda *_a: [("withdraw", "Withdraw"), ("leave", "Leave")]
    )
    answer_by(question, member, at=timezone.now())
    response = signed_in(desk.people.asker).post(door(question), form(then="withdraw"))
    assert response.status_code == 409
    assert "Vår nøkkel heter" in response.content.decode()
    assert Ticket.objects.count() == CaseOfQuestion.objects.count() == 0


def test_a_moderator_opens_the_askers_case_and_can_close_the_question(desk, question, moderator):
    client = signed_in(moderator)
    page = text_of(client.get(door(question)))
    assert "The case belongs to the one who asked" in page
    response = client.post(door(question), form(then="close"), follow=True)
    ticket = Ticket.objects.get()
    assert ticket.requester == desk.people.asker
    assert "has been told by mail" in text_of(response)
    assert not Ticket.objects.visible_to(moderator).exists()
    assert ticket.reference not in response.content.decode()
    question.refresh_from_db()
    assert question.is_closed


def test_nobody_else_can_take_a_question_on(desk, question):
    for person in (desk.people.agent, make_user()):
        client = signed_in(person)
        assert client.get(door(question)).status_code == 403
        assert client.post(door(question), form()).status_code == 403
    assert Ticket.objects.count() == 0
    assert signed_in(desk.people.asker).get(door(Question(pk=987654))).status_code == 404


def test_a_visitor_signs_in_and_finds_the_text_again(desk, question, client):
    sent = form(body="Min hemmelige tekst")
    response = client.post(door(question), sent)
    assert response.status_code == 302
    client.force_login(desk.people.asker, "allauth.account.auth_backends.AuthenticationBackend")
    assert "Min hemmelige tekst" in client.get(door(question)).content.decode()


def test_identity_numbers_are_masked_on_the_way(desk, question):
    sent = form(body=f"Gjelder {IDENTITY}", subject=f"Om {IDENTITY}")
    signed_in(desk.people.asker).post(door(question), sent)
    ticket = Ticket.objects.get()
    assert IDENTITY not in ticket.subject + ticket.messages.get().body


@pytest.mark.parametrize(
    "fields", [{"subject": ""}, {"body": ""}, {"then": "explode"}, {"subject": "x" * 201}]
)
def test_what_is_missing_or_too_long_is_said(desk, question, fields):
    response = signed_in(desk.people.asker).post(door(question), form(**fields))
    assert response.status_code == 422
    assert Ticket.objects.count() == 0


def test_without_a_first_line_the_text_is_kept(desk, question):
    desk.first.line = "second"
    desk.first.save()
    response = signed_in(desk.people.asker).post(door(question), form())
    assert response.status_code == 409
    assert "Vår nøkkel heter" in response.content.decode()


def test_somebody_elses_organisation_cannot_be_chosen(desk, question):
    from tests.factories import make_organisation

    other = make_organisation(name="En annen kommune")
    response = signed_in(desk.people.asker).post(door(question), form(organisation=other.pk))
    assert response.status_code == 422
    assert Ticket.objects.count() == 0


def test_each_end_is_seen_by_those_who_may_see_it(desk, question, moderator):
    signed_in(desk.people.asker).post(door(question), form())
    ticket = Ticket.objects.get()
    seen_by = {
        person: [case.reference for case in tools_for(question, person).cases]
        for person in (desk.people.asker, desk.people.agent, moderator, make_user())
    }
    assert list(seen_by.values()) == [[ticket.reference], [ticket.reference], [], []]
    at_desk = signed_in(desk.people.agent).get(address(ticket))
    assert "Copied from a question in the community" in text_of(at_desk)
    question.refresh_from_db()
    Question.objects.filter(pk=question.pk).update(withdrawn_at=timezone.now())
    assert "Copied from" not in text_of(signed_in(desk.people.agent).get(address(ticket)))


def test_the_askers_page_of_the_case_leads_back_to_the_question(desk, question):
    client = signed_in(desk.people.asker)
    client.post(door(question), form())
    page = client.get(f"/saker/{Ticket.objects.get().reference}/")
    assert f"/community/{question.pk}/" in page.content.decode()
