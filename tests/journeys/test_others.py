"""Shorter ways: a question in the community, a manager, an administrator, and closed doors."""

from __future__ import annotations

import pytest

from cms.community.models import Question
from dispatch.models import Mail
from tests.browser import BROWSER_TESTS
from tests.journeys.world import NUMBER, World
from triage.tickets import services

pytestmark = BROWSER_TESTS

WORDS = {
    "nb": {
        "title": "Hvordan får vi token med to scopes?",
        "body": "Vi prøver `scope=a b`, men får bare det ene.",
        "answer": "Be om **begge** i samme kall, skilt med mellomrom.",
    },
    "nn": {
        "title": "Korleis får vi token med to scopes?",
        "body": "Vi prøver `scope=a b`, men får berre det eine.",
        "answer": "Be om **begge** i same kall, skilde med mellomrom.",
    },
}


def test_a_question_is_asked_answered_officially_and_marked_as_solved(travel, world):
    words = WORDS[world.language]
    asks(travel(), world, words)
    question = Question.objects.get()
    assert (question.asker, question.language) == (world.member, world.language)
    assert NUMBER not in question.body
    world.drain()
    answers_for_the_team(travel(world.expert), world, question, words)
    accepts(travel(world.member), world, question)


def asks(nils, world: World, words: dict) -> None:
    """A visitor writes, and signs in as the question is published."""
    nils.go("/community/")
    nils.follow("Ask a question")
    nils.field("Your question in one sentence").fill(words["title"])
    nils.page.locator("[name=product]").select_option("maskinporten")
    nils.press("Go on to the details")
    nils.sees("Step 2 of 3: the details")
    nils.page.locator("[name=body]").fill(f"{words['body']} {NUMBER}")
    nils.press("Look at the question")
    nils.heading("Does it look right?")
    nils.page.locator(".post--preview code", has_text="scope=a b").wait_for()
    assert NUMBER not in nils.page.locator(".post--preview").inner_text()
    nils.press("Publish the question")
    nils.signs_in(world.member)
    nils.heading("Does it look right?")
    nils.press("Publish the question")
    nils.page.get_by_role("heading", level=1, name=words["title"]).wait_for()


def answers_for_the_team(finn, world: World, question: Question, words: dict) -> None:
    finn.go("/community/?tab=unanswered")
    finn.page.get_by_role("link", name=question.title).click()
    finn.page.locator(f"input[name=speaks_as][value='{world.second.pk}']").check()
    finn.page.locator("[name=body]").fill(words["answer"])
    finn.press("Publish the answer")
    finn.sees("Your answer is published.")
    official = finn.page.locator(".post--official")
    official.locator("strong", has_text="begge").wait_for()
    question.refresh_from_db()
    assert question.official_team == world.second


def accepts(nils, world: World, question: Question) -> None:
    nils.go(f"/community/{question.pk}/{question.slug}/")
    nils.press("This solved it", within=nils.page.locator(".post--official"))
    nils.page.locator(".post--accepted").wait_for()
    question.refresh_from_db()
    assert question.state == Question.State.SOLVED
    world.drain()
    nils.go(f"/sok/?q={question.title}")
    nils.page.locator(".hit", has_text=question.title).wait_for()


@pytest.fixture
def script() -> bool:
    """These ways are gone once, with script; the pages are the same without."""
    return True


def test_a_manager_reads_the_figures_and_the_cases_behind_them(travel, world):
    ticket = world.opened("Får ikke token", "Vi får invalid_grant.")
    services.take_ticket(ticket=ticket, by=world.agent, now=world.now)
    services.resolve(
        ticket=ticket, by=world.agent, solution_code="answer", body="Slik.", now=world.now
    )
    lise = travel(world.manager)
    lise.go("/rapporter/")
    lise.heading("Reports")
    figures = lise.page.locator(".insight-figures .insight-sentence")
    assert figures.count() >= 3
    lise.page.locator(".insight-figures a").nth(0).click()
    lise.page.locator("table").first.wait_for()
    lise.go("/desk/")
    assert lise.page.get_by_role("button", name=lise.says("Take the next")).count() == 0


def test_an_administrator_sees_how_it_goes_and_which_mails_were_written(travel, world):
    world.opened("Får ikke token", "Vi får invalid_grant.")
    world.drain()
    arne = travel(world.administrator)
    arne.go("/drift/")
    arne.heading("Operations")
    arne.follow("See the mails")
    arne.heading("Mails")
    mail = Mail.objects.get(kind="receipt")
    arne.page.get_by_role("link", name=mail.subject).click()
    arne.page.get_by_role("heading", level=1, name=mail.subject).wait_for()
    link = arne.page.locator(".operations-text a").first
    assert "/saker/V-" in link.get_attribute("href")
    assert "invalid_grant" not in arne.page.locator(".operations-text").inner_text()


def test_a_reader_is_not_let_into_the_desk_the_reports_or_operations(travel, world):
    kari = travel(world.owner)
    for address in ("/desk/", "/rapporter/", "/drift/"):
        response = kari.page.goto(kari.base + address)
        assert response.status == 403, address
        kari.heading("You do not have access to this page")
