"""My cases and the page of one: who sees what, in which words, and what is done from there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import ContactRole
from tests.factories import make_membership, make_organisation, make_user
from tests.portal.cases.pages import NUMBER, hidden, signed_in, text_of
from tests.portal.desk.pages import BACKEND
from tests.triage.tickets.desk import MINUTE, in_status, opened
from tests.triage.tickets.test_files import ELF, PDF, PNG, upload
from triage.intake.models import Draft
from triage.tickets import merging, services
from triage.tickets.files import examine
from triage.tickets.models import Attachment, Message, Participant, Ticket
from triage.tickets.states import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ticket(desk, now) -> Ticket:
    return opened(desk, at=now - 30 * MINUTE, product=desk.product)


def address(ticket: Ticket, part: str = "") -> str:
    return f"/saker/{ticket.reference}/" + (f"{part}/" if part else "")


def reply_to(client: Client, ticket: Ticket, **fields):
    """Send the reply form as the page shows it."""
    key = hidden(client.get(address(ticket)), "key")
    return client.post(address(ticket, "svar"), {"key": key, "body": "Mer fra oss.", **fields})


# --- who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("asker", 200),
        ("contact", 200),
        ("member", 404),
        ("stranger", 404),
        ("expert", 404),
        ("outsider", 404),
        ("guard", 404),
        ("agent", 302),
        ("manager", 302),
    ],
)
def test_each_role_is_let_in_turned_away_or_led_to_the_desk(desk, ticket, role, status):
    response = signed_in(getattr(desk.people, role)).get(address(ticket))
    assert response.status_code == status
    if status == 302:
        assert response["Location"] == f"/desk/saker/{ticket.reference}/"


@pytest.mark.parametrize("role", ["member", "stranger", "expert", "guard", "agent", "manager"])
@pytest.mark.parametrize(
    "part", ["svar", "svar/kast", "lost", "apne-igjen", "kollega", "kvittering"]
)
def test_who_is_not_on_the_requesters_side_does_nothing_here(desk, ticket, role, part):
    before = Ticket.objects.get().version
    client = signed_in(getattr(desk.people, role))
    fields = {"body": "x", "reason": "x", "email": desk.people.member.email}
    response = (
        client.get(address(ticket, part))
        if part == "kvittering"
        else client.post(address(ticket, part), fields)
    )
    assert response.status_code == 404
    assert Ticket.objects.get().version == before
    assert not Draft.objects.exists()


@pytest.mark.parametrize("path", ["V-99999", "V-999999999999", "V-1", "12", "x"])
def test_a_case_that_does_not_exist_is_not_found(desk, path):
    assert signed_in(desk.people.asker).get(f"/saker/{path}/").status_code == 404


def test_a_visitor_is_asked_to_sign_in(ticket):
    for path in ("/saker/", address(ticket), address(ticket, "kvittering")):
        assert "/konto/" in Client().get(path)["Location"]


def test_internal_notes_are_never_shown_nor_their_files(desk, ticket, now):
    services.add_note(
        ticket=ticket,
        by=desk.people.agent,
        body="Hemmelig notat",
        now=now,
        files=[examine(upload("notat.txt", b"hemmelig"))],
    )
    for person in (desk.people.asker, desk.people.contact):
        client = signed_in(person)
        page = client.get(address(ticket)).content.decode()
        assert "Hemmelig notat" not in page and "notat.txt" not in page
        file = Attachment.objects.get()
        assert client.get(f"/saker/vedlegg/{file.pk}/").status_code == 404


def test_a_member_of_staff_who_asked_meets_the_case_as_the_one_who_asked(desk, now):
    mine = opened(desk, at=now, requester=desk.people.agent, organisation=None)
    services.add_note(ticket=mine, by=desk.people.colleague, body="Bak ryggen", now=now)
    client = signed_in(desk.people.agent)
    page = text_of(client.get(address(mine)))
    assert "Write in the case" in page and "Bak ryggen" not in page
    assert reply_to(client, mine).status_code == 302
    assert Message.objects.get(body="Mer fra oss.").from_requester


def test_a_security_case_is_shown_to_the_incident_contact_alone(desk, now):
    secret = opened(desk, at=now, security=True, subject="Innbrudd")
    incident = make_user(name="Hege Sik")
    make_membership(incident, desk.organisation, roles=(ContactRole.INCIDENT,))
    assert signed_in(incident).get(address(secret)).status_code == 200
    assert "Innbrudd" in text_of(signed_in(incident).get("/saker/"))
    assert signed_in(desk.people.contact).get(address(secret)).status_code == 404
    assert "Innbrudd" not in text_of(signed_in(desk.people.contact).get("/saker/"))


# --- the list -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Mine saker", "Venter på svar fra deg", "Mottatt, venter på svar", "Svarfrist")),
        ("nn", ("Mine saker", "Ventar på svar frå deg", "Motteken, ventar på svar", "Svarfrist")),
        ("en", ("My cases", "Waits for your reply", "Received, waits", "Answer by")),
    ],
)
def test_the_list_is_in_plain_words_in_each_language(desk, now, language, words):
    in_status(desk, Status.WAITING_CUSTOMER, at=now - 60 * MINUTE)
    opened(desk, at=now)
    page = text_of(signed_in(desk.people.asker, language).get("/saker/"))
    for word in words:
        assert word in page


def test_what_waits_for_me_comes_first_then_what_changed_last(desk, now):
    in_status(desk, Status.WAITING_CUSTOMER, at=now - timedelta(days=3), subject="Venter")
    opened(desk, at=now - timedelta(days=2), subject="Eldst")
    opened(desk, at=now - timedelta(days=1), subject="Nyest")
    page = text_of(signed_in(desk.people.asker).get("/saker/"))
    assert page.index("Venter") < page.index("Nyest") < page.index("Eldst")


def test_what_waits_for_a_colleague_does_not_wait_for_the_contact(desk, now):
    in_status(desk, Status.WAITING_CUSTOMER, at=now - timedelta(days=1), subject="Kollegaens")
    page = text_of(signed_in(desk.people.contact).get("/saker/"))
    assert "Waits for the one who asked" in page and "asked by Kari Vik" in page
    assert "Waits for your reply" not in page


def test_contacts_choose_whose_cases_they_see_and_others_cannot(desk, now):
    opened(desk, at=now, subject="Kollegaens")
    opened(desk, at=now, subject="Egen", requester=desk.people.contact)
    client = signed_in(desk.people.contact)
    pages = {
        scope: text_of(client.get("/saker/", {"vis": scope}))
        for scope in ("alle", "mine", "virksomheten", "tull")
    }
    assert "Egen" in pages["alle"] and "Kollegaens" in pages["alle"]
    assert "Egen" in pages["mine"] and "Kollegaens" not in pages["mine"]
    assert "Egen" not in pages["virksomheten"] and "Kollegaens" in pages["virksomheten"]
    assert "Egen" in pages["tull"]
    other = text_of(signed_in(desk.people.member).get("/saker/", {"vis": "virksomheten"}))
    assert "Kollegaens" not in other and "You have no cases yet" in other


def test_another_organisations_cases_are_not_listed(desk, now):
    elsewhere = make_organisation()
    opened(desk, at=now, subject="Fremmed", organisation=elsewhere, requester=desk.people.stranger)
    assert "Fremmed" not in text_of(signed_in(desk.people.contact).get("/saker/"))


def test_the_last_word_is_told(desk, ticket, now):
    client = signed_in(desk.people.asker)
    assert "You wrote" in text_of(client.get("/saker/"))
    services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=now)
    assert "We wrote" in text_of(client.get("/saker/"))
    services.customer_reply(ticket=ticket, by=desk.people.contact, body="Mer", now=now + MINUTE)
    assert "Ola Dal wrote" in text_of(client.get("/saker/"))


def test_a_promise_that_was_kept_or_broken_is_said(desk, now):
    late = opened(desk, at=now - timedelta(days=30), subject="Sen")
    page = text_of(signed_in(desk.people.asker).get("/saker/"))
    assert "We are late: you should have had an answer by" in page
    services.reply(ticket=late, by=desk.people.agent, body="Svar", now=now)
    page = text_of(signed_in(desk.people.asker).get(address(late)))
    assert "Answered later than promised" in page
    assert "We are late: it should have been solved by" in page
    kept = in_status(desk, Status.RESOLVED, at=now - timedelta(hours=1))
    page = text_of(signed_in(desk.people.asker).get(address(kept)))
    assert "Answered in time" in page and "Solved in time" in page


def test_the_pages_of_the_list_show_every_case_once(desk, now):
    for number in range(60):
        opened(desk, at=now - timedelta(hours=number // 2), subject=f"Sak nr {number:02d}.")
    in_status(desk, Status.WAITING_CUSTOMER, at=now - timedelta(days=9), subject="Venter nr 99.")
    client, path, seen = signed_in(desk.people.asker), "/saker/", []
    for _page in range(4):
        response = client.get(path)
        page = response.context["page"]
        seen += [row.ticket.subject for row in page.rows]
        if not page.next_address:
            break
        path = "/saker/" + page.next_address
    assert len(seen) == 61 == len(set(seen))
    assert seen[0] == "Venter nr 99."
    assert "To the beginning" in text_of(response)


@pytest.mark.parametrize(
    "position",
    [
        "x",
        "1_2_3",
        "9_2026-01-01T00:00:00+00:00_x",
        "1_2026-13-01T00:00:00+00:00_1",
        "1_2026-01-01T00:00:00_1",
        "12_2026-01-01T00:00:00+00:00_1",
        f"1_x_{'9' * 30}",
        "1_0001-01-01T00:00:00+14:00_1",
        "1_9999-12-31T23:59:59-14:00_1",
        "²_2026-01-01T00:00:00+00:00_1",
    ],
)
def test_a_made_up_position_shows_the_first_page(desk, ticket, position):
    page = signed_in(desk.people.asker).get("/saker/", {"etter": position})
    assert page.status_code == 200 and "Får ikke token" in text_of(page)


def test_a_page_after_the_last_says_so(desk, ticket):
    page = signed_in(desk.people.asker).get("/saker/", {"etter": "1_2001-01-01T00:00:00+00:00_1"})
    assert "There are no more cases." in text_of(page)


def test_the_list_takes_as_many_statements_for_one_case_as_for_many(desk, now):
    def statements() -> int:
        client = signed_in(desk.people.contact)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get("/saker/")
        return len(captured)

    opened(desk, at=now, product=desk.product)
    Draft.objects.create(owner=desk.people.contact)
    one = statements()
    for number in range(30):
        in_status(desk, list(Status)[number % 6], at=now - number * MINUTE)
        Draft.objects.create(owner=desk.people.contact)
    assert statements() == one


def test_the_case_takes_as_many_statements_for_one_message_as_for_many(desk, ticket, now):
    def statements() -> int:
        client = signed_in(desk.people.asker)
        with CaptureQueriesContext(connection) as captured:
            client.get(address(ticket))
        return len(captured)

    services.hand_over(
        ticket=ticket, by=desk.people.agent, to=desk.second, reason="legal", tried="Alt", now=now
    )
    services.reply(ticket=ticket, by=desk.people.expert, body="Hei", now=now)
    one = statements()
    for number in range(25):
        services.reply(
            ticket=ticket,
            by=desk.people.expert,
            body="Hei",
            now=now,
            files=[examine(upload(f"{number}.txt", b"linje %d" % number))],
        )
        services.customer_reply(ticket=ticket, by=desk.people.asker, body="Takk", now=now)
    assert statements() == one


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "steps"),
    [
        ("nb", "Sendt, Hos førstelinje, Hos fagteam, Venter på deg, Hos fagteam, Løst"),
        ("nn", "Sendt, Hos førstelinje, Hos fagteam, Ventar på deg, Hos fagteam, Løyst"),
    ],
)
def test_the_way_of_the_case_is_told_in_plain_words(desk, ticket, now, language, steps):
    people = desk.people
    services.hand_over(
        ticket=ticket, by=people.agent, to=desk.second, reason="legal", tried="Alt", now=now
    )
    services.ask_back(ticket=ticket, by=people.expert, body="Hvilket miljø?", now=now)
    services.customer_reply(ticket=ticket, by=people.asker, body="Prod", now=now)
    services.resolve(ticket=ticket, by=people.expert, solution_code="answer", body="Slik", now=now)
    services.customer_reply(ticket=ticket, by=people.asker, body="Takk!", now=now)
    page = signed_in(people.asker, language).get(address(ticket))
    found = page.context["case"].steps
    assert ", ".join(step.name for step in found) == steps
    assert [step.current for step in found] == [False] * 5 + [True]


def test_back_to_the_first_line_waiting_elsewhere_and_taken_up_again_are_told(desk, ticket, now):
    people = desk.people
    services.reply(ticket=ticket, by=people.agent, body="Hei", now=now)
    services.hand_over(
        ticket=ticket, by=people.agent, to=desk.second, reason="legal", tried="Alt", now=now
    )
    services.hand_back(ticket=ticket, by=people.expert, reason="Ikke vårt", now=now)
    services.wait_for_third_party(ticket=ticket, by=people.agent, reason="Leverandør", now=now)
    services.resume(ticket=ticket, by=people.agent, now=now)
    services.close_by_requester(ticket=ticket, by=people.asker, now=now)
    services.reopen(ticket=ticket, by=people.asker, reason="Likevel ikke", now=now)
    page = signed_in(people.contact).get(address(ticket))
    assert [step.name for step in page.context["case"].steps] == [
        "Sent",
        "With the first line",
        "With specialists",
        "With the first line",
        "Waits for somebody else",
        "With the first line",
        "Solved",
        "Taken up again",
        "With the first line",
    ]


def test_a_case_open_again_that_nobody_has_begun_with_is_not_said_to_be_worked_on(
    desk, ticket, now
):
    people, client = desk.people, signed_in(desk.people.asker)
    services.close_by_requester(ticket=ticket, by=people.asker, now=now)
    services.reopen(ticket=ticket, by=people.asker, reason="Likevel ikke", now=now)
    for page in (address(ticket), "/saker/"):
        said = text_of(client.get(page))
        assert "Received, waits for an answer" in said and "working on it" not in said
    services.take_ticket(ticket=ticket, by=people.agent, now=now)
    assert "We are working on it" in text_of(client.get(address(ticket)))


def test_the_conversation_is_oldest_first_with_who_wrote(desk, ticket, now):
    services.reply(ticket=ticket, by=desk.people.agent, body="Svar fra oss", now=now)
    services.customer_reply(ticket=ticket, by=desk.people.contact, body="Fra Ola", now=now + MINUTE)
    page = text_of(signed_in(desk.people.asker).get(address(ticket)))
    assert page.index("Vi får invalid_grant.") < page.index("Svar fra oss") < page.index("Fra Ola")
    assert "Ada Lund Answer from us" in page and "Ola Dal Colleague" in page


def test_a_case_without_an_account_behind_it_shows_the_name_it_came_with(desk, now):
    found = opened(desk, at=now, requester=None, contact_name="Per Ås", contact_email="p@x.example")
    page = text_of(signed_in(desk.people.contact).get(address(found)))
    assert "Per Ås" in page


def test_a_question_back_is_put_on_top(desk, now):
    waiting = in_status(desk, Status.WAITING_CUSTOMER, at=now - 60 * MINUTE)
    page = text_of(signed_in(desk.people.asker).get(address(waiting)))
    assert "We need more from you before we can go on." in page
    assert "The time for a solution stands still while the case waits" in page


def test_a_case_put_together_with_another_leads_there(desk, ticket, now):
    other = opened(desk, at=now, subject="Den andre")
    merging.mark_duplicate(ticket=ticket, by=desk.people.agent, of=other, now=now)
    page = text_of(signed_in(desk.people.asker).get(address(ticket)))
    assert "Goes on in another case" in page and "Den andre" in page


def test_the_receipt_says_number_promise_and_what_happens_next(desk, ticket):
    page = text_of(signed_in(desk.people.asker).get(address(ticket, "kvittering")))
    for words in (ticket.reference, "You get an answer by", "What happens next"):
        assert words in page


# --- replying -----------------------------------------------------------------------------------


def test_a_reply_with_files_reaches_the_case(desk, ticket):
    client = signed_in(desk.people.asker)
    reply_to(client, ticket, files=[upload("a.png", PNG)])
    message = Message.objects.get(body="Mer fra oss.")
    assert (message.author, message.from_requester) == (desk.people.asker, True)
    file = message.attachments.get()
    response = client.get(f"/saker/vedlegg/{file.pk}/")
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not Draft.objects.exists()


def test_a_reply_ends_the_wait_for_the_requester(desk, now):
    waiting = in_status(desk, Status.WAITING_CUSTOMER, at=now - 60 * MINUTE)
    reply_to(signed_in(desk.people.asker), waiting)
    waiting.refresh_from_db()
    assert waiting.status == Status.IN_PROGRESS and waiting.has_new_reply


def test_a_reply_sent_twice_counts_once(desk, ticket):
    client = signed_in(desk.people.asker)
    key = hidden(client.get(address(ticket)), "key")
    for _press in range(2):
        response = client.post(address(ticket, "svar"), {"key": key, "body": "En gang"})
        assert response.status_code == 302
    assert Message.objects.filter(body="En gang").count() == 1
    assert not Draft.objects.exists()


def test_files_alone_are_a_reply_and_nothing_is_not(desk, ticket):
    client = signed_in(desk.people.asker)
    assert reply_to(client, ticket, body="", files=[upload("a.pdf", PDF)]).status_code == 302
    response = reply_to(client, ticket, body="  ")
    assert response.status_code == 422 and "Write your reply first." in text_of(response)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": "a" * 20_001}, "20000"),
        ({"body": f"Gjelder {NUMBER}"}, "national identity number"),
        ({"files": [upload("x.png", ELF)]}, "a kind of file we cannot take in"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said_and_nothing_is_lost(desk, ticket, fields, words):
    client = signed_in(desk.people.asker)
    response = reply_to(client, ticket, **{"body": "Dette står igjen", **fields})
    assert response.status_code == 422
    assert words in text_of(response)
    assert not Message.objects.exclude(body="Hei\nVi får invalid_grant.").exists()
    kept = str(Draft.objects.get().data)
    assert NUMBER not in kept
    if "body" not in fields:
        assert "Dette står igjen" in text_of(client.get(address(ticket)))


def test_files_of_a_reply_are_added_and_removed_before_it_is_sent(desk, ticket):
    client = signed_in(desk.people.asker)
    reply_to(
        client,
        ticket,
        body="Halvferdig",
        attach="1",
        files=[upload("a.png", PNG), upload("b.pdf", PDF)],
    )
    page = client.get(address(ticket))
    assert "Halvferdig" in page.content.decode() and "a.png" in text_of(page)
    gone = Draft.objects.get().files.get(name="a.png")
    reply_to(client, ticket, body="Ferdig", remove=str(gone.pk))
    reply_to(client, ticket, body="Ferdig")
    assert [item.name for item in Attachment.objects.all()] == ["b.pdf"]


def test_a_reply_written_after_the_session_ended_waits_with_its_files(desk, ticket):
    client = signed_in(desk.people.asker)
    key = hidden(client.get(address(ticket)), "key")
    client.logout()
    response = client.post(
        address(ticket, "svar"),
        {"key": key, "body": "Skrevet lenge", "files": [upload("a.png", PNG)]},
    )
    assert response["Location"].endswith(f"next={address(ticket)}")
    client.force_login(desk.people.asker, BACKEND)
    page = client.get(address(ticket))
    assert "Skrevet lenge" in page.content.decode() and "a.png" in text_of(page)
    assert not Message.objects.filter(body="Skrevet lenge").exists()
    reply_to(client, ticket, body="Skrevet lenge")
    assert Attachment.objects.get().name == "a.png"


def test_a_signed_out_reply_to_a_case_that_does_not_exist_tells_nothing(desk):
    response = Client().post("/saker/V-99999/svar/", {"body": "x"})
    assert "/konto/" in response["Location"]
    assert not Draft.objects.exists()


def test_a_reply_saves_itself_while_one_writes(desk, ticket):
    client = signed_in(desk.people.asker)
    assert reply_to(client, ticket, body=" ", autosave="1").status_code == 204
    assert not Draft.objects.exists()
    assert reply_to(client, ticket, body="Halvveis", autosave="1").status_code == 204
    assert "Halvveis" in text_of(client.get(address(ticket)))
    assert Client().post(address(ticket, "svar"), {"autosave": "1"}).status_code == 403
    client.post(address(ticket, "svar/kast"))
    assert not Draft.objects.exists()


def test_a_draft_of_one_case_is_not_sent_in_another(desk, ticket, now):
    other = opened(desk, at=now, subject="Den andre")
    client = signed_in(desk.people.asker)
    reply_to(client, ticket, body="Til den første", autosave="1")
    key = str(Draft.objects.get().pk)
    client.post(address(other, "svar"), {"key": key, "body": "Til den andre"})
    assert Message.objects.get(body="Til den andre").ticket == other
    assert Draft.objects.get().ticket == ticket


def test_a_reply_to_a_case_solved_meanwhile_becomes_a_reason_to_take_it_up_again(desk, ticket, now):
    client = signed_in(desk.people.asker)
    key = hidden(client.get(address(ticket)), "key")
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="Slik", now=now
    )
    fields = {"key": key, "body": "Men det virker ikke", "files": [upload("a.png", PNG)]}
    response = client.post(address(ticket, "svar"), fields)
    assert response.status_code == 409
    assert "Men det virker ikke" in response.content.decode()
    client.post(address(ticket, "apne-igjen"), {"reason": "Men det virker ikke"})
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    assert "a.png" in text_of(client.get(address(ticket)))  # waits for the next reply


def test_too_many_replies_in_a_short_time_are_told_to_wait(desk, ticket, monkeypatch):
    monkeypatch.setattr("portal.cases.case_views.WRITES", "0/h")
    response = reply_to(signed_in(desk.people.asker), ticket, body="Mye")
    assert response.status_code == 429 and "Mye" in response.content.decode()


# --- closing and taking up again ------------------------------------------------------------------


def test_withdrawn_case_is_not_called_solved_and_tells_no_promise(desk, ticket):
    client = signed_in(desk.people.asker)
    client.post(address(ticket, "lost"))

    page = text_of(client.get(address(ticket)))

    assert "Do you need help after all?" in page
    assert "Is it not solved after all?" not in page
    assert "What we have promised" not in page


def test_an_answered_case_is_closed_as_solved_and_an_unanswered_as_withdrawn(desk, ticket, now):
    client = signed_in(desk.people.asker)
    assert "I do not need help any more" in text_of(client.get(address(ticket)))
    client.post(address(ticket, "lost"))
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    answered = in_status(desk, Status.IN_PROGRESS, at=now - 60 * MINUTE)
    assert "The case is solved" in text_of(client.get(address(answered)))
    client.post(address(answered, "lost"))
    answered.refresh_from_db()
    assert (answered.status, answered.solution_code) == (Status.RESOLVED, "self_solved")


def test_closing_twice_says_why_not(desk, ticket):
    client = signed_in(desk.people.asker)
    client.post(address(ticket, "lost"))
    page = client.post(address(ticket, "lost"), follow=True)
    assert "not possible as the case stands now" in text_of(page)
    assert client.get(address(ticket, "lost")).status_code == 302


def test_a_solved_case_is_taken_up_again_with_a_reason(desk, now):
    solved = in_status(desk, Status.RESOLVED, at=now - timedelta(days=2))
    client = signed_in(desk.people.asker)
    page = text_of(client.get(address(solved)))
    assert "within 14 days, and it goes on where it was" in page and "Write in the case" not in page
    assert client.post(address(solved, "apne-igjen"), {"reason": " "}).status_code == 422
    client.post(address(solved, "apne-igjen"), {"reason": f"Tilbake {NUMBER}", "mask": "1"})
    solved.refresh_from_db()
    assert solved.status == Status.IN_PROGRESS
    assert NUMBER not in solved.messages.last().body
    response = client.post(address(solved, "apne-igjen"), {"reason": "En gang til"})
    assert response.status_code == 409 and "En gang til" in response.content.decode()


def test_after_the_time_for_it_is_told_what_happens_instead(desk, now):
    old = in_status(desk, Status.RESOLVED, at=now - timedelta(days=20))
    page = text_of(signed_in(desk.people.asker).get(address(old)))
    assert "more than 14 days since the case ended" in page and "Send a new case" in page


def test_a_reason_written_after_the_session_ended_is_kept(desk, now):
    solved = in_status(desk, Status.RESOLVED, at=now - timedelta(days=2))
    client = signed_in(desk.people.asker)
    client.logout()
    client.post(address(solved, "apne-igjen"), {"reason": "Det feiler fortsatt"})
    client.force_login(desk.people.asker, BACKEND)
    page = client.get(address(solved, "apne-igjen"))
    assert "Det feiler fortsatt" in page.content.decode()


# --- colleagues -----------------------------------------------------------------------------------


def test_a_colleague_is_let_in_and_writes(desk, ticket):
    client = signed_in(desk.people.asker)
    fields = {"email": desk.people.member.email.upper()}
    for _press in range(2):
        page = client.post(address(ticket, "kollega"), fields, follow=True)
    assert "Nils Hagen can now follow the case." in text_of(page)
    assert Participant.objects.count() == 1
    colleague = signed_in(desk.people.member)
    assert reply_to(colleague, ticket).status_code == 302
    assert ticket.subject in text_of(colleague.get("/saker/"))


def test_who_asked_is_told_to_follow_the_case_already_when_named_as_a_colleague(desk, ticket):
    fields = {"email": desk.people.asker.email}
    page = signed_in(desk.people.asker).post(address(ticket, "kollega"), fields, follow=True)
    assert "asked, and follows the case already." in text_of(page)
    assert "can now follow" not in text_of(page)
    assert not Participant.objects.exists()


def test_a_case_that_ended_long_ago_goes_on_in_a_new_one_with_what_was_written(desk, now):
    at = now - timedelta(days=15)
    ended = in_status(desk, Status.IN_PROGRESS, at=at)
    client = signed_in(desk.people.asker)
    reply_to(client, ended, body="Halvferdig", attach="1", files=[upload("a.png", PNG)])
    services.resolve(
        ticket=ended, by=desk.people.agent, solution_code="answer", body="Slik", now=at + MINUTE
    )
    page = client.get(address(ended))
    assert "we open a new case that is linked with this one" in text_of(page)
    assert "Halvferdig" in page.content.decode()
    response = client.post(address(ended, "apne-igjen"), {"reason": "Det feiler fortsatt"})
    new = Ticket.objects.get(continues=ended)
    assert response["Location"] == address(new)
    message = new.messages.get()
    assert message.body == "Det feiler fortsatt"
    assert [file.name for file in message.attachments.all()] == ["a.png"]
    assert not Draft.objects.exists()
    page = text_of(client.get(address(new)))
    assert f"We have opened a new case, {new.reference}" in page
    assert f"Goes on from an earlier case: {ended.reference}" in page
    page = text_of(client.get(address(ended)))
    assert f"goes on in a new one: {new.reference}" in page
    assert "Is it not solved after all?" not in page


def test_a_case_taken_up_by_a_colleague_meanwhile_keeps_what_was_written(desk, now):
    ended = in_status(desk, Status.RESOLVED, at=now - timedelta(days=15))
    client = signed_in(desk.people.asker)
    signed_in(desk.people.contact).post(address(ended, "apne-igjen"), {"reason": "Først"})
    new = Ticket.objects.get(continues=ended)
    response = client.post(address(ended, "apne-igjen"), {"reason": "Mine egne ord"})
    assert response.status_code == 409
    assert f"goes on in {new.reference} already" in text_of(response)
    assert Draft.objects.get().data["body"] == "Mine egne ord"
    assert f'href="{address(new)}"' in response.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Skriv hva som mangler, så åpner vi en ny sak som er knyttet til denne"),
        ("nn", "Skriv kva som manglar, så opnar vi ei ny sak som er knytt til denne"),
    ],
)
def test_what_happens_to_a_case_that_ended_long_ago_is_said_in_both_written_standards(
    desk, now, language, words
):
    ended = in_status(desk, Status.RESOLVED, at=now - timedelta(days=15))
    assert words in text_of(signed_in(desk.people.asker, language).get(address(ended)))


@pytest.mark.parametrize("email", ["stranger", "ingen@finnes.example", "ikke en adresse", ""])
def test_nobody_from_outside_is_let_in_and_nothing_is_told_about_accounts(desk, ticket, email):
    email = desk.people.stranger.email if email == "stranger" else email
    response = signed_in(desk.people.asker).post(address(ticket, "kollega"), {"email": email})
    assert response.status_code == 422
    if "@" in email:
        assert "must be a member of the organisation" in text_of(response)
    assert not Participant.objects.exists()


def test_the_one_who_asked_is_not_added_once_more(desk, ticket):
    signed_in(desk.people.contact).post(
        address(ticket, "kollega"), {"email": desk.people.asker.email}
    )
    assert not Participant.objects.exists()


def test_a_case_without_an_organisation_offers_no_colleagues(desk, now):
    alone = opened(desk, at=now, organisation=None)
    client = signed_in(desk.people.asker)
    assert "Add a colleague" not in text_of(client.get(address(alone)))
    response = client.post(address(alone, "kollega"), {"email": desk.people.member.email})
    assert response.status_code == 422


def test_guessing_addresses_is_limited(desk, ticket, monkeypatch):
    monkeypatch.setattr("portal.cases.case_views.ADDS", "0/h")
    fields = {"email": desk.people.member.email}
    response = signed_in(desk.people.asker).post(address(ticket, "kollega"), fields)
    assert response.status_code == 429


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["member", "stranger", "agent", "expert", "guard", "manager"])
def test_a_file_is_not_given_to_others_here(desk, now, role):
    opened(desk, at=now, files=[examine(upload("a.png", PNG))])
    path = f"/saker/vedlegg/{Attachment.objects.get().pk}/"
    assert signed_in(getattr(desk.people, role)).get(path).status_code == 404
    assert "/konto/" in Client().get(path)["Location"]


@pytest.mark.parametrize("number", [0, 999_999, 10**18])
def test_a_file_that_does_not_exist_is_not_found(desk, number):
    assert signed_in(desk.people.asker).get(f"/saker/vedlegg/{number}/").status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_found(desk, now):
    opened(desk, at=now, files=[examine(upload("a.png", PNG))])
    file = Attachment.objects.get()
    file.file.storage.delete(file.file.name)
    assert signed_in(desk.people.asker).get(f"/saker/vedlegg/{file.pk}/").status_code == 404
