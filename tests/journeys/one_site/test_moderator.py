"""A moderator's day: what waits, what is done about it, what others then see, and undoing it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from cms.community import flags
from cms.community import services as community
from cms.community.models import Answer, Flag, Question
from portal.bridges import proposing
from portal.bridges.models import Proposal
from tests.browser import BROWSER_TESTS
from tests.cms.community.posts import known
from tests.factories import make_user
from tests.journeys.world import World
from triage.tickets import services as cases
from triage.tickets.models import Ticket

pytestmark = BROWSER_TESTS

WORDS = {
    "nb": {
        "rude": "Alle vet at dere ikke kan dette?",
        "moved": "Hvorfor kommer ikke meldingen fram?",
        "twice": "Hvordan fornyer vi nøkkelen vår i høst?",
        "once": "Hvordan fornyer vi nøkkelen i høst?",
        "private": "Hvorfor får bare vår virksomhet feil?",
        "linked": "Har noen sett denne siden om token?",
        "proposed": "Hvordan slipper en leverandør inn på vegne av oss?",
        "reason": "Skriv det uten å skylde på noen.",
        "calm": "Hold en rolig tone.",
    },
    "nn": {
        "rude": "Alle veit at de ikkje kan dette?",
        "moved": "Kvifor kjem ikkje meldinga fram?",
        "twice": "Korleis fornyar vi nøkkelen vår i haust?",
        "once": "Korleis fornyar vi nøkkelen i haust?",
        "private": "Kvifor får berre verksemda vår feil?",
        "linked": "Har nokon sett denne sida om token?",
        "proposed": "Korleis slepp ein leverandør inn på vegner av oss?",
        "reason": "Skriv det utan å skulde på nokon.",
        "calm": "Hald ein roleg tone.",
    },
}


@pytest.fixture
def words(world: World) -> dict:
    """What is written here, unlike what others have written before on the same site."""
    number = world.organisation.pk
    return {name: f"{text} ({number})" for name, text in WORDS[world.language].items()}


def test_a_moderator_looks_after_the_community(travel, world, words):
    moa, visitor = travel(world.moderator), travel()
    writer = make_user(name="Ivar Ny", language=world.language)
    rude = reported(world, writer, words)
    approves_what_was_held(moa, visitor, world, writer, words)
    hides_with_a_reason(moa, visitor, rude, words)
    world.drain()
    the_author_reads_why(travel(writer), rude, words)
    undoes_it(moa, visitor, rude)
    moves(moa, visitor, world, words)
    closes(moa, travel(world.owner), world, words)
    joins(moa, visitor, world, words)
    warns_and_silences(moa, travel(writer), world, rude, words)
    takes_on_as_a_case(moa, world, words)
    approves_an_anonymised_question(moa, visitor, world, words)


def ask(
    world: World, title: str, *, by: User | None = None, body: str = "Vi står fast."
) -> Question:
    """A question of somebody who is known, unless it is told whose."""
    return community.ask_question(
        by=by or known(world.member),
        title=title,
        body=body,
        language=world.language,
        product=world.product,
        now=world.now - timedelta(hours=1),
    )


def address(question: Question) -> str:
    return reverse("community_question", args=[question.pk, question.slug])


def reported(world: World, writer: User, words: dict) -> Question:
    """A question somebody has told the moderators of."""
    question = ask(world, words["rude"], by=writer)
    flags.flag(
        post=question, by=world.owner, reason=Flag.Reason.RUDE, comment="", now=timezone.now()
    )
    world.drain()
    return question


def approves_what_was_held(moa, visitor, world: World, writer: User, words: dict) -> None:
    """Links of somebody new wait; one press shows them to everybody."""
    held = ask(world, words["linked"], by=writer, body="Se https://x.example/token om det.")
    assert held.is_held
    visitor.is_answered(address(held), 404)
    moa.go("/")
    moa.follow("Moderation", within=moa.page.get_by_role("banner"), exact=False)
    moa.heading("What waits")
    waiting = moa.page.locator("[data-post]", has_text=words["linked"])
    moa.press("Approve", within=waiting)
    moa.sees("It is approved. Everybody can see it.")
    expect(waiting).to_have_count(0)
    visitor.go(address(held))


def hides_with_a_reason(moa, visitor, rude: Question, words: dict) -> None:
    """What is hidden leaves the page, the list and the search of everybody else."""
    visitor.go(f"/sok/?q={words['rude']}")
    visitor.page.locator(".hit", has_text=words["rude"]).first.wait_for()
    waiting = moa.page.locator("[data-post]", has_text=words["rude"])
    expect(waiting).to_contain_text(moa.says("It is unkind or offensive"))
    moa.follow("Hide the question", within=waiting)
    moa.heading("Hide the question")
    moa.press("Hide the question")
    moa.sees("Say why, in a few words.")
    moa.page.locator("[name=reason]").fill(words["reason"])
    moa.press("Hide the question")
    moa.sees("It is hidden. Only the author and the moderators see it.")
    visitor.is_answered(address(rude), 404)
    visitor.go("/community/")
    expect(visitor.page.locator("main")).not_to_contain_text(words["rude"])
    visitor.go(f"/sok/?q={words['rude']}")
    expect(visitor.page.locator(".hit", has_text=words["rude"])).to_have_count(0)


def the_author_reads_why(ivar, rude: Question, words: dict) -> None:
    ivar.go(address(rude))
    ivar.sees("Hidden by a moderator. Only the author and the moderators see this.")
    ivar.sees_words(words["reason"])
    ivar.go("/varsler/")
    ivar.sees_words(words["reason"])


def undoes_it(moa, visitor, rude: Question) -> None:
    moa.go("/moderering/logg/")
    line = moa.page.locator(".log-line", has_text=rude.title).first
    line.get_by_role("button").click()
    moa.sees("It is undone.")
    visitor.go(address(rude))
    visitor.page.get_by_role("heading", level=1, name=rude.title).wait_for()


def moves(moa, visitor, world: World, words: dict) -> None:
    question = ask(world, words["moved"])
    moa.go(address(question))
    tools(moa, "Move")
    moa.heading("Move")
    moa.field("What is the question about?").select_option(label=world.other.name)
    moa.press("Move")
    moa.sees("The question is moved.")
    visitor.go(f"/community/?product={world.other.slug}")
    visitor.page.get_by_role("link", name=words["moved"]).first.wait_for()


def tools(moa, step: str, context: str = "") -> None:
    """One of the moderator's steps on the page of a question."""
    post = moa.page.locator(".post--question")
    post.locator(".moderator-tools summary").click()
    moa.follow(step, within=post, context=context)


def closes(moa, kari, world: World, words: dict) -> None:
    question = Question.objects.get(title=words["moved"], asker=world.member)
    moa.go(address(question))
    tools(moa, "Close", "question")
    moa.page.locator("[name=reason]").fill(words["reason"])
    moa.press("Close", context="question")
    moa.sees("The question is closed.")
    kari.go(address(question))
    kari.sees("The question is closed and takes no new answers.")
    expect(kari.page.locator("#svar")).to_have_count(0)


def joins(moa, visitor, world: World, words: dict) -> None:
    """The address of the one leads to the other, with its answer."""
    kept, left = ask(world, words["once"]), ask(world, words["twice"])
    answer = community.answer_question(
        question=left, by=known(world.owner), body="Lag ein ny.", now=timezone.now()
    )
    world.drain()
    moa.go(address(left))
    tools(moa, "Join")
    moa.page.locator("[name=address]").fill(moa.base + address(kept))
    moa.press("Join")
    moa.sees("The questions are joined.")
    visitor.go(address(left))
    visitor.page.get_by_role("heading", level=1, name=kept.title, exact=True).wait_for()
    visitor.page.locator(f"#svar-{answer.pk}").wait_for()


def warns_and_silences(moa, ivar, world: World, rude: Question, words: dict) -> None:
    """The member is told of both, and cannot write until the day is over."""
    moa.go(address(rude))
    tools(moa, "Warn the author")
    moa.page.locator("[name=reason]").fill(words["calm"])
    moa.press("Warn the author")
    moa.sees("The author is warned.")
    moa.go(reverse("moderation_member", args=[rude.asker_id]))
    moa.follow("Stop from writing")
    until = timezone.localdate() + timedelta(days=7)
    moa.field("The last day they cannot write").fill(until.isoformat())
    moa.page.locator("[name=reason]").fill(words["calm"])
    moa.press("Stop from writing")
    moa.sees("Done. It stands in the log.")
    moa.sees("May not write")
    world.drain()
    ivar.go("/varsler/")
    assert ivar.page.locator(".notice", has_text=words["calm"]).count() == 2
    question = Question.objects.get(title=words["once"], asker=world.member)
    ivar.go(address(question))
    ivar.page.locator("#svar [name=body]").fill("Eg skriv likevel.")
    ivar.press("Publish the answer")
    ivar.sees_words(words["calm"])
    assert not Answer.objects.filter(author=rude.asker).exists()


def takes_on_as_a_case(moa, world: World, words: dict) -> None:
    question = ask(world, words["private"])
    moa.go(address(question))
    moa.follow("Take it on as a private case")
    moa.heading("Take it on as a private case")
    expect(moa.page.locator("[name=subject]")).to_have_value(words["private"])
    moa.press("Open the private case")
    moa.sees("The one who asked has a private case now, and has been told by mail.")
    ticket = Ticket.objects.get(subject=words["private"])
    assert ticket.requester == world.member
    world.drain()
    assert world.mail("receipt", world.member).language == world.language


def approves_an_anonymised_question(moa, visitor, world: World, words: dict) -> None:
    """From a solved case; the original stands beside it, and nobody else reads that."""
    secret = f"{world.organisation.name} kjem ikkje inn."
    ticket = world.opened("Leverandør utan tilgang", secret)
    cases.take_ticket(ticket=ticket, by=world.agent, now=world.now)
    cases.resolve(
        ticket=ticket, by=world.agent, solution_code="answer", body="Deleger.", now=world.now
    )
    ticket.refresh_from_db()
    proposing.propose(
        kind=Proposal.Kind.QUESTION,
        words=proposing.Words(
            title=words["proposed"],
            body="Leverandøren kjem ikkje inn.",
            answer="Deleger scopet.",
            language=world.language,
            product=world.product,
            team=world.first,
        ),
        by=world.agent,
        now=world.now,
        form_key=uuid4(),
        ticket=ticket,
    )
    moa.go("/moderering/")
    moa.follow("Proposals", within=moa.page.locator(".moderation-nav"))
    moa.page.get_by_role("link", name=words["proposed"]).click()
    moa.press("Approve and publish")
    moa.sees("Read the text through, and say that you have.")
    moa.page.locator("[name=looked]").check()
    moa.press("Approve and publish")
    moa.sees("Published: the question stands in the community now.")
    visitor.go(address(Proposal.objects.get(ticket=ticket).published))
    visitor.page.locator(".post--official", has_text="Deleger scopet.").wait_for()
    expect(visitor.page.locator("main")).not_to_contain_text(world.organisation.name)
