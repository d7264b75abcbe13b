"""Telling the moderators of a post, on a page that works without script."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.community import moderation
from cms.community.models import Flag, HouseRules, Question
from tests.cms.community.posts import answered, asked, in_state, known
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def address(kind, post):
    """Where a post is reported."""
    return reverse("community_report", args=[kind, post.pk])


@pytest.mark.parametrize(
    ("language", "heading", "thanks"),
    [
        ("nb", "Meld fra om svaret", "Takk. En moderator ser på det."),
        ("nn", "Meld frå om svaret", "Takk. Ein moderator ser på det."),
        ("en", "Report the answer", "Thank you. A moderator looks at it."),
    ],
)
def test_an_answer_is_reported_in_the_readers_language(people, browser, language, heading, thanks):
    question, answer = in_state("answered", people)
    client = browser(people.member, language)
    assert heading in client.get(address("svar", answer)).content.decode()
    response = client.post(
        address("svar", answer), {"reason": "rude", "comment": "<b>Sint</b>"}, follow=True
    )
    text = response.content.decode()
    assert thanks in text
    assert Flag.objects.get().comment == "<b>Sint</b>"
    assert address("svar", answer) not in text  # said once: the way to say it again is gone
    assert address("sporsmal", question) in text


def test_a_visitor_signs_in_first_and_finds_what_they_wrote(people, browser):
    question = asked(people.asker)
    client = browser()
    client.post(address("sporsmal", question), {"reason": "wrong", "comment": "Utdatert siden mai"})
    client.force_login(people.member, "allauth.account.auth_backends.AuthenticationBackend")
    text = client.get(address("sporsmal", question)).content.decode()
    assert "Utdatert siden mai" in text
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nb", "Det du har skrevet, kunne ikke tas vare på"),
        ("nn", "Det du har skrive, kunne ikkje takast vare på"),
    ],
)
def test_a_visitor_is_told_when_what_they_wrote_is_too_much_to_keep(
    people, browser, language, said
):
    question = asked(people.asker)
    sent = {"reason": "wrong", "comment": "x" * 50_001}
    response = browser(None, language).post(address("sporsmal", question), sent, follow=True)
    assert said in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"reason": "nonsense"}, 422),
        ({"reason": "rude", "comment": "x" * 1001}, 422),
        ({"reason": "other"}, 409),
    ],
)
def test_a_report_without_a_reason_is_asked_for_again(people, browser, sent, status):
    question = asked(people.asker)
    response = browser(people.member).post(address("sporsmal", question), sent)
    assert response.status_code == status
    assert "ds-error-summary" in response.content.decode()
    assert not Flag.objects.exists()


def test_nobody_reports_what_they_wrote_or_may_not_see(people, browser):
    question = asked(people.asker)
    response = browser(people.asker).get(address("sporsmal", question), follow=True)
    assert "ditt eget innlegg" in response.content.decode()
    moderation.hide(post=question, by=people.moderator, reason="x", now=timezone.now())
    assert browser(people.member).get(address("sporsmal", question)).status_code == 404
    assert browser(people.member).get("/community/meld/annet/1/").status_code == 404
    assert browser(people.member).get(address("svar", question)).status_code == 404


def test_sending_twice_is_one_report_and_a_second_one_is_refused_once_it_is_looked_at(
    people, browser
):
    question = asked(people.asker)
    client = browser(people.member)
    for _time in range(2):
        assert client.post(address("sporsmal", question), {"reason": "rude"}).status_code == 302
    assert Flag.objects.count() == 1
    moderation.dismiss_flags(post=question, by=people.moderator, now=timezone.now())
    response = client.post(address("sporsmal", question), {"reason": "rude"})
    assert response.status_code == 409
    assert "Én gang er nok" in response.content.decode()


def test_the_report_that_takes_a_question_out_of_sight_leads_to_the_list(people, browser):
    question = asked(people.asker)
    for number in range(3):
        reporter = known(make_user(name=f"Melder {number}"))
        response = browser(reporter).post(address("sporsmal", question), {"reason": "rude"})
    assert response["Location"] == reverse("community")
    assert Question.objects.get().held_for == "flags"


def test_many_reports_in_a_short_time_are_too_many(people, browser, settings, monkeypatch):
    question, answer = in_state("answered", people)
    monkeypatch.setattr("portal.moderation.flag_views.REPORTS", "1/h")
    client = browser(people.member)
    assert client.post(address("sporsmal", question), {"reason": "rude"}).status_code == 302
    response = client.post(address("svar", answer), {"reason": "rude"})
    assert response.status_code == 429
    assert Flag.objects.count() == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Vær grei mot andre"), ("nn", "Ver grei mot andre"), ("en", "Be kind")],
)
def test_everybody_reads_the_house_rules_in_their_language(people, browser, language, words):
    text = browser(language=language).get(reverse("house_rules")).content.decode()
    assert f"<h2>{words}</h2>" in text
    assert "<h3>" not in text


def test_administrators_write_the_house_rules_and_nothing_harmful_gets_through(people, browser):

    rules = HouseRules.load()
    rules.text_nb = "## Ny regel\n\n<script>alert(1)</script>"
    rules.save()
    text = browser().get(reverse("house_rules")).content.decode()
    assert "<h2>Ny regel</h2>" in text
    assert "<script>alert" not in text
    assert "Ver grei" in browser(language="nn").get(reverse("house_rules")).content.decode()


def test_publishing_says_yes_to_the_house_rules_the_first_time(people, browser):
    question = asked(people.asker)
    client = browser(people.member)
    page = client.get(reverse("community_question", args=[question.pk, question.slug]))
    assert reverse("house_rules") in page.content.decode()
    assert answered(question, people.answerer).pk
    key = page.context["form"].initial["form_key"]
    address_of_page = reverse("community_question", args=[question.pk, question.slug])
    client.post(address_of_page, {"body": "Et svar", "form_key": key, "publish": "1"})
    first = people.member.member.rules_accepted_at
    assert first is not None
