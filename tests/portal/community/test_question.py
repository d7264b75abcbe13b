"""The page of a question: what stands there, for whom, and what is done from it."""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.addresses import confirm_address
from cms.community import moderation, sanctions, services
from cms.community.linking import link_article
from cms.community.models import Answer, CommunityEvent
from portal.community.presenters import address_of
from search.indexing import rebuild
from tests.cms.community.posts import ROLES, answered, asked, in_state, known
from tests.factories import make_article
from tests.portal.community.pages import BACKEND, browser, html_of, key_of, main_of
from triage.suggestions.learning import votes_for
from triage.suggestions.models import KeptLesson

pytestmark = pytest.mark.django_db

NUMBER = "17054026641"  # synthetic: nobody's


def fresh(post):
    return type(post).objects.get(pk=post.pk)


def send(client, question, **fields):
    """Send the answer box of the page, as the browser would."""
    address = address_of(question)
    fields = {"form_key": key_of(client.get(address)), "body": "Slik gjør du.", **fields}
    return client.post(address, fields)


# --- what stands there ------------------------------------------------------------


def test_accepted_and_official_answers_stand_under_the_question_then_others_by_votes(people):
    question = asked(people.asker)
    plain = answered(question, people.answerer, body="Et vanlig svar.")
    voted = answered(question, people.member, body="Et nyttig svar.")
    answered(question, people.staff, team=people.team, body="Et offisielt svar.")
    accepted = answered(question, people.answerer, body="Løsningen her.")
    now = timezone.now()
    services.vote(answer=voted, by=people.asker, now=now)
    services.accept_answer(answer=accepted, by=people.asker, now=now)
    link_article(
        question=question, article=make_article(title="Om scopes"), by=people.staff, now=now
    )
    text = main_of(browser().get(address_of(question)))
    order = [
        question.title,
        "Løsningen her.",
        "Et offisielt svar.",
        "Om scopes",
        "Et nyttig svar.",
        "Et vanlig svar.",
        "Write an answer",
    ]
    assert sorted(order, key=text.index) == order
    assert "This solved it" in text and "Official answer from Team Innlogging, " in text
    assert "Last confirmed" in text and plain.question_id == question.pk


def test_names_are_shown_and_addresses_never(people):
    people.asker.name = ""
    people.asker.save()
    question, _answer = in_state("official", people)
    html = html_of(browser(people.moderator).get(address_of(question)))
    assert people.asker.email.split("@")[0] in html
    for person in (people.asker, people.staff, people.answerer):
        assert person.email not in html


def test_each_text_is_marked_with_its_language(people):
    question = asked(people.asker, language="nn", body="Eg får ikkje token.")
    answered(question, people.answerer, body="Have you tried to ask for both scopes in one call?")
    html = html_of(browser(language="nb").get(address_of(question)))
    assert 'lang="nn"><p>Eg får ikkje token.' in html
    assert 'lang="en"><p>Have you tried' in html
    assert '<html lang="nb"' in html


def test_scripts_in_a_text_are_text(people):
    question = asked(
        people.asker,
        title="</title><script>alert(1)</script> hva nå?",
        body="<script>alert(2)</script> <img src=x onerror=alert(3)>",
    )
    answer = answered(question, people.answerer, body="</script><script>alert(4)</script>")
    services.accept_answer(answer=answer, by=people.asker, now=timezone.now())
    response = browser(people.moderator).get(address_of(question))
    html = html_of(response)
    for number in range(1, 5):
        assert f"<script>alert({number})" not in html
    assert "<img src=x" not in html
    assert "unsafe-inline" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("slug", ["feil-slug", "-", "x" * 60])
def test_another_slug_leads_to_the_address(people, slug):
    question = asked(people.asker)
    response = browser().get(f"/community/{question.pk}/{slug}/?fra=sok")
    assert response.status_code == 301
    assert response["Location"] == f"{address_of(question)}?fra=sok"
    assert "no-store" in response["Cache-Control"]  # the title can be changed back
    assert browser().get(f"/community/{question.pk}/{slug}/")["Location"] == address_of(question)


@pytest.mark.parametrize("pk", [0, 999, 2**63, 10**40])
def test_a_question_that_is_not_there_is_a_missing_page(people, pk):
    assert browser().get(f"/community/{pk}/hva-som-helst/").status_code == 404
    for path in (
        f"/community/sporsmal/{pk}/lurer-ogsa/",
        f"/community/svar/{pk}/nyttig/",
        f"/community/svar/{pk}/losning/",
        f"/community/svar/{pk}/stemmer-fortsatt/",
        f"/community/svar/{pk}/skjul/",
        f"/community/sporsmal/{pk}/vis/",
    ):
        assert browser(people.moderator).post(path).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_a_hidden_question_is_there_for_author_and_moderator_only(people, role):
    question, _answer = in_state("hidden_question", people)
    response = browser(getattr(people, role)).get(address_of(question))
    if role in ("asker", "moderator"):
        text = main_of(response)
        assert "Hidden by a moderator" in text and "Reklame" in text
        assert ("Do you disagree?" in text) == (role == "asker")
        assert 'name="robots" content="noindex"' in html_of(response)
        assert "Write an answer" not in text
    else:
        assert response.status_code == 404
        assert question.title not in html_of(response)


@pytest.mark.parametrize("role", ROLES)
def test_a_hidden_answer_is_there_for_author_and_moderator_only(people, role):
    question, answer = in_state("hidden_answer", people)
    text = main_of(browser(getattr(people, role)).get(address_of(question)))
    assert ("Uvennlig" in text) == (role in ("answerer", "moderator"))
    assert (answer.body in text) == (role in ("answerer", "moderator"))
    assert "No answers yet" in text


# Which buttons stand on the page of a question with an official answer, for each role.
BUTTONS = {
    "I wonder about the same": set(ROLES) - {"asker"},
    "Useful": set(ROLES) - {"staff"},
    "This solved it": {"asker", "moderator"},
    "The answer still holds": {"staff"},
    "Hide the question": {"moderator"},
    "Hide the answer": {"moderator"},
    "You answer as": {"staff", "other_staff"},
    "Publish the answer": set(ROLES),
}


@pytest.mark.parametrize("role", ROLES)
def test_each_sees_the_buttons_for_what_they_may_do(people, role):
    question, _answer = in_state("official", people)
    text = main_of(browser(getattr(people, role)).get(address_of(question)))
    assert {label for label in BUTTONS if label in text} == {
        label for label, roles in BUTTONS.items() if role in roles
    }


def test_a_linked_article_that_is_no_longer_published_is_left_out(people):
    question, article = asked(people.asker), make_article(title="Bort med denne")
    link_article(question=question, article=article, by=people.staff, now=timezone.now())
    article.unpublish()
    assert "Bort med denne" not in main_of(browser().get(address_of(question)))


def test_posts_of_people_who_have_left_stay_without_a_name(people):
    question, _answer = in_state("solved", people)
    people.asker.delete()
    text = main_of(browser(language="nb").get(address_of(question)))
    assert "Tidligere bruker spurte" in text


def test_the_page_costs_as_many_statements_with_1_answer_as_with_30(people):
    question = asked(people.asker)
    known(people.answerer)
    client = browser(people.moderator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address_of(question)).status_code == 200
        return len(captured)

    answered(question, people.staff, team=people.team)
    cost()
    with_one = cost()
    for number in range(29):
        person = people.staff if number % 3 else people.answerer
        answered(question, person, team=people.team if number % 3 else None)
    assert cost() == with_one <= 15


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ["Jeg lurer på det samme", "Nyttig", "Offisielt svar fra", "Skriv et svar"]),
        ("nn", ["Eg lurer på det same", "Nyttig", "Offisielt svar frå", "Skriv eit svar"]),
    ],
)
def test_the_page_is_written_in_both_standards(people, language, words):
    question, _answer = in_state("official", people)
    text = main_of(browser(people.member, language).get(address_of(question)))
    assert all(each in text for each in words)


# --- structured data ------------------------------------------------------------


def structured(response) -> tuple[dict | None, str]:
    found = re.search(
        r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>',
        html_of(response),
        re.S,
    )
    return (json.loads(found[2]), found[1]) if found else (None, "")


def test_a_solved_question_is_told_to_search_engines(people, settings):
    settings.PUBLIC_URL = "https://veiviser.example"
    settings.SITE_OWNER = "Fellesetaten"
    question = asked(people.asker, title="Hva betyr </script> & < her?")
    official = answered(question, people.staff, team=people.team, body="Det er **kode**.")
    answered(question, people.answerer, body="Vet ikke.")
    hidden = answered(question, people.member, body="Skal ikke med.")
    now = timezone.now()
    services.accept_answer(answer=official, by=people.asker, now=now)
    moderation.hide(post=hidden, by=people.moderator, reason="Tull", now=now)
    response = browser(people.moderator).get(address_of(question))
    data, nonce = structured(response)
    assert f"'nonce-{nonce}'" in response["Content-Security-Policy"]
    main = data["mainEntity"]
    assert (data["@type"], main["name"], main["answerCount"]) == ("QAPage", question.title, 2)
    assert main["acceptedAnswer"]["text"] == "Det er kode."
    assert main["acceptedAnswer"]["author"] == {
        "@type": "Organization",
        "name": "Fellesetaten, Team Innlogging",
    }
    assert main["acceptedAnswer"]["url"] == (
        f"https://veiviser.example{address_of(question)}#svar-{official.pk}"
    )
    assert [each["text"] for each in main["suggestedAnswer"]] == ["Vet ikke."]


def test_an_answered_question_has_no_accepted_answer_to_tell_of(people):
    question, answer = in_state("answered", people)
    main = structured(browser().get(address_of(question)))[0]["mainEntity"]
    assert "acceptedAnswer" not in main
    assert main["suggestedAnswer"][0]["url"].endswith(f"#svar-{answer.pk}")


@pytest.mark.parametrize("state", ["open", "hidden_question", "hidden_answer"])
def test_other_questions_are_not(people, state):
    question, _answer = in_state(state, people)
    assert structured(browser(people.moderator).get(address_of(question))) == (None, "")


# --- answering ------------------------------------------------------------


def test_an_answer_is_published_and_shown(people):
    question = asked(people.asker)
    response = send(browser(people.member), question, body="Be om **begge**.\r\nI samme kall.")
    answer = Answer.objects.get()
    assert response["Location"] == f"{address_of(question)}#svar-{answer.pk}"
    assert answer.body == "Be om **begge**.\nI samme kall." and not answer.is_official
    assert answer.author == people.member


def test_the_same_box_sent_twice_makes_one_answer(people):
    question, client = asked(people.asker), browser(people.member)
    key = key_of(client.get(address_of(question)))
    first = send(client, question, form_key=key)
    second = send(client, question, form_key=key)
    assert first["Location"] == second["Location"]
    assert (Answer.objects.count(), fresh(question).answer_count) == (1, 1)


def test_staff_choose_whom_they_answer_as(people):
    question, client = asked(people.asker), browser(people.staff)
    send(client, question, speaks_as="me")
    send(client, question, speaks_as=str(people.team.pk))
    own, official = Answer.objects.order_by("pk")
    assert own.official_team is None
    assert official.official_team == people.team and official.confirmed_at


@pytest.mark.parametrize("speaks_as", ["", "999", "team", "{other}"])
def test_nobody_answers_for_another_team(people, speaks_as):
    question = asked(people.asker)
    other = people.other_staff.teams.get().pk
    response = send(browser(people.staff), question, speaks_as=speaks_as.format(other=other))
    assert response.status_code == 422
    assert "Slik gjør du." in html_of(response)
    assert not Answer.objects.exists()


def test_a_member_cannot_make_an_answer_official(people):
    question = asked(people.asker)
    send(browser(people.member), question, speaks_as=str(people.team.pk))
    assert not Answer.objects.get().is_official


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"body": ""}, "Write something first."),
        ({"body": " \n\t "}, "Write something first."),
        ({"body": "\u202e\u202e"}, "Write something first."),
        ({"body": "x" * 15_001}, "15001 characters"),
        ({"body": "Tekst", "form_key": "ikke-en-nøkkel"}, "The page was too old"),
        ({"body": "Tekst", "form_key": ""}, "The page was too old"),
        ({"body": "Tekst", "form_key": "\x00"}, "The page was too old"),
    ],
    ids=["empty", "spaces", "unseen", "long", "wrong-key", "no-key", "odd-key"],
)
def test_what_cannot_be_published_is_said_and_the_text_stays(people, fields, says):
    question = asked(people.asker)
    response = send(browser(people.member), question, **fields)
    assert response.status_code == 422
    assert says in main_of(response)
    assert fields["body"].strip() in html_of(response)
    assert not Answer.objects.exists()


def test_line_ends_count_once_so_that_a_full_box_is_let_in(people):
    question = asked(people.asker)
    send(browser(people.member), question, body="a\r\n" * 7_500)
    assert len(Answer.objects.get().body) == 14_999


@pytest.mark.parametrize(
    ("language", "said"), [("nb", "Du kan ikke skrive her"), ("nn", "Du kan ikkje skrive her")]
)
def test_who_is_silenced_is_told_so_before_they_write(people, language, said):
    question, now = asked(people.asker), timezone.now()
    pages = [address_of(question), "/community/spor/"]
    client = browser(people.member, language=language)
    for page in pages:
        assert said not in main_of(client.get(page))
    sanctions.silence(
        person=people.member,
        until=now + timedelta(days=3),
        by=people.moderator,
        reason="Reklame for noe",
        now=now,
    )
    for page in pages:
        told = main_of(client.get(page))
        assert said in told and "Reklame for noe" in told
        assert said not in main_of(browser(language=language).get(page))


def test_without_script_a_button_shows_how_it_will_look(people):
    question = asked(people.asker)
    response = send(browser(people.member), question, body=f"**Slik** {NUMBER}", preview="1")
    assert response.status_code == 200
    html = html_of(response)
    assert "<strong>Slik</strong> [national identity number removed]" in html.replace(
        "synthetic identity", "national identity"
    )
    assert "It is never published" in main_of(response)
    assert not Answer.objects.exists()
    empty = send(browser(people.member), question, body="", preview="1")
    assert "Write something first." in main_of(empty)


def test_identity_numbers_are_taken_out_and_that_is_said(people):
    question, client = asked(people.asker), browser(people.member)
    response = send(client, question, body=f"Prøv med {NUMBER}")
    assert NUMBER not in Answer.objects.get().body
    page = client.get(response["Location"].partition("#")[0])
    assert "We took this out of the text before it was stored" in main_of(page)
    assert "never published" not in main_of(page) and NUMBER not in html_of(page)


def test_an_answer_written_while_the_question_is_hidden_is_not_lost(people):
    question, client = asked(people.asker), browser(people.member)
    key = key_of(client.get(address_of(question)))
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=timezone.now())
    response = client.post(
        address_of(question), {"form_key": key, "body": "Lang og <b>klok</b> tekst"}
    )
    assert response.status_code == 404
    assert "Lang og &lt;b&gt;klok&lt;/b&gt; tekst" in html_of(response)
    assert not Answer.objects.exists()


def test_a_question_hidden_while_one_signs_in_again_gives_the_text_back(people):
    question, client = asked(people.asker), browser(people.member)
    key = key_of(client.get(address_of(question)))
    client.logout()
    client.post(address_of(question), {"form_key": key, "body": "Skrevet forgjeves"})
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=timezone.now())
    client.force_login(people.member, BACKEND)
    response = client.get(address_of(question))
    assert response.status_code == 404
    assert "Skrevet forgjeves" in main_of(response)
    assert "Skrevet forgjeves" in main_of(client.get("/community/utkast/"))


def test_the_asker_who_answers_a_question_hidden_meanwhile_keeps_the_text(people):
    question, client = asked(people.asker), browser(people.asker)
    key = key_of(client.get(address_of(question)))
    moderation.hide(post=question, by=people.moderator, reason="Reklame", now=timezone.now())
    response = client.post(address_of(question), {"form_key": key, "body": "Min egen tekst"})
    assert response.status_code == 409
    text = main_of(response)
    assert "This is hidden by a moderator." in text and "Min egen tekst" in html_of(response)


def test_an_expired_session_keeps_the_answer_until_one_is_back(people):
    question, client = asked(people.asker), browser(people.member)
    key = key_of(client.get(address_of(question)))
    client.logout()
    response = client.post(address_of(question), {"form_key": key, "body": "Tok lang tid å skrive"})
    box = f"{address_of(question)}#svar"
    assert response["Location"] == f"{reverse('account_login')}?next={quote(box)}"
    assert not Answer.objects.exists()
    sign_in = {"login": people.member.email, "password": "passord-for-alle"}
    assert "tatt vare på" in main_of(client.get(response["Location"]))
    confirm_address(people.member)
    back = client.post(response["Location"], sign_in | {"next": box})
    assert back["Location"] == box
    page = client.get(back["Location"])
    assert "Tok lang tid å skrive" in html_of(page)
    assert key_of(page) == key
    send(client, question, form_key=key, body="Tok lang tid å skrive")
    assert Answer.objects.get().author == people.member
    assert "Tok lang tid" not in html_of(client.get(address_of(question))).partition("<textarea")[2]


def test_too_many_answers_in_an_hour_are_stopped_and_the_text_stays(people, monkeypatch):
    question, client = asked(people.asker), browser(people.member)
    monkeypatch.setattr("portal.community.question_views.ANSWERS", "2/h")
    for _number in range(2):
        assert send(client, question).status_code == 302
    response = send(client, question, body="Den tredje")
    assert response.status_code == 429
    assert "Den tredje" in html_of(response) and "Wait a little" in main_of(response)
    assert Answer.objects.count() == 2


def test_a_form_from_elsewhere_changes_nothing(people):
    question, answer = in_state("answered", people)
    client = browser(people.asker)
    client.handler.enforce_csrf_checks = True
    for path, fields in (
        (address_of(question), {"body": "x"}),
        (f"/community/sporsmal/{question.pk}/lurer-ogsa/", {}),
        (f"/community/svar/{answer.pk}/losning/", {}),
        (f"/community/svar/{answer.pk}/trekk/", {}),
    ):
        assert client.post(path, fields).status_code == 403
    assert CommunityEvent.objects.count() == 2


# --- buttons ------------------------------------------------------------


def press(client, kind: str, pk: int, action: str, on: str = "1"):
    return client.post(f"/community/{kind}/{pk}/{action}/", {"on": on})


def test_wondering_too_and_finding_useful_are_pressed_and_taken_back(people):
    question, answer = in_state("answered", people)
    client = browser(people.member)
    back = press(client, "sporsmal", question.pk, "lurer-ogsa")
    assert back["Location"] == f"{address_of(question)}#sporsmalet"
    back = press(client, "svar", answer.pk, "nyttig")
    assert back["Location"] == f"{address_of(question)}#svar-{answer.pk}"
    assert html_of(client.get(address_of(question))).count('aria-pressed="true"') >= 2
    assert (fresh(question).me_too_count, fresh(answer).vote_count) == (1, 1)
    press(client, "sporsmal", question.pk, "lurer-ogsa", on="0")
    press(client, "svar", answer.pk, "nyttig", on="0")
    assert (fresh(question).me_too_count, fresh(answer).vote_count) == (0, 0)


def test_the_asker_accepts_and_withdraws(people):
    question, answer = in_state("answered", people)
    client = browser(people.asker)
    press(client, "svar", answer.pk, "losning")
    assert fresh(question).state == "solved"
    assert "marked as solved" in main_of(client.get(address_of(question)))
    press(client, "svar", answer.pk, "losning", on="0")
    assert fresh(question).state == "answered"


def test_the_team_confirms_its_answer(people):
    question, answer = in_state("official", people)
    press(browser(people.staff), "svar", answer.pk, "stemmer-fortsatt")
    assert fresh(answer).confirmed_at > answer.confirmed_at
    before = fresh(answer).confirmed_at
    press(browser(people.other_staff), "svar", answer.pk, "stemmer-fortsatt")
    assert fresh(answer).confirmed_at == before


def test_a_press_one_has_no_right_to_says_why_and_changes_nothing(people):
    question, answer = in_state("answered", people)
    client = browser(people.member, "nb")
    press(client, "svar", answer.pk, "losning")
    assert "Bare den som spurte, kan si hva som løste det." in main_of(
        client.get(address_of(question))
    )
    press(browser(people.asker), "sporsmal", question.pk, "lurer-ogsa")
    assert (fresh(question).state, fresh(question).me_too_count) == ("answered", 0)


def test_visitors_sign_in_and_come_back_to_the_button(people):
    question, answer = in_state("answered", people)
    response = press(browser(), "svar", answer.pk, "nyttig")
    assert response["Location"] == (
        f"{reverse('account_login')}?next={quote(f'{address_of(question)}#svar-{answer.pk}')}"
    )
    assert fresh(answer).vote_count == 0


def test_what_is_hidden_cannot_be_pressed_by_others(people):
    question, answer = in_state("hidden_question", people)
    client = browser(people.member)
    assert press(client, "sporsmal", question.pk, "lurer-ogsa").status_code == 404
    assert press(client, "svar", answer.pk, "nyttig").status_code == 404


def test_presses_without_end_are_stopped(people, monkeypatch):
    monkeypatch.setattr("portal.community.reactions.PRESSES", "1/m")
    question, answer = in_state("answered", people)
    client = browser(people.member)
    press(client, "sporsmal", question.pk, "lurer-ogsa")
    press(client, "svar", answer.pk, "nyttig")
    assert (fresh(question).me_too_count, fresh(answer).vote_count) == (1, 0)
    assert "Wait a minute" in main_of(client.get(address_of(question)))


def test_buttons_are_not_links(people):
    question, answer = in_state("answered", people)
    client = browser(people.moderator)
    for path in (
        f"/community/sporsmal/{question.pk}/lurer-ogsa/",
        f"/community/svar/{answer.pk}/nyttig/",
        f"/community/svar/{answer.pk}/losning/",
    ):
        assert client.get(path).status_code == 405


# --- what may answer it, for who answers ------------------------------------------


@pytest.fixture
def asked_about_keys(people):
    """A question, an article that may answer it, and another solved question."""
    title = "Hvordan bytter vi nøkkelen i Maskinporten-integrasjonen?"
    body = "Nøkkelen i integrasjonen er snart utløpt, og vi vil bytte nøkkel uten nedetid."
    question = asked(people.asker, title=title, body=body)
    article = make_article(
        title="Bytt nøkkel i [Maskinporten]", answer="Nøkkelen i integrasjonen byttes uten nedetid."
    )
    rebuild()
    return question, article


def _link(article, settings) -> str:
    title = article.title.replace("[", r"\[").replace("]", r"\]")
    return f"[{title}]({settings.PUBLIC_URL}{article.get_url()})"


def _written(response) -> str:
    return unescape(re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", html_of(response), re.S)[1])


@pytest.mark.parametrize("role", ["answerer", "staff"])
def test_who_answers_looks_for_what_may_answer_and_puts_the_link_in(
    people, asked_about_keys, settings, role
):
    question, article = asked_about_keys
    client = browser(getattr(people, role))
    page = send(client, question, suggest="1", body="Slik gjør du:")
    assert "May answer the question" in main_of(page)
    assert article.title in main_of(page) and f'value="question:{question.pk}"' not in html_of(page)
    assert _written(page) == "Slik gjør du:"
    again = send(client, question, insert=f"article:{article.pk}", body="Slik gjør du:")
    assert _written(again) == f"Slik gjør du:\n\n{_link(article, settings)}"
    assert not Answer.objects.exists()


@pytest.mark.parametrize("chosen", ["article:999999", "", "x\x00y"])
def test_what_was_not_found_is_not_put_in(people, asked_about_keys, chosen):
    question, _article = asked_about_keys
    page = send(browser(people.answerer), question, insert=chosen, body="Slik gjør du:")
    assert page.status_code == 200
    assert _written(page) == "Slik gjør du:"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "We found nothing that answers it."),
        ("nb", "Vi fant ikke noe som svarer på det."),
        ("nn", "Vi fann ikkje noko som svarar på det."),
    ],
)
def test_where_nothing_is_good_enough_that_is_said(people, language, words):
    question = asked(people.asker, title="Hva koster bringebær på torget?", body="Det lurer vi på.")
    rebuild()
    page = send(browser(people.answerer, language), question, suggest="1", body="Vet ikke.")
    assert words in main_of(page)
    assert _written(page) == "Vet ikke."


def test_an_article_an_answer_links_to_teaches_what_is_suggested(
    people, asked_about_keys, settings
):
    question, article = asked_about_keys
    article.save_revision().publish()
    known(people.answerer)
    send(browser(people.answerer), question, publish="1", body=f"Se {_link(article, settings)}")
    assert Answer.objects.get().body.startswith("Se [")
    kept = KeptLesson.objects.get()
    assert (kept.document, kept.helped, kept.ticket) == (f"article:{article.pk}", True, None)
    votes = votes_for(question.title, "nb", [kept.document])
    assert votes[kept.document].helped > 0
