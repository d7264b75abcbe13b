"""A day at the desk: from the queue to a solved case, over two lines, and what is no case."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser import BROWSER_TESTS
from tests.journeys.world import World
from triage.suggestions.models import Effect
from triage.tickets.models import Ticket
from triage.tickets.states import Status

pytestmark = BROWSER_TESTS

HOUR = timedelta(hours=1)
WORDS = {
    "nb": {
        "subject": "Får ikke token fra Maskinporten",
        "body": "Vi får invalid_grant når vi ber om token fra Maskinporten etter at vi byttet "
        "nøkkel i går. Hva gjør vi galt?",
        "ask_back": "Hvilken klient gjelder det?",
        "reply": "Det er klienten for byggesak.",
        "tried": "Nøkkelen er registrert på nytt uten at det hjalp.",
        "question": "Har dere endret noe i går?",
        "advice": "Scopet er i orden. Be dem hente nytt token.",
        "solution": "Hent et nytt token, så virker det.",
        "phoned": "Ringte om tilgang til testmiljøet.",
        "noise": "Vi er ikke på kontoret",
    },
    "nn": {
        "subject": "Får ikkje token frå Maskinporten",
        "body": "Vi får invalid_grant når vi ber om token frå Maskinporten etter at vi bytte "
        "nøkkel i går. Kva gjer vi feil?",
        "ask_back": "Kva klient gjeld det?",
        "reply": "Det er klienten for byggesak.",
        "tried": "Nøkkelen er registrert på nytt utan at det hjelpte.",
        "question": "Har de endra noko i går?",
        "advice": "Scopet er i orden. Be dei hente nytt token.",
        "solution": "Hent eit nytt token, så verkar det.",
        "phoned": "Ringde om tilgang til testmiljøet.",
        "noise": "Vi er ikkje på kontoret",
    },
}


def test_a_case_goes_from_the_queue_over_second_line_to_a_solution(travel, world, script):
    words = WORDS[world.language]
    due = queue_of_cases(world, words)
    world.drain()
    ada = travel()
    ada.page.goto(ada.base + "/desk/")
    ada.signs_in(world.agent)
    ada.page.locator(".desk-table").wait_for()
    ada.page.wait_for_load_state()
    assert ada.page.locator(".desk-subject > a").all_inner_texts() == due

    ada.press("Take the next")
    ticket = Ticket.objects.get(subject=words["subject"])
    opens_the_case(ada, world, ticket)
    decides_what_was_guessed(ada, ticket, script=script)
    puts_an_article_in_and_asks_back(ada, world, ticket, words)
    requester_replies(travel(world.owner), ticket, words)
    hands_over(ada, world, ticket, words)
    second_line_works_in_its_own_view(travel(world.expert), world, ticket, words)
    solves(ada, world, ticket, words, script=script)


def queue_of_cases(world: World, words: dict) -> list[str]:
    """Three cases nobody has; returns their subjects, the one due first on top."""
    world.opened("Kan vente", "Eit spørsmål.", impact=3, urgency=3)
    urgent = world.opened(words["subject"], words["body"], impact=1, urgency=1)
    world.opened("Litt hast", "Noko feilar.", impact=2, urgency=2, case_type="incident")
    assert urgent.assignee is None
    return [words["subject"], "Litt hast", "Kan vente"]


def opens_the_case(ada, world: World, ticket: Ticket) -> None:
    ada.page.get_by_role("heading", level=1, name=ticket.subject).wait_for()
    ticket.refresh_from_db()
    assert ticket.assignee == world.agent
    assert ada.page.locator(".desk-clocks li").count() >= 2


def decides_what_was_guessed(ada, ticket: Ticket, *, script: bool) -> None:
    """The product is accepted, the type is set by hand."""
    ada.sees("Suggested from the text")
    chip = ada.page.locator(".desk-guess", has_text="Maskinporten")
    if script:
        key = chip.locator("[data-accept]").get_attribute("data-accept")
        ada.page.locator("body").press(key)
    else:
        chip.get_by_role("button").click()
    ada.sees("Product and topic are changed.")
    ticket.refresh_from_db()
    assert ticket.product.slug == "maskinporten"
    guess = ticket.predictions.get(target="product")
    assert guess.decided == guess.label
    facts = ada.page.locator(".desk-case__facts")
    facts.locator("details:has(#type-case_type) summary").click()
    facts.locator("#type-case_type").select_option("incident")
    ada.press("Save", within=facts.locator("form:has(#type-case_type)"))
    ada.sees("The type is changed. The deadlines follow it.")
    ticket.refresh_from_db()
    assert ticket.case_type == "incident"


def puts_an_article_in_and_asks_back(ada, world: World, ticket: Ticket, words: dict) -> None:
    beside = ada.page.locator(".desk-suggested li", has_text=world.article)
    ada.press("Put in", within=beside, exact=False)
    box = ada.page.locator("#answer-form textarea")
    expect(box).to_have_value(re.compile(re.escape(world.article)))
    box.fill(f"{box.input_value()}\n\n{words['ask_back']}")
    ada.field("Wait for the requester").check()
    ada.press("Send the answer")
    ada.sees_words(ada.says("%(case)s: the answer is sent.") % {"case": ticket.reference})
    ada.page.get_by_role("heading", level=1, name="Litt hast").wait_for()  # the next one
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING_CUSTOMER
    assert Effect.objects.filter(what="inserted", place="desk").count() == 1
    world.drain()
    mail = world.mail("question_back", world.owner)
    assert mail.language == world.language and words["ask_back"] not in mail.text


def requester_replies(kari, ticket: Ticket, words: dict) -> None:
    kari.go(f"/saker/{ticket.reference}/")
    kari.field("Your reply").fill(words["reply"])
    kari.press("Send the reply")
    kari.sees("Your reply is sent.")


def hands_over(ada, world: World, ticket: Ticket, words: dict) -> None:
    world.drain()
    assert world.mail("new_reply", world.agent).language == world.language
    ada.go("/desk/?view=mine")
    ada.page.locator("[data-row]", has_text=ada.says("New reply")).wait_for()
    ada.page.get_by_role("link", name=ticket.subject).click()
    ada.page.locator(".desk-message", has_text=words["reply"]).wait_for()
    ada.follow("Hand over")
    ada.page.get_by_role("radio", name=world.second.name).check()
    ada.field("Why it is handed over").select_option("needs_logs")
    ada.press("Hand over")
    assert ada.page.locator("textarea").evaluate("box => box.matches(':invalid')")
    ada.field("What has been tried").fill(words["tried"])
    ada.press("Hand over")
    ada.sees("The case is handed over.")
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (world.second, None)
    world.drain()
    mail = world.mail("handed_over", world.expert)
    assert words["tried"] not in mail.text and ticket.reference in mail.text


def second_line_works_in_its_own_view(finn, world: World, ticket: Ticket, words: dict) -> None:
    finn.go("/desk/")
    rows = finn.page.locator("[data-row]")
    assert rows.count() == 1
    rows.get_by_role("link", name=ticket.subject).click()
    finn.page.locator(".desk-message[data-kind=note]", has_text=words["tried"]).wait_for()
    finn.press("Take the case")
    finn.sees("The case is yours.")
    finn.follow("Ask a team for advice")
    finn.page.get_by_role("radio", name=world.third.name).check()
    finn.field("What you ask").fill(words["question"])
    finn.press("Ask a team for advice")
    finn.sees("The team has been asked.")
    finn.follow("Hand back")
    finn.field("What you found, and what the first line should do").fill(words["advice"])
    finn.press("Hand back")
    finn.sees("The case is handed back to the first line.")
    ticket.refresh_from_db()
    assert ticket.team == world.first


def solves(ada, world: World, ticket: Ticket, words: dict, *, script: bool) -> None:
    """The session ends while the answer is written; then it is sent, with how it was solved."""
    ada.go(f"/desk/saker/{ticket.reference}/")
    ada.page.locator(".desk-message[data-kind=note]", has_text=words["advice"]).wait_for()
    box = ada.page.locator("#answer-form textarea")
    box.fill(words["solution"])
    ada.lose_session()
    ada.press("Send the answer")
    ada.heading("You are signed out")
    assert words["solution"] in ada.page.locator("pre.kept").all_inner_texts()
    ada.follow("Sign in")
    ada.signs_in(world.agent)
    box.wait_for()
    assert box.input_value() == (words["solution"] if script else "")
    box.fill(words["solution"])
    ada.field("The case is solved").check()
    ada.press("Send the answer")
    ada.sees("Choose how it was solved.")
    assert box.input_value() == words["solution"]
    ada.field("How it was solved").select_option("customer_config")
    ada.press("Send the answer")
    ada.page.locator(".desk-message", has_text=words["solution"]).wait_for()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.solution_code) == (Status.RESOLVED, "customer_config")
    world.drain()
    mail = world.mail("resolved", world.owner)
    assert mail.language == world.language and words["solution"] not in mail.text


def test_duplicates_noise_and_phone_calls_each_end_where_they_belong(travel, world):
    words = WORDS[world.language]
    kept = world.opened(words["subject"], words["body"], before=2 * HOUR)
    double = world.opened(words["subject"], "Igjen.", before=HOUR, requester=world.member)
    noise = world.opened(words["noise"], "Automatisk svar.", before=HOUR)
    ada = travel(world.agent)
    marks_the_duplicate(ada, double, kept)
    says_it_is_no_case(ada, noise)
    takes_a_phone_call(ada, world, words)
    world.drain()
    assert world.mail("receipt", world.member).language == world.language


def marks_the_duplicate(ada, double: Ticket, kept: Ticket) -> None:
    ada.go(f"/desk/saker/{double.reference}/")
    ada.follow("Mark as duplicate")
    number = ada.field("Number of the case that is kept")
    number.fill("V-99999")
    ada.press("Mark as duplicate")
    ada.sees("There is no such case. Check the number.")
    number.fill(kept.reference)
    ada.press("Mark as duplicate")
    ada.sees("This is the case that is kept. Press once more if it is the right one.")
    ada.press("Mark as duplicate")
    ada.sees("The cases are merged.")
    double.refresh_from_db()
    assert (double.status, double.duplicate_of) == (Status.CLOSED, kept)


def says_it_is_no_case(ada, noise: Ticket) -> None:
    ada.go(f"/desk/saker/{noise.reference}/")
    ada.follow("Not a case")
    ada.heading("Not a case")
    ada.press("Not a case")
    ada.sees("The case is closed as not a case.")
    noise.refresh_from_db()
    assert (noise.status, noise.close_reason) == (Status.CLOSED, "not_a_case")


def takes_a_phone_call(ada, world: World, words: dict) -> None:
    ada.go("/desk/")
    ada.follow("New case")
    ada.heading("New case on behalf of somebody")
    ada.field("Phone").check()
    ada.field("E-mail of the one who asks").fill(world.member.email)
    ada.field("Subject").fill("Tilgang til test")
    ada.field("What they ask").fill(words["phoned"])
    ada.press("Open the case", context="a new one")
    ada.page.get_by_role("heading", level=1, name="Tilgang til test").wait_for()
    ticket = Ticket.objects.get(subject="Tilgang til test")
    assert (ticket.channel, ticket.requester) == ("phone", world.member)
    assert (ticket.organisation, ticket.assignee) == (world.organisation, world.agent)
