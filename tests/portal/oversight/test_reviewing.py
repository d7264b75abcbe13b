"""The pages of reading answers again."""

from __future__ import annotations

import pytest

from tests.portal.desk.pages import signed_in, text_of
from tests.triage.reporting.scenes import OSLO, oslo
from tests.triage.tickets.desk import opened
from triage.oversight import reviews
from triage.oversight.models import Criterion, ReviewedAnswer, ReviewSample
from triage.sla.months import Month
from triage.tickets import services

pytestmark = pytest.mark.django_db
NOW = oslo("2026-11-24 10:00")
AT = oslo("2026-10-14 12:00")
YES = dict.fromkeys(Criterion.values, "yes")


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr("portal.oversight.reviewing.timezone.now", lambda: NOW)


@pytest.fixture
def answers(desk):
    for number in range(3):
        ticket = opened(desk, at=AT, subject=f"Sak {number}", body="Hvordan?")
        person = desk.people.colleague if number else desk.people.agent
        services.reply(ticket=ticket, by=person, body="<b>Slik</b> gjør du.", now=AT)


def draw(desk, *reviewers) -> ReviewSample:
    return reviews.draw(
        month=Month(2026, 10),
        zone=OSLO,
        by=desk.people.manager,
        size=5,
        reviewers=list(reviewers),
        now=NOW,
    )


def test_a_manager_draws_a_month_once_and_chooses_who_reads(desk, answers):
    client = signed_in(desk.people.manager)
    assert "Draw the sample of a month" in text_of(client.get("/gjennomgang/"))
    fields = {"month": "2026-10", "size": "5", "reviewers": [desk.people.agent.pk]}
    page = client.post("/gjennomgang/trekk/", fields, follow=True)
    assert "0 of 3 read, drawn from 3 answers" in text_of(page)
    page = client.post("/gjennomgang/trekk/", fields, follow=True)
    assert "It is drawn once only." in text_of(page)
    assert list(ReviewSample.objects.get().reviewers.all()) == [desk.people.agent]
    assert "October 2026" in text_of(signed_in(desk.people.agent).get("/gjennomgang/"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"month": "2026-10", "size": "4"}, 422),
        ({"month": "2026-10", "size": "x"}, 422),
        ({"month": "2026-11", "size": "5"}, 422),
        ({"month": "", "size": "5"}, 422),
        ({"month": "2026-10", "size": "5", "reviewers": ["999999"]}, 422),
        ({"month": "2026-08", "size": "5"}, 409),
    ],
)
def test_what_cannot_be_drawn_is_said_at_its_field(desk, answers, fields, status):
    response = signed_in(desk.people.manager).post("/gjennomgang/trekk/", fields)
    assert response.status_code == status and not ReviewSample.objects.exists()
    assert "ds-validation-message" in response.content.decode() or status == 409


@pytest.mark.parametrize(
    ("who", "status"), [("agent", 403), ("asker", 403), ("guard", 403), ("contact", 403)]
)
def test_only_managers_draw(desk, answers, who, status):
    client = signed_in(getattr(desk.people, who))
    response = client.post("/gjennomgang/trekk/", {"month": "2026-10", "size": "5"})
    assert response.status_code == status and not ReviewSample.objects.exists()


def test_a_chosen_reader_reads_all_but_their_own_one_after_the_other(desk, answers):
    sample = draw(desk, desk.people.agent)
    client = signed_in(desk.people.agent)
    read = 0
    while read < 9:
        page = client.get(f"/gjennomgang/{sample.pk}/", follow=True)
        if "You have no more answers to read" in text_of(page):
            break
        words = text_of(page)
        assert "<b>Slik</b> gjør du." in words and "Hvordan?" in words
        assert "Bo Nes" not in words, "who wrote it is not said"
        read += 1
        client.post(page.redirect_chain[-1][0], {**YES, "plain": "no", "note": "Kortere"})
    assert read == 2
    assert ReviewedAnswer.objects.filter(reviewer=desk.people.agent, plain=False).count() == 2


def test_an_answer_without_every_yes_or_no_is_not_taken(desk, answers):
    sample = draw(desk)
    answer = sample.answers.first()
    fields = {name: said for name, said in YES.items() if name != "right"}
    response = signed_in(desk.people.manager).post(f"/gjennomgang/svar/{answer.pk}/", fields)
    assert response.status_code == 422 and "Choose yes or no." in text_of(response)
    answer.refresh_from_db()
    assert answer.reviewed_at is None


def test_ones_own_answers_other_peoples_reviews_and_unknown_ones_are_not_there(desk, answers):
    sample = draw(desk, desk.people.agent)
    own = sample.answers.get(message__author=desk.people.agent)
    other = sample.answers.exclude(pk=own.pk).first()
    found = dict.fromkeys(Criterion.values, True)
    reviews.review(answer=other, by=desk.people.manager, found=found, now=NOW)
    client = signed_in(desk.people.agent)
    for pk in (own.pk, other.pk, 999999):
        assert client.get(f"/gjennomgang/svar/{pk}/").status_code == 404
        assert client.post(f"/gjennomgang/svar/{pk}/", YES).status_code == 404
    for who in ("asker", "guard", "expert"):
        stranger = signed_in(getattr(desk.people, who))
        assert stranger.get(f"/gjennomgang/svar/{own.pk}/").status_code == 404
        assert stranger.get(f"/gjennomgang/{sample.pk}/").status_code == 404


def test_who_was_quicker_wins_and_the_other_is_told(desk, answers, monkeypatch):
    sample = draw(desk, desk.people.agent)
    answer = sample.answers.exclude(message__author=desk.people.agent).first()
    real = reviews.review

    def somebody_first(**values):
        found = dict.fromkeys(Criterion.values, True)
        real(answer=answer, by=desk.people.manager, found=found, now=NOW)
        return real(**values)

    monkeypatch.setattr("portal.oversight.reviewing.reviews.review", somebody_first)
    client = signed_in(desk.people.agent)
    page = client.post(f"/gjennomgang/svar/{answer.pk}/", YES, follow=True)
    assert "Somebody else has read this answer meanwhile." in text_of(page)
    answer.refresh_from_db()
    assert answer.reviewer == desk.people.manager


def test_the_list_of_samples_takes_as_many_statements_with_many(
    desk, answers, django_assert_max_num_queries
):
    for number in range(1, 24):
        ReviewSample.objects.create(
            month=str(Month(2024, 10).plus(number)), seed=1, population=1, drawn_at=NOW
        )
    client = signed_in(desk.people.manager)
    with django_assert_max_num_queries(16):
        assert len(client.get("/gjennomgang/").context["rows"]) == 23


@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Trekk utvalget for en måned"), ("nn", "Trekk utvalet for ein månad")],
)
def test_the_pages_are_in_both_written_standards(desk, answers, language, words):
    client = signed_in(desk.people.manager, language)
    assert words in text_of(client.get("/gjennomgang/"))
    sample = draw(desk)
    page = client.get(f"/gjennomgang/{sample.pk}/", follow=True)
    assert {"nb": "Det som står, er riktig", "nn": "Det som står, er rett"}[language] in text_of(
        page
    )


def test_a_month_that_is_drawn_is_no_choice_any_more(desk, answers):
    draw(desk)
    form = signed_in(desk.people.manager).get("/gjennomgang/").context["form"]
    months = [value for value, _label in form.fields["month"].choices]
    assert months[0] == "2026-09" and len(months) == 11
