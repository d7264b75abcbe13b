"""From a question to an answered case, as the one who asks meets it."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from cms.guidance.models import PageFeedback
from dispatch.models import Mail
from tests.browser import BROWSER_TESTS
from tests.journeys.world import NUMBER, World
from triage.intake.models import Draft
from triage.suggestions.models import Effect
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.states import Status

pytestmark = BROWSER_TESTS

WORDS = {
    "nb": {
        "search": "nøkkelen virker ikke lenger i maskinporten",
        "subject": "Får ikke token fra Maskinporten",
        "body": "Vi får invalid_grant når vi ber om token. Nøkkelen ble byttet i går.",
        "promise": "Du får svar innen",
        "asked_back": "Hvilken klient gjelder det?",
        "reply": "Det gjelder klienten for byggesak, og feilen kom i går kveld.",
        "answer": "Registrer nøkkelen på nytt, så virker det.",
        "missing": "Det virket i en time, så kom feilen tilbake.",
        "mask": "fødselsnummer",
    },
    "nn": {
        "search": "nøkkelen verkar ikkje lenger i maskinporten",
        "subject": "Får ikkje token frå Maskinporten",
        "body": "Vi får invalid_grant når vi ber om token. Nøkkelen vart bytt i går.",
        "promise": "Du får svar innan",
        "asked_back": "Kva klient gjeld det?",
        "reply": "Det gjeld klienten for byggesak, og feilen kom i går kveld.",
        "answer": "Registrer nøkkelen på nytt, så verkar det.",
        "missing": "Det verka i ein time, så kom feilen tilbake.",
        "mask": "fødselsnummer",
    },
}


def link_of(mail: Mail) -> str:
    """The address a mail leads to."""
    return re.search(rf"{re.escape(settings.PUBLIC_URL)}\S+", mail.text)[0]


def check_mail(mail: Mail, world: World, *secrets: str) -> str:
    """It is in the receiver's written standard and has a link in place of the case's text."""
    assert mail.language == world.language
    for secret in secrets:
        assert secret not in mail.text and secret not in mail.subject
    return link_of(mail)


def test_a_service_owner_goes_from_a_question_to_an_answered_case(travel, world, script):
    words = WORDS[world.language]
    kari = travel()
    finds_an_article_that_does_not_answer(kari, world, words)
    describes_the_problem(kari, words, script=script)
    signs_in_and_gives_details(kari, world, script=script)
    ticket = sends_the_case(kari, world, words)
    is_asked_back_and_replies(kari, world, ticket, words)
    gets_an_answer_closes_and_reopens(kari, world, ticket, words)


def finds_an_article_that_does_not_answer(kari, world: World, words: dict) -> None:
    kari.go("/")
    kari.heading("Find the answer or ask for help")
    box = kari.field("What do you want to find out?")
    box.fill(words["search"])
    box.press("Enter")
    kari.sees("Did you not find the answer?")
    assert kari.page.locator("#search-words").input_value() == words["search"]
    kari.page.locator(".hit h2 a").first.click()
    kari.page.get_by_role("heading", level=1, name=world.article).wait_for()
    kari.page.locator(".useful__no summary").click()
    kari.page.locator(".useful__form input[name=reason]").first.check()
    kari.field("What should have been there?").fill(f"Om {NUMBER}")
    kari.press("Send", within=kari.page.locator(".useful__form"))
    kari.heading("Thank you for telling us")
    feedback = PageFeedback.objects.get()
    assert feedback.useful is False and NUMBER not in feedback.comment


def describes_the_problem(kari, words: dict, *, script: bool) -> None:
    kari.follow("Ask for help")
    kari.heading("Ask for help")
    assert kari.field("What is it about?").input_value() == "maskinporten"
    kari.field("Say it in one line").fill(words["subject"])
    kari.field("Tell us more").fill(f"{words['body']} Det gjeld {NUMBER}.")
    if script:
        kari.sees("There is a national identity number here:")
        kari.press("Mask the number")
        kari.page.locator("[data-offers] .offer").first.wait_for()
        assert NUMBER not in kari.field("Tell us more").input_value()
        kari.press("Go on")
    else:
        kari.press("Go on")
        kari.sees("We cannot take in national identity numbers")
        kari.press("Mask it and go on")
        kari.heading("Does this answer it?")
        assert kari.page.locator(".offer").count() >= 1
        kari.follow("No, go on with the case")


def signs_in_and_gives_details(kari, world: World, *, script: bool) -> None:
    kari.signs_in(world.owner)
    kari.heading("Details")
    kari.page.locator("input[type=file]").set_input_files(
        {"name": f"logg {NUMBER}.txt", "mimeType": "text/plain", "buffer": b"invalid_grant\n"}
    )
    if not script:
        kari.press("Attach")
    kari.page.locator(".kept-files").wait_for()
    assert NUMBER not in kari.page.locator(".kept-files").inner_text()
    kari.field("Something does not work").check()
    kari.field("One service, or several users").check()
    kari.field("It works poorly, or we have a way round").check()
    kari.lose_session()
    kari.press("Go on")
    kari.sees("What you wrote is kept. Sign in, and you go on where you were.")
    kari.signs_in(world.owner)
    kari.heading("Details")
    assert kari.field("Something does not work").is_checked()
    assert kari.field("One service, or several users").is_checked()
    assert kari.page.locator(".kept-files li").count() == 1
    kari.press("Go on")


def sends_the_case(kari, world: World, words: dict) -> Ticket:
    kari.heading("Check and send")
    kari.sees_words(words["promise"])
    page = kari.page.locator("main").inner_text()
    assert NUMBER not in page and words["mask"] in page
    assert world.organisation.name in page
    kari.press("Send the case")
    kari.heading("Your case is sent")
    ticket = Ticket.objects.get()
    kari.sees_words(ticket.reference)
    kari.sees_words(words["promise"])
    assert (ticket.requester, ticket.language) == (world.owner, world.language)
    assert (ticket.case_type, ticket.impact, ticket.urgency) == ("incident", 2, 2)
    assert ticket.product == world.product
    assert NUMBER not in ticket.messages.get().body
    assert Draft.objects.count() == 0
    assert Effect.objects.filter(what="shown").exists()
    world.drain()
    receipt = world.mail("receipt", world.owner)
    kari.go(check_mail(receipt, world, words["subject"], words["body"][:30]))
    kari.follow("My cases")
    kari.heading("My cases")
    kari.page.locator(".case-row", has_text=ticket.reference).wait_for()
    return ticket


def is_asked_back_and_replies(kari, world: World, ticket: Ticket, words: dict) -> None:
    _staff(services.take_ticket, world.agent, ticket)
    _staff(services.ask_back, world.agent, ticket, body=words["asked_back"])
    world.drain()
    kari.go("/")
    kari.page.locator(".home__waiting", has_text=words["subject"]).wait_for()
    kari.go(check_mail(world.mail("question_back", world.owner), world, words["asked_back"]))
    kari.sees("We need more from you before we can go on.")
    kari.sees_words(words["asked_back"])
    kari.field("Your reply").fill(words["reply"])
    kari.lose_session()
    kari.press("Send the reply")
    kari.sees("What you wrote is kept. Sign in, and you go on where you were.")
    kari.signs_in(world.owner)
    reply = kari.field("Your reply")
    reply.wait_for()
    assert reply.input_value() == words["reply"]
    kari.press("Send the reply")
    kari.sees("Your reply is sent.")
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    world.drain()
    check_mail(world.mail("new_reply", world.agent), world, words["reply"])


def gets_an_answer_closes_and_reopens(kari, world: World, ticket: Ticket, words: dict) -> None:
    _staff(services.reply, world.agent, ticket, body=words["answer"])
    world.drain()
    kari.go(check_mail(world.mail("answer", world.owner), world, words["answer"]))
    kari.sees("Answer from us")
    kari.sees_words(words["answer"])
    kari.press("The case is solved")
    kari.sees("The case is closed. Thank you for telling us.")
    kari.sees("Is it not solved after all?")
    kari.field("What is still missing?").fill(words["missing"])
    kari.press("Take the case up again")
    ticket.refresh_from_db()
    kari.field("Your reply").wait_for()
    kari.sees_words(words["missing"])
    ticket.refresh_from_db()
    assert ticket.status not in (Status.CLOSED, Status.RESOLVED)
    assert ticket.events.filter(kind="reopened").count() == 1


def _staff(act, agent: User, ticket: Ticket, **more) -> None:
    """What staff do meanwhile; their own journey is another."""
    ticket.refresh_from_db()
    act(ticket=ticket, by=agent, now=timezone.now(), **more)
