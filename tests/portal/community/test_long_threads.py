"""Threads of many answers: one page at a time, and links that find the page of an answer."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.community.anchors import ANSWERS_SHOWN, anchor_of
from cms.community.models import Answer, Question
from tests.cms.community.posts import asked
from tests.portal.community.pages import browser, html_of

pytestmark = pytest.mark.django_db
COUNT = ANSWERS_SHOWN * 2 + 7


@pytest.fixture
def thread(people) -> Question:
    """A question with many answers; the newest is accepted and has the fewest votes."""
    question = asked(people.asker)
    answers = Answer.objects.bulk_create(
        Answer(
            question=question,
            author=people.answerer,
            body=f"Svar {number}",
            html=f"<p>Svar {number}</p>",
            language="nb",
            answered_at=question.asked_at + timedelta(minutes=number),
            vote_count=COUNT - number,
        )
        for number in range(COUNT)
    )
    question.answer_count, question.state = COUNT, "solved"
    question.accepted_answer, question.solved_at = answers[-1], answers[-1].answered_at
    question.save()
    return question


def path_of(question: Question) -> str:
    return reverse("community_question", args=[question.pk, question.slug])


def shown(response) -> list[int]:
    """The ids of the answers on a page, from above."""
    return [int(pk) for pk in re.findall(r'id="svar-(\d+)"', html_of(response))]


def test_every_answer_is_on_one_page_in_one_order_with_the_accepted_first(thread, people):
    client = browser(people.member)
    pages = [shown(client.get(path_of(thread), {"page": number})) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [ANSWERS_SHOWN, ANSWERS_SHOWN, 7]
    order = list(thread.answers.order_by("answered_at").values_list("pk", flat=True))
    assert sum(pages, []) == [order[-1], *order[:-1]]


def test_a_page_leads_to_the_next_and_back_to_the_first(thread):
    first = html_of(browser().get(path_of(thread)))
    assert 'href="?page=2"' in first
    assert "To the first answers" not in first
    last = html_of(browser().get(path_of(thread), {"page": 3}))
    assert "?page=4" not in last
    assert "To the first answers" in last


def test_the_link_to_an_answer_opens_the_page_it_stands_on(thread):
    for answer in thread.answers.order_by("answered_at")[:: ANSWERS_SHOWN // 2]:
        anchor = anchor_of(thread, answer.pk)
        assert anchor == f"?answer={answer.pk}#svar-{answer.pk}"
        assert answer.pk in shown(browser().get(path_of(thread) + anchor.partition("#")[0]))


def test_links_in_short_threads_stay_as_they_are(people):
    assert anchor_of(asked(people.asker), 7) == "#svar-7"


@pytest.mark.parametrize("query", ["page=0", "page=99", "page=x", "page=" + "9" * 18, "answer=x"])
def test_a_page_that_is_none_is_the_first(thread, query):
    assert shown(browser().get(f"{path_of(thread)}?{query}")) == shown(
        browser().get(path_of(thread))
    )


def test_an_answer_one_may_not_see_is_looked_for_in_vain(thread, people):
    hidden = thread.answers.order_by("-answered_at")[10]
    Answer.objects.filter(pk=hidden.pk).update(hidden_at=thread.asked_at, hidden_reason="x")
    query = {"answer": hidden.pk}
    assert shown(browser().get(path_of(thread), query)) == shown(browser().get(path_of(thread)))
    assert hidden.pk in shown(browser(people.moderator).get(path_of(thread), query))


def test_search_engines_are_told_of_each_page_and_of_the_answers_once(thread):
    first = html_of(browser().get(path_of(thread)))
    second = html_of(browser().get(path_of(thread), {"page": 2}))
    assert f'{path_of(thread)}">' in first.partition('rel="canonical"')[2][:200]
    assert f'{path_of(thread)}?page=2">' in second.partition('rel="canonical"')[2][:200]
    assert "QAPage" in first
    assert "QAPage" not in second


def test_a_full_page_takes_no_more_statements_than_one_answer(thread, people):
    client = browser(people.member)

    def statements() -> int:
        client.get(path_of(thread))
        with CaptureQueriesContext(connection) as captured:
            client.get(path_of(thread))
        return len(captured)

    many = statements()
    thread.answers.exclude(pk=thread.accepted_answer_id).delete()
    assert statements() == many
