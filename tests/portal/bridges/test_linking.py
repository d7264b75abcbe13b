"""Which article answers a question, and which questions an article has answered."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cms.community.linking import link_article
from cms.community.models import Question
from portal.bridges import linking_views
from search.contract import EngineUnavailable
from tests.factories import make_article, make_user
from tests.portal.bridges.asking import ask
from tests.portal.desk.pages import signed_in, text_of
from tests.triage.tickets.desk import NOW


@pytest.fixture
def article(desk):
    return make_article(title="Flere scopes i ett token", products=[desk.product])


def door(question) -> str:
    return f"/community/sporsmal/{question.pk}/artikkel/"


@pytest.fixture
def found(article, monkeypatch):
    """The search finds the article, whatever is asked."""
    from search.types import Hit, Page

    hit = Hit(
        id=f"article:{article.pk}",
        kind="article",
        score=1,
        title=article.title,
        title_html=article.title,
        snippet_html="",
    )
    page = Page(hits=(hit,), total=1) if "total" in Page.__dataclass_fields__ else Page((hit,))
    monkeypatch.setattr(linking_views, "search", lambda *_a, **_k: page)
    return page


def test_an_article_is_found_and_linked_with_a_line_in_the_log(desk, question, article, found):
    client = signed_in(desk.people.agent)
    assert "Flere scopes i ett token" in text_of(client.get(door(question)))
    response = client.post(door(question), {"article": article.pk})
    assert response.status_code == 302
    question.refresh_from_db()
    assert question.article_id == article.pk
    event = question.events.get(kind="article_linked")
    assert (event.actor, event.data) == (desk.people.agent, {"page": article.pk})
    page = text_of(client.get(door(question)))
    assert "Linked now" in page
    client.post(door(question), {"article": article.pk})
    assert question.events.filter(kind="article_linked").count() == 1


def test_a_link_is_taken_away_with_a_line_in_the_log(desk, question, article, editor):
    link_article(question=question, article=article, by=editor, now=NOW)
    client = signed_in(editor)
    response = client.post(
        door(question), {"remove": "1", "from": "article", "article": article.pk}
    )
    assert response.url == f"/community/artikkel/{article.pk}/sporsmal/"
    question.refresh_from_db()
    assert question.article_id is None
    assert question.events.get(kind="article_unlinked").data == {"page": article.pk}


@pytest.mark.parametrize("choice", ["", "0", "987654", "x", "9" * 30])
def test_what_is_no_article_is_not_linked(desk, question, choice):
    client = signed_in(desk.people.agent)
    response = client.post(door(question), {"article": choice}, follow=True)
    assert "Choose an article first" in text_of(response)
    question.refresh_from_db()
    assert question.article_id is None


def test_nobody_else_can_link(desk, question, article, moderator):
    for person in (desk.people.asker, make_user(), moderator):
        client = signed_in(person)
        assert client.get(door(question)).status_code == 403, person
        assert client.post(door(question), {"article": article.pk}).status_code == 403
        with pytest.raises(PermissionDenied):
            link_article(question=question, article=article, by=person, now=NOW)
    assert signed_in(desk.people.agent).get(door(Question(pk=987654))).status_code == 404


def test_a_search_that_is_away_is_said_and_nothing_fails(desk, question, monkeypatch):
    def away(*_a, **_k):
        raise EngineUnavailable

    monkeypatch.setattr(linking_views, "search", away)
    page = signed_in(desk.people.agent).get(door(question))
    assert page.status_code == 200
    assert "does not answer just now" in text_of(page)


def test_words_that_find_nothing_are_said(desk, question):
    page = signed_in(desk.people.agent, "nb").get(f"{door(question)}?q=")
    assert "Fant ingen artikkel" in text_of(page)


def test_the_article_lists_every_question_in_pages(
    desk, article, editor, django_assert_max_num_queries
):
    client = signed_in(editor)
    where = f"/community/artikkel/{article.pk}/sporsmal/"
    assert "No question leads to this article yet" in text_of(client.get(where))
    counts = []
    for number in (1, 24):
        for n in range(number):
            question = ask(desk, title=f"Spørsmål nummer {n} om scopes", at=timezone.now())
            link_article(question=question, article=article, by=editor, now=NOW)
        with django_assert_max_num_queries(30) as queries:
            page = client.get(where)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(page.context["rows"]) == 20
    second = client.get(f"{where}?etter={page.context['next'].replace('+', '%2B')}")
    assert len(second.context["rows"]) == 5
    assert client.get(f"{where}?etter=x_1").status_code == 200
    assert signed_in(desk.people.asker).get(where).status_code == 403
    assert client.get("/community/artikkel/987654/sporsmal/").status_code == 404
