"""From a question nobody has answered to one that is solved, as members of the community meet it.

Nils asks, Kari answers, and both look after what they have written.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import NoticeKind
from cms.community import services as community
from cms.community.models import Answer, Flag, Hint, PostDraft, Question
from tests.browser import BROWSER_TESTS
from tests.cms.community.posts import known
from tests.factories import make_user
from tests.journeys.world import NUMBER, World

pytestmark = BROWSER_TESTS

WORDS = {
    "nb": {
        "earlier": "Hvordan får vi token med flere scopes samtidig?",
        "earlier_answer": "Skriv alle scopene i samme kall.",
        "title": "Hvordan får vi token med to scopes fra testmiljøet?",
        "hint": "Hvilket miljø dere bruker",
        "body": "Vi prøver `scope=a b`, men får bare det ene.",
        "answer": "Be om **begge** i samme kall, skilt med mellomrom.",
        "second": "Glem det siste jeg skrev.",
        "added": "Det gjelder bare testmiljøet.",
        "rude": "Les dokumentasjonen før du spør.",
    },
    "nn": {
        "earlier": "Korleis får vi token med fleire scopes samstundes?",
        "earlier_answer": "Skriv alle scopa i same kall.",
        "title": "Korleis får vi token med to scopes frå testmiljøet?",
        "hint": "Kva miljø de bruker",
        "body": "Vi prøver `scope=a b`, men får berre det eine.",
        "answer": "Be om **begge** i same kall, skilde med mellomrom.",
        "second": "Gløym det siste eg skreiv.",
        "added": "Det gjeld berre testmiljøet.",
        "rude": "Les dokumentasjonen før du spør.",
    },
}


@pytest.fixture
def words(world: World) -> dict:
    """What is written here, after somebody has asked something like it before."""
    number = world.organisation.pk
    words = {name: f"{text} ({number})" for name, text in WORDS[world.language].items()}
    words["hint"] = WORDS[world.language]["hint"]
    Hint.objects.get_or_create(
        product=world.product,
        defaults={f"text_{code}": WORDS[code]["hint"] for code in WORDS} | {"text_en": "Which one"},
    )
    earlier = community.ask_question(
        by=known(make_user(name="Tuva Dahl", language=world.language)),
        title=words["earlier"],
        body="Vi har to.",
        language=world.language,
        product=world.product,
        now=world.now - timedelta(hours=3),
    )
    answer = community.answer_question(
        question=earlier,
        by=known(make_user(name="Arild Foss", language=world.language)),
        body=words["earlier_answer"],
        now=world.now - timedelta(hours=2),
    )
    community.accept_answer(answer=answer, by=earlier.asker, now=world.now - timedelta(hours=1))
    world.drain()
    return words


def test_a_question_is_asked_answered_solved_and_looked_after(travel, world, words, script):
    nils = travel(world.member)
    looks_through_the_lists(nils, words)
    asks_step_by_step(nils, world, words, script=script)
    question = publishes_after_signing_in_anew(nils, world, words)
    world.drain()
    kari = travel(world.owner)
    answers(kari, question, words)
    world.drain()
    is_told_and_accepts(nils, world, question)
    world.drain()
    the_helper_is_thanked_and_unfollows(kari, question)
    changes_the_question(nils, question, words)
    reports_a_rude_answer(nils, question, words)
    withdraws_an_answer(kari, travel(), question, words)


def looks_through_the_lists(nils, words: dict) -> None:
    """The tabs hold what they say; the one who has not asked follows nothing."""
    nils.go("/")
    nils.follow("Community", within=nils.page.get_by_role("banner"))
    nils.heading("Community")
    rows = nils.page.locator(".question-rows")
    rows.get_by_role("link", name=words["earlier"]).first.wait_for()
    nils.follow("Solved", context="questions")
    rows.get_by_role("link", name=words["earlier"]).first.wait_for()
    nils.follow("Unanswered", context="questions")
    expect(nils.page.get_by_role("link", name=words["earlier"])).to_have_count(0)
    nils.follow("Followed", context="questions")
    nils.page.locator(".community-empty").wait_for()


def asks_step_by_step(nils, world: World, words: dict, *, script: bool) -> None:
    """What looks like it is shown, a number is caught, and leaving loses nothing."""
    nils.follow("Ask a question")
    nils.heading("Ask a question")
    nils.field("Your question in one sentence").fill(words["title"])
    nils.page.locator("[name=product]").select_option(world.product.slug)
    similar = nils.page.locator(".similar-list")
    if script:
        similar.get_by_role("link", name="scopes").first.wait_for()
    nils.press("Go on to the details")
    nils.sees("Step 2 of 3: the details")
    similar.get_by_role("link", name="scopes").first.wait_for()
    nils.sees("You get an answer sooner if you tell")
    nils.sees_words(words["hint"])
    body = nils.page.locator("[name=body]")
    body.fill(f"{words['body']} {NUMBER}")
    if script:
        nils.page.locator(".pane code", has_text="scope=a b").wait_for()
        nils.press("Take it out now")
        expect(body).not_to_have_value(f"{words['body']} {NUMBER}")
        assert NUMBER not in body.input_value()
        nils.sees("Saved as a draft")
    else:
        nils.press("Look at the question")
        assert NUMBER not in nils.page.locator("main").inner_text()
    draft = PostDraft.objects.get(owner=world.member)
    assert NUMBER not in draft.data["body"]
    nils.go("/community/utkast/")
    nils.page.get_by_role("link", name=words["title"]).click()
    nils.sees("Step 2 of 3: the details")


def publishes_after_signing_in_anew(nils, world: World, words: dict) -> Question:
    nils.press("Look at the question")
    nils.heading("Does it look right?")
    nils.page.locator(".post--preview code", has_text="scope=a b").wait_for()
    nils.lose_session()
    nils.press("Publish the question")
    nils.signs_in(world.member)
    nils.heading("Does it look right?")
    nils.press("Publish the question")
    nils.sees("Your question is published. You find the answers here.")
    nils.page.get_by_role("heading", level=1, name=words["title"]).wait_for()
    question = Question.objects.get(asker=world.member)
    assert (question.title, question.language) == (words["title"], world.language)
    assert NUMBER not in question.body
    assert not PostDraft.objects.filter(owner=world.member).exists()
    return question


def answers(kari, question: Question, words: dict) -> None:
    """Found among those nobody has answered; a number in an answer is caught too."""
    kari.go("/community/?tab=unanswered")
    kari.page.get_by_role("link", name=question.title).first.click()
    kari.press("I wonder about the same")
    kari.press("Follow the question")
    kari.sees("You follow the question. We tell you when something happens.")
    for text in (words["second"], words["answer"]):
        kari.page.locator("#svar [name=body]").fill(f"{text} {NUMBER}")
        kari.press("Publish the answer")
        kari.sees("Your answer is published.")
    assert NUMBER not in kari.page.locator("main").inner_text()
    assert not Answer.objects.filter(question=question, body__contains=NUMBER).exists()


def is_told_and_accepts(nils, world: World, question: Question) -> None:
    mail = world.mail(NoticeKind.THREAD, world.member)
    assert mail.language == world.language and NUMBER not in mail.text
    nils.go("/varsler/")
    notice = nils.page.locator(".notice", has_text=world.owner.display_name).first
    notice.get_by_role("link", name=question.title).click()
    given = nils.page.locator("article.post", has=nils.page.locator("strong", has_text="begge"))
    nils.press("This solved it", within=given)
    nils.sees("The question is marked as solved.")
    nils.page.locator(".post--accepted strong", has_text="begge").wait_for()
    question.refresh_from_db()
    assert question.state == Question.State.SOLVED
    nils.go("/community/?tab=solved")
    nils.page.get_by_role("link", name=question.title).first.wait_for()


def the_helper_is_thanked_and_unfollows(kari, question: Question) -> None:
    kari.go("/varsler/")
    kari.sees("Your answer solved the question")
    kari.go("/community/?tab=followed")
    kari.page.get_by_role("link", name=question.title).click()
    kari.press("Follow the question")
    kari.sees("You no longer follow the question.")
    kari.go("/community/?tab=followed")
    expect(kari.page.get_by_role("link", name=question.title)).to_have_count(0)


def changes_the_question(nils, question: Question, words: dict) -> None:
    """Others see that it is changed; the one who wrote it also what it was."""
    nils.go(f"/community/{question.pk}/{question.slug}/")
    nils.page.locator(".post--question .post__own a").first.click()
    nils.heading("Change the question")
    body = nils.page.locator("[name=body]")
    body.fill(f"{body.input_value()}\n\n{words['added']}")
    nils.press("Save the change")
    nils.sees("The change is saved.")
    nils.page.locator(".post--question .post__text", has_text=words["added"]).wait_for()
    nils.page.locator(".post--question .post__facts a", has_text=nils.says("changed", "post"))
    nils.page.locator(".post--question .post__facts a[href*=historikk]").click()
    nils.sees_words(words["added"])


def reports_a_rude_answer(nils, question: Question, words: dict) -> None:
    rude = community.answer_question(
        question=question,
        by=known(make_user(name="Brage Bø")),
        body=words["rude"],
        now=question.asked_at + timedelta(seconds=1),
    )
    nils.go(f"/community/{question.pk}/{question.slug}/")
    post = nils.page.locator(f"#svar-{rude.pk}")
    post.locator(".post__report").click()
    nils.heading("Report the answer")
    nils.press("Report")
    nils.sees("Choose what is wrong.")
    nils.field("It is unkind or offensive").check()
    nils.press("Report")
    nils.sees("Thank you. A moderator looks at it.")
    expect(post).to_contain_text(nils.says("You have reported this"))
    assert Flag.objects.get(answer=rude).reason == Flag.Reason.RUDE


def withdraws_an_answer(kari, visitor, question: Question, words: dict) -> None:
    """What is withdrawn leaves the page of everybody else."""
    kari.go(f"/community/{question.pk}/{question.slug}/")
    own = kari.page.locator("article.post", has_text=words["second"])
    own.locator(".post__own a").last.click()
    kari.heading("Withdraw the answer")
    kari.press("Withdraw the answer")
    kari.sees("The answer is withdrawn. Others cannot see it any more.")
    visitor.go(f"/community/{question.pk}/{question.slug}/")
    visitor.page.locator(".post--accepted strong", has_text="begge").wait_for()
    expect(visitor.page.locator("main")).not_to_contain_text(words["second"])
