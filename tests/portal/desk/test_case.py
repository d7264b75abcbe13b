"""The page of a case: what is shown, to whom, and what is written from it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.portal.desk.pages import address, answer_fields, hidden, signed_in, text_of
from tests.triage.tickets.desk import MINUTE, in_status, opened
from tests.triage.tickets.test_files import PNG, upload
from triage.sla.policy import DEFAULT_POLICY
from triage.sla.service_model import current_service_model, store_version
from triage.tickets import services
from triage.tickets.files import examine
from triage.tickets.models import Attachment, Message, ReplyTemplate, Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ticket(desk, now) -> Ticket:
    return opened(desk, at=now - 30 * MINUTE, product=desk.product, topic=desk.topic)


def _answers(ticket) -> list[str]:
    found = Message.objects.filter(ticket=ticket, from_requester=False, visibility="public")
    return list(found.values_list("body", flat=True))


# --- who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("agent", 200),
        ("manager", 200),
        ("expert", 404),
        ("outsider", 404),
        ("asker", 403),
        ("stranger", 403),
    ],
)
def test_each_role_is_let_in_or_turned_away(desk, ticket, role, status):
    client = signed_in(getattr(desk.people, role))
    assert client.get(address(ticket)).status_code == status
    assert client.post(address(ticket, "ta")).status_code in (status, 302)
    ticket.refresh_from_db()
    assert (ticket.assignee is not None) == (role == "agent")


def test_a_visitor_is_asked_to_sign_in(ticket):
    assert Client().get(address(ticket)).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/desk/saker/V-99999/",
        "/desk/saker/V-999999999999/",
        "/desk/saker/V-1/",
        "/desk/saker/12/",
        "/desk/vedlegg/999/",
    ],
)
def test_what_does_not_exist_is_not_found(desk, path):
    assert signed_in(desk.people.agent).get(path).status_code == 404


def test_an_action_that_does_not_exist_is_not_found(desk, ticket):
    client = signed_in(desk.people.agent)
    assert client.get(address(ticket, "slett")).status_code == 404
    assert client.post(address(ticket, "slett")).status_code == 404


def test_staff_who_only_asked_are_sent_to_their_own_page(desk, now):
    mine = opened(desk, at=now, requester=desk.people.outsider, organisation=None)
    client = signed_in(desk.people.outsider)
    services.add_note(ticket=mine, by=desk.people.agent, body="Bak ryggen", now=now)
    assert client.get(address(mine))["Location"] == f"/saker/{mine.reference}/"
    response = client.post(address(mine, "svar"), {"body": "x"})
    assert response.status_code == 403
    assert "Bak ryggen" not in text_of(response)


def test_the_page_shows_the_facts_the_clocks_and_why(desk, ticket):
    page = text_of(signed_in(desk.people.agent).get(address(ticket)))
    for words in (
        "Får ikke token",
        "Maskinporten",
        "Scope",
        "P4 Low",
        "Servicedesk",
        "Kari Vik",
        "Tindvik kommune",
        "Answer deadline in",
        "Why this answer deadline?",
        "1 working day of open time (declared goal for Question, P4)",
        "used up: due",
        "Opened the case",
    ):
        assert words in page


def test_earlier_cases_of_the_organisation_are_only_those_one_may_see(desk, ticket, now):
    opened(desk, at=now, subject="Åpen for alle")
    opened(desk, at=now, subject="Hemmelig", security=True)
    page = text_of(signed_in(desk.people.manager).get(address(ticket)))
    assert "Åpen for alle" in page
    assert "Hemmelig" not in page


def test_who_has_opened_a_security_case_and_fetched_files_stands_on_its_page(desk, now):
    breach = opened(desk, at=now, security=True, files=[examine(upload("logg.txt", b"linje"))])
    file = Attachment.objects.get()
    guard = signed_in(desk.people.guard)
    guard.get(reverse("desk_attachment", args=[file.pk]))
    page = text_of(guard.get(address(breach)))
    said = page[page.index("Who has looked") :]
    name = desk.people.guard.display_name
    assert f"{name} : Opened the case" in said
    assert f"{name} : Fetched a file – logg.txt" in said


def test_nothing_is_said_of_who_has_opened_an_ordinary_case(desk, ticket):
    client = signed_in(desk.people.agent)
    client.get(address(ticket))
    assert "Who has looked" not in text_of(client.get(address(ticket)))


def test_notes_and_answers_are_told_apart_by_words(desk, ticket, now):
    services.add_note(ticket=ticket, by=desk.people.agent, body="Internt ord", now=now)
    services.reply(ticket=ticket, by=desk.people.agent, body="Åpent ord", now=now)
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    kinds = re.findall(r'<article class="desk-message" data-kind="(\w+)"', html)
    assert kinds == ["asker", "note", "answer"]
    assert "Internal note, not shown to the requester" in html
    assert "Our answer, seen by the requester" in html


def test_long_quoted_mail_is_folded_and_links_are_links(desk, now):
    body = (
        "Se https://veiviser.example/a\n\nFra: Servicedesk\nSendt: mandag\nTil: oss\nEmne: SV\nHei"
    )
    ticket = opened(desk, at=now, body=body)
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    assert '<a href="https://veiviser.example/a" rel="nofollow">' in html
    assert '<details class="desk-details desk-quote">' in html


def test_markup_in_what_people_write_is_shown_as_text(desk, now):
    ticket = opened(
        desk,
        at=now,
        subject="<b>fet</b>",
        body="<img src=x onerror=alert(1)>\njavascript:alert(1)",
        requester=None,
        contact_name="<i>Kari</i>",
        organisation=None,
    )
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    for markup in ("<img src=x", "<b>fet", "<i>Kari", 'href="javascript'):
        assert markup not in html


def test_the_number_of_statements_does_not_follow_the_length_of_the_case(desk, ticket, now):
    client = signed_in(desk.people.agent)
    agent = desk.people.agent
    counted = []
    for _round in range(2):
        client.get(address(ticket))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(ticket)).status_code == 200
        counted.append(len(captured))
        for number in range(12):
            by = desk.people.colleague if number % 2 else agent
            services.add_note(
                ticket=ticket,
                by=by,
                body=f"Notat {number}",
                now=now,
                files=[examine(upload(f"{number}.txt", b"linje %d" % number))],
            )
            opened(desk, at=now, subject=f"Tidligere {number}")
    assert counted[1] <= counted[0] + 1  # attachments are read when there are some


def test_every_form_of_the_page_works_without_script(desk, ticket):
    html = signed_in(desk.people.agent).get(address(ticket)).content.decode()
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", html, flags=re.S)
    assert len(forms) >= 6
    for form in forms:
        assert "csrfmiddlewaretoken" in form
        assert re.search(r'action="/[^"]+"', form)
        assert 'type="submit"' in form
    assert not re.search(r"\son\w+=", html)
    assert "<style" not in html and ' style="' not in html


# --- answering ----------------------------------------------------------------------------------


def test_an_answer_is_sent_and_the_case_goes_on(desk, ticket):
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket))
    response = client.post(address(ticket, "svar"), answer_fields(page))
    assert response["Location"] == address(ticket)
    ticket.refresh_from_db()
    assert (ticket.status, _answers(ticket)) == (Status.IN_PROGRESS, ["Slik gjør du."])
    assert "the answer is sent" in text_of(client.get(address(ticket)))


def test_asking_back_lets_the_case_wait(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), then="wait", body="Hvilket miljø?")
    client.post(address(ticket, "svar"), fields)
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING_CUSTOMER


def test_solving_asks_for_a_code_and_keeps_the_text(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), then="solve", body="Løst slik")
    response = client.post(address(ticket, "svar"), fields)
    assert response.status_code == 422
    assert "Choose how it was solved." in text_of(response)
    assert "Løst slik" in response.content.decode()
    assert hidden(response, "submission_key") == fields["submission_key"]
    client.post(address(ticket, "svar"), fields | {"solution_code": "article"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solution_code) == (Status.RESOLVED, "article")


def test_an_answered_case_can_be_solved_without_more_words(desk, now):
    ticket = in_status(desk, Status.IN_PROGRESS, at=now - 5 * MINUTE)
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), then="solve", body="")
    client.post(address(ticket, "svar"), fields | {"solution_code": "self_solved"})
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_a_holding_answer_does_not_stop_the_answer_clock(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), holding="on")
    client.post(address(ticket, "svar"), fields)
    ticket.refresh_from_db()
    assert ticket.first_responded_at is None
    page = text_of(client.get(address(ticket)))
    assert "Told the requester that we are looking into it" in page
    assert "Counts as news, and not as an answer" in page


def test_whoever_answers_sees_whether_looking_into_it_counts(desk, rules_read_anew, now):
    counts = (*DEFAULT_POLICY.first_response_on, "holding_reply")
    model = current_service_model(now)
    policy = replace(model.policy, first_response_on=counts)
    store_version(replace(model, policy=policy), valid_from=now - 60 * MINUTE, note="")
    case = opened(desk, at=now - 30 * MINUTE)
    client = signed_in(desk.people.agent)
    page = client.get(address(case))
    assert "by the rules of this case that counts as the first answer" in text_of(page)
    client.post(address(case, "svar"), answer_fields(page, holding="on"))
    case.refresh_from_db()
    assert case.first_responded_at is not None
    page = text_of(client.get(address(case)))
    assert "Told the requester that we are looking into it" in page
    assert "Counts as an answer" in page


def test_an_answer_that_is_too_long_is_kept_and_said_to_be_too_long_alone(desk, ticket):
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket))
    response = client.post(address(ticket, "svar"), answer_fields(page, body="x" * 20_001))
    assert response.status_code == 422
    assert "Answer: Ensure this value has at most 20000 characters" in text_of(response)
    assert "Write the answer first." not in text_of(response)
    assert "x" * 20_001 in response.content.decode()
    assert not _answers(ticket)


def test_an_empty_answer_is_not_sent(desk, ticket):
    client = signed_in(desk.people.agent)
    response = client.post(
        address(ticket, "svar"), answer_fields(client.get(address(ticket)), body="  \n ")
    )
    assert response.status_code == 422
    assert "Write the answer first." in text_of(response)
    assert not _answers(ticket)


def test_the_same_form_sent_twice_is_one_answer(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)))
    for _press in range(2):
        assert client.post(address(ticket, "svar"), fields).status_code == 302
    assert len(_answers(ticket)) == 1


def test_two_who_answer_at_once_the_second_reads_first_and_keeps_the_text(desk, ticket):
    one, two = signed_in(desk.people.agent), signed_in(desk.people.colleague)
    page = two.get(address(ticket))
    one.post(address(ticket, "svar"), answer_fields(one.get(address(ticket)), body="Første svar"))
    fields = answer_fields(page, body="Andre svar")
    refused = two.post(address(ticket, "svar"), fields)
    assert refused.status_code == 409
    words = text_of(refused)
    assert "Somebody has written in the case since you opened it" in words
    assert "Første svar" in words and "Andre svar" in words
    assert _answers(ticket) == ["Første svar"]
    again = fields | {"seen_version": hidden(refused, "seen_version")}
    assert two.post(address(ticket, "svar"), again).status_code == 302
    assert _answers(ticket) == ["Første svar", "Andre svar"]


def test_an_answer_to_a_case_that_was_closed_meanwhile_is_kept(desk, ticket, now):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), body="Lang tekst som ikke skal bli borte")
    services.mark_not_a_case(ticket=ticket, by=desk.people.colleague, now=now)
    response = client.post(address(ticket, "svar"), fields)
    assert response.status_code in (409, 422)
    assert "Closed" in text_of(response)
    assert not _answers(ticket)


@pytest.mark.parametrize(
    "broken",
    [
        {"submission_key": "x"},
        {"seen_version": "-1"},
        {"seen_version": "x"},
        {"then": "sell"},
        {"solution_code": "xx"},
        {"body": "a" * 20_001},
        {"body": "nul\x00"},
    ],
)
def test_fields_of_the_wrong_kind_send_nothing_and_keep_the_text(desk, ticket, broken):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket))) | broken
    response = client.post(address(ticket, "svar"), fields)
    assert response.status_code == 422
    assert not _answers(ticket)
    assert fields["body"][:5] in response.content.decode()


def test_whoever_was_signed_out_while_writing_gets_the_text_back(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), body="Et svar som tok lang tid å skrive")
    client.logout()
    response = client.post(address(ticket, "svar"), fields)
    assert response.status_code == 403
    assert "Et svar som tok lang tid å skrive" in text_of(response)
    assert fields["submission_key"] not in response.content.decode()


def test_a_case_one_may_only_read_offers_nothing_and_takes_nothing(desk, ticket):
    client = signed_in(desk.people.manager)
    html = client.get(address(ticket)).content.decode()
    assert 'id="composer"' not in html
    response = client.post(
        address(ticket, "svar"),
        {"body": "Svar", "then": "stay", "seen_version": "0", "submission_key": ""},
    )
    assert response.status_code in (403, 422)
    assert not _answers(ticket)


def test_a_team_that_was_asked_may_write_a_note_and_nothing_else(desk, ticket, now):
    services.consult(
        ticket=ticket, by=desk.people.agent, team=desk.second, question="Kjent?", now=now
    )
    client = signed_in(desk.people.expert)
    page = client.get(address(ticket))
    html = page.content.decode()
    assert "/notat/" in html and "/svar/" not in html
    fields = {"body": "Ja, kjent", "submission_key": hidden(page, "submission_key")}
    assert client.post(address(ticket, "notat"), fields).status_code == 302
    assert ticket.messages.last().visibility == "internal"


def test_a_note_is_kept_once_and_never_public(desk, ticket):
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket, query="tab=note"))
    fields = {"body": "Husk loggen", "submission_key": hidden(page, "submission_key")}
    for _press in range(2):
        assert client.post(address(ticket, "notat"), fields).status_code == 302
    assert not _answers(ticket)
    assert ticket.messages.filter(visibility="internal").count() == 1
    response = client.post(address(ticket, "notat"), fields | {"body": " "})
    assert response.status_code == 422


# --- templates ----------------------------------------------------------------------------------


@pytest.fixture
def templates(desk) -> None:
    ReplyTemplate.objects.create(
        slug="ser", name="Ser", text_nb="Hei {name}, vi ser på {case}.",
        text_nn="Hei {name}, vi ser på det på nynorsk.", text_en="Hello", counts_as_answer=False,
    )  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("nb", "vi ser på V-"), ("nn", "på nynorsk")])
def test_a_template_is_put_in_in_the_askers_standard_after_what_is_written(
    desk, templates, now, language, words
):
    ticket = opened(desk, at=now, language=language)
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), body="Mitt eget", then="wait")
    response = client.post(
        address(ticket, "svar"), fields | {"template": "1", "reply_template": "ser"}
    )
    box = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.S).group(1)
    assert box.strip().startswith("Mitt eget") and words in box and "Kari Vik" in box
    assert re.search(r'name="holding"[^>]*checked', response.content.decode())
    assert re.search(r'value="wait"[^>]*checked', response.content.decode())
    assert hidden(response, "submission_key") == fields["submission_key"]
    assert not _answers(ticket)


def test_a_template_of_another_product_is_not_offered(desk, templates, ticket, now):
    other = opened(desk, at=now)
    ReplyTemplate.objects.update(product=desk.product)
    client = signed_in(desk.people.agent)
    assert 'value="ser"' in client.get(address(ticket)).content.decode()
    assert 'value="ser"' not in client.get(address(other)).content.decode()


def test_a_suggested_text_can_be_put_in_without_script(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), body="", insert="Se <artikkelen>")
    html = client.post(address(ticket, "svar"), fields).content.decode()
    assert "Se &lt;artikkelen&gt;" in html
    assert not _answers(ticket)


# --- files --------------------------------------------------------------------------------------


def test_files_are_sent_with_the_answer_and_come_back_as_downloads(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)))
    files = [upload("bilde.png", PNG), SimpleUploadedFile('<b>"x.txt', b"tekst")]
    client.post(address(ticket, "svar"), fields | {"files": files})
    names = sorted(Attachment.objects.values_list("name", flat=True))
    assert len(names) == 2 and "bilde.png" in names
    found = Attachment.objects.get(name="bilde.png")
    response = client.get(f"/desk/vedlegg/{found.pk}/")
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"] == 'attachment; filename="bilde.png"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    page = client.get(address(ticket)).content.decode()
    assert "<b>" not in page.replace("<b>", "", 0).split("desk-files")[1].split("</ul>")[0]


def test_an_attachment_is_for_those_who_see_the_case(desk, now):
    ticket = opened(desk, at=now, files=[examine(upload("a.png", PNG))])
    found = Attachment.objects.get(message__ticket=ticket)
    path = f"/desk/vedlegg/{found.pk}/"
    assert signed_in(desk.people.agent).get(path).status_code == 200
    assert signed_in(desk.people.expert).get(path).status_code == 404
    assert signed_in(desk.people.asker).get(path).status_code == 403
    assert Client().get(path).status_code == 302


def test_an_attachment_of_a_note_is_not_for_staff_who_only_asked(desk, now):
    ticket = opened(desk, at=now, requester=desk.people.outsider)
    services.add_note(
        ticket=ticket,
        by=desk.people.agent,
        body="x",
        now=now,
        files=[examine(upload("a.png", PNG))],
    )
    found = Attachment.objects.get()
    assert signed_in(desk.people.outsider).get(f"/desk/vedlegg/{found.pk}/").status_code == 404


def test_a_file_that_has_gone_missing_is_not_found(desk, now):
    ticket = opened(desk, at=now, files=[examine(upload("a.png", PNG))])
    found = Attachment.objects.get(message__ticket=ticket)
    found.file.storage.delete(found.file.name)
    assert signed_in(desk.people.agent).get(f"/desk/vedlegg/{found.pk}/").status_code == 404


def test_a_refused_file_sends_nothing_and_keeps_the_text(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), body="Teksten min")
    response = client.post(address(ticket, "svar"), fields | {"files": [upload("x.js", b"a()")]})
    assert response.status_code == 422
    assert "x.js is a kind of file we cannot take in" in text_of(response)
    assert "Teksten min" in response.content.decode()
    assert not _answers(ticket)


def test_files_of_a_refused_answer_are_kept_until_it_is_sent(desk, ticket):
    client = signed_in(desk.people.agent)
    fields = answer_fields(client.get(address(ticket)), body="")
    refused = client.post(address(ticket, "svar"), fields | {"files": [upload("bilde.png", PNG)]})
    assert refused.status_code == 422 and "bilde.png" in text_of(refused)
    token = hidden(refused, "kept_files")
    client.post(address(ticket, "svar"), fields | {"body": "Nå", "kept_files": token})
    assert [file.name for file in Attachment.objects.all()] == ["bilde.png"]


def test_files_kept_for_somebody_else_or_made_up_are_not_used(desk, ticket):
    one, two = signed_in(desk.people.agent), signed_in(desk.people.colleague)
    refused = one.post(
        address(ticket, "svar"),
        answer_fields(one.get(address(ticket)), body="") | {"files": [upload("a.png", PNG)]},
    )
    for token in (hidden(refused, "kept_files"), "made:up:token"):
        fields = answer_fields(two.get(address(ticket)), kept_files=token)
        assert two.post(address(ticket, "svar"), fields).status_code == 302
    assert not Attachment.objects.exists()


# --- the next case ------------------------------------------------------------------------------


def test_after_sending_the_next_case_of_the_view_opens_unless_turned_off(desk, now):
    first, second = (opened(desk, at=now - minutes * MINUTE) for minutes in (60, 30))
    client = signed_in(desk.people.agent)
    page = client.get(address(first, query="view=all"))
    assert re.search(r'name="go_next"[^>]*checked', page.content.decode())
    response = client.post(
        address(first, "svar", "view=all"), answer_fields(page, go_next="on", then="wait")
    )
    assert response["Location"] == address(second, query="view=all")
    page = client.get(response["Location"])
    response = client.post(address(second, "svar", "view=all"), answer_fields(page))
    assert response["Location"] == address(second, query="view=all")
    page = client.get(response["Location"])
    assert not re.search(r'name="go_next"[^>]*checked', page.content.decode())


def test_after_the_last_case_of_a_view_comes_the_view(desk, now):
    ticket = opened(desk, at=now)
    client = signed_in(desk.people.agent)
    page = client.get(address(ticket, query="view=unassigned"))
    fields = answer_fields(page, go_next="on", then="solve", solution_code="answer")
    response = client.post(address(ticket, "svar", "view=unassigned"), fields)
    assert response["Location"] == "/desk/?view=unassigned"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Svarfrist om", "Send svaret", "Åpnet saken"]),
        ("nn", ["Svarfrist om", "Send svaret", "Opna saka"]),
    ],
)
def test_the_page_speaks_both_standards(desk, ticket, language, words):
    page = text_of(signed_in(desk.people.agent, language).get(address(ticket)))
    for word in words:
        assert word in page
