"""Texts for everybody: proposed from a case or a question, and approved by a person."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from cms.community import moderation, services
from cms.community.models import Question
from cms.guidance.models import ArticlePage
from portal.bridges.models import Proposal
from portal.bridges.tools import tools_for
from tests.factories import make_section, make_user
from tests.portal.bridges.asking import answer_by
from tests.portal.desk.pages import address, signed_in, text_of
from tests.triage.tickets.desk import NOW, opened
from triage.tickets import services as cases

CASE_BODY = (
    "Hei,\nvi i Tindvik kommune får invalid_scope. Ring meg på 90 01 23 45 eller skriv til "
    "kari.vik@tindvik.example.\n\nMvh\nKari Vik"
)
ANSWER = "Hei Kari,\n\nbe om begge scopes i samme kall.\n\nHilsen Ada Lund"


@pytest.fixture
def case(desk):
    """A case of Kari's that the desk has solved."""
    ticket = opened(desk, subject="Kari Vik får ikke token", body=CASE_BODY, product=desk.product)
    cases.resolve(ticket=ticket, by=desk.people.agent, solution_code="answer", body=ANSWER, now=NOW)
    return ticket


@pytest.fixture
def section(desk, editor):
    return make_section(title="Innlogging")


def door(ticket, kind="question") -> str:
    return f"/desk/saker/{ticket.reference}/foresla/{kind}/"


def form(desk, **fields) -> dict:
    return {
        "title": "Hvordan får vi token med to scopes?",
        "body": "Vi får invalid_scope.",
        "answer": "Be om begge scopes i samme kall.",
        "language": "nb",
        "product": desk.product.pk,
        "team": desk.first.pk,
        "looked": "on",
        "checked": "1",
        "form_key": str(uuid4()),
        **fields,
    }


def all_keys(page) -> list[str]:
    import re

    return re.findall(r'name="replace" value="([0-9a-f]{16})"', page.content.decode())


def proposed(desk, case, **fields) -> Proposal:
    client = signed_in(desk.people.agent)
    everything = all_keys(client.get(door(case)))
    response = client.post(door(case), form(desk, replace=everything, **fields))
    assert response.status_code == 302, text_of(response)[:800]
    return Proposal.objects.latest("pk")


# --- from a case --------------------------------------------------------------------------------


def test_the_original_stands_beside_a_text_that_tells_nobody(desk, case):
    page = signed_in(desk.people.agent).get(door(case))
    html = page.content.decode()
    original, _sep, proposal = html.partition('class="bridge-form"')
    proposal = proposal.partition('name="title"')[2]
    for told in ("Kari", "Tindvik", "90 01 23 45", "kari.vik@", "Ada Lund"):
        assert told in original, told
        assert told not in proposal, told
    assert "[navn] får ikke token" in proposal
    assert "vi i [virksomhet] får invalid_scope" in proposal


def test_a_choice_nobody_has_made_says_what_to_choose(desk, case):
    html = signed_in(desk.people.agent).get(door(case, "article")).content.decode()
    assert "Choose a section</option>" in html
    assert "---------" not in html


def test_the_checklist_names_what_was_found(desk, case):
    words = text_of(signed_in(desk.people.agent).get(door(case)))
    for line in ("Phone number, once", "E-mail address, once", "Organisation, once"):
        assert line in words


def test_what_is_unticked_may_stand_and_the_text_is_made_again(desk, case):
    client = signed_in(desk.people.agent)
    page = client.get(door(case))
    organisation = next(
        each.key for each in page.context["found"] if each.text == "Tindvik kommune"
    )
    kept = [key for key in all_keys(page) if key != organisation]
    again = client.post(door(case), {"again": "1", "checked": "1", "replace": kept})
    assert again.status_code == 200
    proposal = again.content.decode().partition('name="title"')[2]
    assert "vi i Tindvik kommune får" in proposal
    assert "90 01 23 45" not in proposal
    assert Proposal.objects.count() == 0


def test_what_still_tells_is_pointed_out_once_and_then_believed(desk, case):
    client = signed_in(desk.people.agent)
    page = client.get(door(case))
    sent = form(desk, answer="Spør Kari Vik.", replace=all_keys(page))
    first = client.post(door(case), sent)
    assert first.status_code == 422
    assert "This still stands in the text" in text_of(first)
    assert Proposal.objects.count() == 0
    seen = [each.key for each in first.context["remaining"]]
    assert client.post(door(case), {**sent, "seen": seen}).status_code == 302
    assert Proposal.objects.get().answer == "Spør Kari Vik."


def test_an_identity_number_is_masked_whoever_says_that_it_may_stand(desk, case):
    number = "13097248022"  # synthetic
    client = signed_in(desk.people.agent)
    sent = form(desk, body=f"Gjelder {number}")
    first = client.post(door(case), sent)
    seen = [each.key for each in first.context["remaining"]]
    client.post(door(case), {**sent, "seen": seen})
    assert number not in Proposal.objects.get().body


def test_a_proposal_publishes_nothing_and_keeps_where_it_came_from(desk, case):
    found = proposed(desk, case)
    assert (found.state, found.ticket, found.by) == ("pending", case, desk.people.agent)
    assert found.found["phone"] == 1
    assert "90 01 23 45" not in str(found.found)
    assert Question.objects.count() == 0
    assert "Waiting for approval" in text_of(signed_in(desk.people.agent).get(address(case)))


def test_the_same_form_sent_twice_is_one_proposal(desk, case):
    client = signed_in(desk.people.agent)
    sent = form(desk)
    client.post(door(case), sent)
    assert client.post(door(case), sent).status_code == 302
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "x" * 151},
        {"body": ""},
        {"answer": "x" * 15_001},
        {"looked": ""},
        {"product": "0"},
        {"language": "de"},
        {"form_key": "x"},
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_kept(desk, case, fields):
    response = signed_in(desk.people.agent).post(door(case), form(desk, **fields))
    assert response.status_code == 422
    assert Proposal.objects.count() == 0


def test_only_solved_cases_that_are_not_about_security_can_be_made_public(desk, case):
    client = signed_in(desk.people.agent)
    unsolved = opened(desk)
    assert client.get(door(unsolved)).url == address(unsolved)
    case.security = True
    case.save()
    guard = signed_in(desk.people.guard)
    assert guard.post(door(case), form(desk)).status_code == 302
    assert Proposal.objects.count() == 0
    assert "For others too" not in text_of(client.get(address(unsolved)))


def test_who_may_propose_from_a_case(desk, case, moderator):
    for person, status in (
        (desk.people.outsider, 404),
        (desk.people.asker, 403),
        (moderator, 403),
        (desk.people.manager, 403),
    ):
        assert signed_in(person).get(door(case)).status_code == status, person
    assert signed_in(desk.people.agent).get(door(case, "roman")).status_code == 404


def test_a_case_reopened_meanwhile_is_not_made_public(desk, case, monkeypatch):
    from portal.bridges import proposing

    real = proposing.propose

    def reopened_first(**fields):
        cases.reopen(ticket=case, by=desk.people.agent, reason="Mer", now=NOW + timedelta(days=1))
        return real(**fields)

    monkeypatch.setattr(proposing, "propose", reopened_first)
    response = signed_in(desk.people.agent).post(door(case), form(desk))
    assert response.status_code == 409
    assert Proposal.objects.count() == 0


# --- approving ----------------------------------------------------------------------------------


def page_of(found: Proposal) -> str:
    return f"/community/forslag/{found.pk}/"


def test_a_moderator_publishes_the_question_with_an_official_answer(desk, case, moderator):
    found = proposed(desk, case)
    client = signed_in(moderator)
    page = client.get(page_of(found))
    assert "Approve and publish" in text_of(page)
    assert "Kari" not in page.content.decode()  # a moderator does not read the case
    response = client.post(page_of(found), form(desk, title="Token med to scopes?"))
    assert response.status_code == 302
    question = Question.objects.get()
    assert (question.title, question.state) == ("Token med to scopes?", "answered")
    assert question.official_team == desk.first
    assert question.is_in_sight
    found.refresh_from_db()
    assert (found.state, found.decided_by, found.published) == ("approved", moderator, question)
    assert client.post(page_of(found), form(desk)).status_code == 409
    assert Question.objects.count() == 1


def test_the_question_leads_back_to_the_case_for_those_who_may_see_it(desk, case, moderator):
    found = proposed(desk, case)
    signed_in(moderator).post(page_of(found), form(desk))
    question = Question.objects.get()
    assert tools_for(question, desk.people.agent).made_from.reference == case.reference
    assert tools_for(question, moderator).made_from is None
    assert tools_for(question, desk.people.asker).made_from is None
    assert "Read it in the community" in text_of(signed_in(desk.people.agent).get(page_of(found)))


def test_names_are_looked_for_again_when_it_is_approved(desk, case, moderator):
    found = proposed(desk, case)
    client = signed_in(moderator)
    told = form(desk, answer="Be om begge, slik Kari Vik i Tindvik kommune gjorde.")
    first = client.post(page_of(found), told)
    assert first.status_code == 422
    assert "This still stands in the text" in text_of(first)
    shown = first.context["remaining"]
    assert {each.text for each in shown} == {"Kari Vik", "Tindvik kommune"}
    assert Question.objects.count() == 0
    # Whoever has looked may let it stand; what is new since then is asked about again.
    seen = {"seen": [each.key for each in shown]}
    more = {**told, "answer": f"{told['answer']} Ring 90 01 23 45."}
    assert client.post(page_of(found), {**more, **seen}).status_code == 422
    assert client.post(page_of(found), {**told, **seen}).status_code == 302
    assert Question.objects.get().answers.get().body == told["answer"]


def test_what_the_proposer_let_stand_is_shown_to_whoever_approves(desk, case, moderator):
    client = signed_in(desk.people.agent)
    sent = form(desk, answer="Spør Kari Vik.", replace=all_keys(client.get(door(case))))
    remaining = client.post(door(case), sent).context["remaining"]
    client.post(door(case), {**sent, "seen": [each.key for each in remaining]})
    found = Proposal.objects.get()
    page = signed_in(moderator).get(page_of(found))
    assert [each.text for each in page.context["remaining"]] == ["Kari Vik"]
    assert "This still stands" not in text_of(client.get(page_of(found)))  # decides nothing


def test_an_agent_without_the_role_cannot_approve_even_their_own(desk, case):
    found = proposed(desk, case)
    client = signed_in(desk.people.agent)
    assert "Approve and publish" not in text_of(client.get(page_of(found)))
    assert client.post(page_of(found), form(desk)).status_code == 403
    assert Question.objects.count() == 0


def test_an_agent_with_the_role_approves_in_a_step_of_its_own(desk, case, moderator):
    desk.people.agent.groups.add(moderator.groups.get())
    found = proposed(desk, case)
    assert Question.objects.count() == 0
    client = signed_in(desk.people.agent)
    assert "You proposed this yourself" in text_of(client.get(page_of(found)))
    client.post(page_of(found), form(desk))
    assert Question.objects.count() == 1


def test_a_declined_proposal_says_why(desk, case, moderator):
    found = proposed(desk, case)
    client = signed_in(moderator)
    assert client.post(f"{page_of(found)}avvis/", {"reason": " "}).status_code == 422
    client.post(f"{page_of(found)}avvis/", {"reason": "Står der fra før"})
    found.refresh_from_db()
    assert (found.state, found.reason) == ("declined", "Står der fra før")
    assert "Står der fra før" in text_of(signed_in(desk.people.agent).get(page_of(found)))
    assert client.post(page_of(found), form(desk)).status_code == 409
    late = client.post(f"{page_of(found)}avvis/", {"reason": "En gang til"}, follow=True)
    assert "Somebody has decided" in text_of(late)


def test_who_proposed_it_can_take_it_back(desk, case):
    found = proposed(desk, case)
    client = signed_in(desk.people.agent)
    assert "Take the proposal back" in text_of(client.get(page_of(found)))
    client.post(f"{page_of(found)}avvis/", {"reason": "Feil sak"})
    found.refresh_from_db()
    assert found.state == "declined"


def test_others_see_no_proposals(desk, case, editor):
    found = proposed(desk, case)
    for person in (desk.people.asker, make_user(), editor, desk.people.outsider):
        assert signed_in(person).get(page_of(found)).status_code == 404, person
        assert signed_in(person).post(f"{page_of(found)}avvis/", {"reason": "x"}).status_code == 404
    assert signed_in(desk.people.asker).get("/community/forslag/").status_code == 403


def test_nothing_is_published_by_halves(desk, case, moderator):
    found = proposed(desk, case)
    desk.first.members.remove(desk.people.agent)  # no longer speaks for the team
    response = signed_in(moderator).post(page_of(found), form(desk))
    assert response.status_code == 403
    assert Question.objects.count() == 0
    found.refresh_from_db()
    assert found.state == "pending"


# --- articles -----------------------------------------------------------------------------------


def test_an_article_proposed_from_a_case_becomes_a_draft_when_an_editor_approves(
    desk, case, editor, section
):
    client = signed_in(desk.people.agent)
    sent = form(desk, section=section.pk, answer="## Slik gjør du\n\n1. Be om begge.\n\n`scope`")
    response = client.post(door(case, "article"), sent)
    found = Proposal.objects.get()
    assert response.url == page_of(found)
    assert not ArticlePage.objects.exists()
    assert client.post(page_of(found), sent).status_code == 403
    approved = signed_in(editor).post(page_of(found), sent, follow=True)
    article = ArticlePage.objects.get()
    assert not article.live
    assert (article.owner_team, article.language, list(article.products.all())) == (
        desk.first,
        "nb",
        [desk.product],
    )
    assert article.answer == "Vi får invalid_scope."
    assert "Be om begge." in article.body_text()
    assert article.latest_revision is not None
    assert f"/cms-admin/pages/{article.pk}/edit/" in approved.content.decode()
    assert signed_in(editor).get(f"/cms-admin/pages/{article.pk}/edit/").status_code == 200


def test_the_short_answer_of_an_article_has_to_fit(desk, case, section):
    sent = form(desk, section=section.pk, body="x" * 401)
    response = signed_in(desk.people.agent).post(door(case, "article"), sent)
    assert response.status_code == 422
    assert "there is room for 400 characters" in text_of(response)


def test_an_editor_makes_a_draft_of_an_answered_question_at_once(
    desk, question, member, editor, section
):
    answer = answer_by(question, member)
    services.accept_answer(answer=answer, by=desk.people.asker, now=timezone.now())
    client = signed_in(editor)
    where = f"/community/sporsmal/{question.pk}/utkast/"
    page = client.get(where)
    assert "Be om begge i samme kall." in page.content.decode()
    assert "You get a draft" in text_of(page)
    response = client.post(where, form(desk, section=section.pk))
    assert response.status_code == 302, text_of(response)[:500]
    article = ArticlePage.objects.get()
    question.refresh_from_db()
    assert not article.live
    assert question.article_id == article.pk
    assert question.events.filter(kind="drafted_as_article", actor=editor).count() == 1
    assert article.title not in text_of(client.get(f"/community/{question.pk}/sporsmal/"))


def test_support_staff_propose_an_article_of_a_question_and_an_editor_finds_it(
    desk, question, member, editor, section
):
    answer = answer_by(question, member)
    services.accept_answer(answer=answer, by=desk.people.asker, now=timezone.now())
    where = f"/community/sporsmal/{question.pk}/utkast/"
    signed_in(desk.people.agent).post(where, form(desk, section=section.pk))
    assert not ArticlePage.objects.exists()
    listed = text_of(signed_in(editor).get("/community/forslag/"))
    assert "Hvordan får vi token med to scopes?" in listed
    panel = text_of(signed_in(editor).get("/cms-admin/"))
    assert "1 proposed article waits for approval" in panel


def test_a_proposal_does_not_tell_what_its_question_is_called_once_that_is_hidden(
    desk, question, member, moderator, section
):
    answer = answer_by(question, member)
    services.accept_answer(answer=answer, by=desk.people.asker, now=timezone.now())
    where = f"/community/sporsmal/{question.pk}/utkast/"
    client = signed_in(desk.people.agent)
    client.post(where, form(desk, section=section.pk, title="Et annet navn"))
    page = client.get(page_of(Proposal.objects.get())).content.decode()
    assert question.title in page and question.slug in page
    moderation.hide(post=question, by=moderator, reason="Feil", now=timezone.now())
    page = client.get(page_of(Proposal.objects.get())).content.decode()
    assert "Et annet navn" in page
    assert question.title not in page and question.slug not in page


def test_a_question_without_a_good_answer_makes_no_article(desk, question, member, editor):
    where = f"/community/sporsmal/{question.pk}/utkast/"
    client = signed_in(editor)
    answer_by(question, member)
    assert client.get(where).status_code == 302
    assert signed_in(make_user()).get(where).status_code == 403
    assert signed_in(editor).get("/community/sporsmal/987654/utkast/").status_code == 404


def test_text_that_articles_do_not_hold_becomes_plain_paragraphs(desk, case, editor, section):
    sent = form(desk, section=section.pk, answer="> sitat\n\n<b>x</b> & y")
    signed_in(desk.people.agent).post(door(case, "article"), sent)
    signed_in(editor).post(page_of(Proposal.objects.get()), sent)
    article = ArticlePage.objects.get()
    assert "sitat" in article.body_text()
    assert "<b>x</b>" not in str(article.body.render_as_block())


def test_two_drafts_of_the_same_title_have_addresses_of_their_own(desk, case, editor, section):
    for _n in range(2):
        sent = form(desk, section=section.pk)
        signed_in(desk.people.agent).post(door(case, "article"), sent)
        signed_in(editor).post(page_of(Proposal.objects.latest("pk")), sent)
    slugs = set(ArticlePage.objects.values_list("slug", flat=True))
    assert len(slugs) == 2


# --- the list -----------------------------------------------------------------------------------


def test_the_list_pages_and_costs_the_same_for_many(
    desk, case, moderator, django_assert_max_num_queries
):
    client = signed_in(moderator)
    counts = []
    for number in (1, 29):
        for n in range(number):
            Proposal.objects.create(
                kind="question",
                ticket=case,
                title=f"Forslag {n}",
                body="x",
                answer="y",
                language="nb",
                product=desk.product,
                team=desk.first,
                by=desk.people.agent,
                at=NOW,
                form_key=uuid4(),
            )
        with django_assert_max_num_queries(25) as queries:
            page = client.get("/community/forslag/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 25
    second = client.get(f"/community/forslag/?vis=venter&etter={page.context['next']}")
    assert len(second.context["rows"]) == 5
    assert client.get("/community/forslag/?vis=tull&etter=tull_tull").status_code == 200
    assert "Nothing has been decided" in text_of(client.get("/community/forslag/?vis=avgjort"))
