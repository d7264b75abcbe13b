"""Official answers that have to be looked at again."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.community import moderation, notices, official, services
from cms.community.linking import link_article
from cms.community.models import Answer, Notice
from portal.bridges import jobs
from tests.factories import make_article
from tests.portal.bridges.asking import ask
from tests.portal.desk.pages import signed_in, text_of

LIST = "/desk/offisielle-svar/"


@pytest.fixture
def now():
    return timezone.now()


def official_answer(desk, *, team=None, at, late=False) -> Answer:
    team = team or desk.first
    person = team.members.first()
    answer = services.give_official_answer(
        question=ask(desk, at=at), by=person, team=team, body="Slik gjør dere.", now=at
    )
    if late:
        Answer.objects.filter(pk=answer.pk).update(confirm_by=timezone.localdate())
    return Answer.objects.get(pk=answer.pk)


def test_an_answer_comes_when_its_day_has_come(desk, now):
    answer = official_answer(desk, at=now - timedelta(days=2))
    client = signed_in(desk.people.agent)
    assert "All your teams’ official answers are confirmed" in text_of(client.get(LIST))
    Answer.objects.filter(pk=answer.pk).update(confirm_by=timezone.localdate())
    words = text_of(client.get(LIST))
    assert "Was to be confirmed by" in words
    assert "Slik gjør dere." in words


def test_an_answer_comes_when_its_article_has_changed_since(desk, now, editor):
    answer = official_answer(desk, at=now - timedelta(days=2))
    article = make_article(title="Om scopes")
    link_article(question=answer.question, article=article, by=editor, now=now)
    article.last_published_at = answer.confirmed_at - timedelta(hours=1)
    article.save()
    client = signed_in(desk.people.agent)
    assert client.get(LIST).context["rows"] == []
    article.last_published_at = now
    article.save()
    words = text_of(client.get(LIST))
    assert "The article has changed since: Om scopes" in words
    assert "Was to be confirmed by" not in words


def test_one_press_confirms(desk, now):
    answer = official_answer(desk, at=now - timedelta(days=2), late=True)
    client = signed_in(desk.people.agent)
    response = client.post(f"{LIST}{answer.pk}/stemmer/", {"lag": "egne"})
    assert response.url == f"{LIST}?lag=egne"
    answer.refresh_from_db()
    assert answer.confirm_by > timezone.localdate()
    assert answer.question.events.filter(kind="confirmed").count() == 1
    assert client.get(LIST).context["rows"] == []


def test_the_mark_is_withdrawn_after_a_question(desk, now):
    answer = official_answer(desk, at=now - timedelta(days=2), late=True)
    client = signed_in(desk.people.agent)
    where = f"{LIST}{answer.pk}/ikke-offisielt/"
    assert "no longer stands behind it" in text_of(client.get(where))
    assert client.post(where).url == LIST
    answer.refresh_from_db()
    answer.question.refresh_from_db()
    assert answer.official_team is None
    assert answer.question.official_team is None
    assert answer.question.state == "answered"
    event = answer.events.get(kind="mark_withdrawn")
    assert (event.actor, event.data) == (desk.people.agent, {"team": "servicedesk"})
    assert client.post(where).status_code == 404
    again = official.withdraw_mark(answer=answer, by=desk.people.agent, now=now)
    assert again.events.filter(kind="mark_withdrawn").count() == 1


def test_own_teams_come_first_and_others_in_a_tab(desk, now):
    mine = official_answer(desk, at=now - timedelta(days=2), late=True)
    theirs = official_answer(desk, team=desk.second, at=now - timedelta(days=2), late=True)
    client = signed_in(desk.people.agent)
    page = client.get(LIST)
    assert [row.pk for row in page.context["rows"]] == [mine.pk]
    assert (page.context["own"], page.context["others"]) == (1, 1)
    others = client.get(f"{LIST}?lag=andre")
    assert [(row.pk, row.may_confirm) for row in others.context["rows"]] == [(theirs.pk, False)]
    assert "It still holds" not in text_of(others)
    assert client.post(f"{LIST}{theirs.pk}/stemmer/").status_code == 403
    assert client.post(f"{LIST}{theirs.pk}/ikke-offisielt/").status_code == 403
    with pytest.raises(PermissionDenied):
        official.withdraw_mark(answer=theirs, by=desk.people.agent, now=now)


def test_a_manager_without_a_team_sees_all_and_confirms_none(desk, now):
    official_answer(desk, at=now - timedelta(days=2), late=True)
    page = signed_in(desk.people.manager).get(LIST)
    assert [row.may_confirm for row in page.context["rows"]] == [False]


def test_what_is_hidden_is_not_listed(desk, now, moderator):
    answer = official_answer(desk, at=now - timedelta(days=2), late=True)
    moderation.hide(post=answer, by=moderator, reason="Feil", now=now)
    client = signed_in(desk.people.agent)
    assert client.get(LIST).context["rows"] == []
    assert client.post(f"{LIST}{answer.pk}/stemmer/").status_code == 404
    assert official.counts_to_confirm(timezone.localdate(), [desk.first.pk]) == (0, 0)


def test_the_queue_says_how_many_wait(desk, now):
    official_answer(desk, at=now - timedelta(days=2), late=True)
    words = text_of(signed_in(desk.people.agent).get("/desk/"))
    assert "Official answers to look at 1" in words


def test_the_list_is_for_the_desk(desk, moderator):
    for person in (desk.people.asker, moderator):
        assert signed_in(person).get(LIST).status_code == 403
    assert signed_in(desk.people.agent).get(f"{LIST}987654/stemmer/").status_code == 405
    assert signed_in(desk.people.agent).post(f"{LIST}987654/stemmer/").status_code == 404


def test_as_many_statements_for_many_as_for_one(desk, now, django_assert_max_num_queries):
    client = signed_in(desk.people.agent)
    counts = []
    for number in (1, 27):
        for _n in range(number):
            official_answer(desk, at=now - timedelta(days=2), late=True)
        with django_assert_max_num_queries(30) as queries:
            page = client.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 25
    second = client.get(f"{LIST}?lag=egne&etter={page.context['next']}")
    assert len(second.context["rows"]) == 3


def test_a_team_is_told_once_that_an_article_has_changed(desk, now, editor):
    answer = official_answer(desk, at=now - timedelta(days=2))
    article = make_article(title="Om scopes")
    link_article(question=answer.question, article=article, by=editor, now=now)
    jobs.follow_articles(now)
    answer.refresh_from_db()
    assert answer.confirm_by > timezone.localdate()
    article.last_published_at = now
    article.save()
    for _n in range(2):
        jobs.follow_articles(now)
        notices.tell_to_confirm(now)
    answer.refresh_from_db()
    assert answer.confirm_by == timezone.localdate()
    told = Notice.objects.filter(kind="confirm", answer=answer)
    assert told.filter(user=desk.people.agent).count() == 1
    words = text_of(signed_in(desk.people.agent).get(LIST))
    assert "The article has changed since: Om scopes" in words
    assert "Was to be confirmed by" not in words
