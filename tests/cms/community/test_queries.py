"""The lists: what is in them, in which order, page by page, with as many statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cms.community import following, moderation, queries, services
from cms.community.linking import link_article
from cms.community.models import Question
from cms.community.queries import Tab, list_questions
from taxonomy.models import AccessPackage, AccessPackageArea
from tests.cms.community.posts import (
    HOUR,
    STATES,
    answered,
    asked,
    in_state,
    known,
    make_people,
)
from tests.factories import make_article, make_product, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


def test_each_tab_holds_its_own(people):
    made = {state: in_state(state, people)[0].pk for state in STATES}

    def found(tab, user=people.visitor):
        return {question.pk for question in list_questions(user, tab=tab).questions}

    assert found(Tab.NEW) == set(made.values()) - {made["hidden_question"]}
    assert found(Tab.UNANSWERED) == {made["open"], made["hidden_answer"]}
    assert found(Tab.SOLVED) == {made["solved"]}
    assert made["hidden_question"] in found(Tab.NEW, people.moderator)


def test_filters_narrow_by_product_and_language(people):
    product = make_product()
    wanted = asked(people.asker, product=product, language="nn")
    asked(people.asker, product=product, language="nb")
    asked(people.asker, language="nn")
    found = list_questions(people.visitor, product=product, language="nn").questions
    assert list(found) == [wanted]


def test_pages_follow_one_another_without_gaps_also_within_one_second(people):
    at, product = timezone.now() - HOUR, make_product()
    known(people.asker)
    made = [
        asked(people.asker, product=product, at=at - timedelta(minutes=n // 4)) for n in range(10)
    ]
    seen, older = [], None
    while True:
        page = list_questions(people.visitor, older_than=older, length=3)
        seen += [question.pk for question in page.questions]
        older = page.older
        if older is None:
            break
    newest_first = sorted(made, key=lambda question: (question.asked_at, question.pk), reverse=True)
    assert seen == [question.pk for question in newest_first]


def test_a_page_after_a_question_that_is_no_more_is_refused(people):
    with pytest.raises(Question.DoesNotExist):
        list_questions(people.visitor, older_than=99)


def test_a_list_costs_as_many_statements_with_1_as_with_50(people):
    product = make_product()
    known(people.asker)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            for question in list_questions(people.member, length=50).questions:
                assert question.product.name
                assert question.official_team is None or question.official_team.name
        return len(captured)

    answered(asked(people.asker, product=product), people.staff, team=people.team)
    cost()  # the person's own roles are read once
    with_one = cost()
    for _number in range(49):
        answered(asked(people.asker, product=product), people.staff, team=people.team)
    assert cost() == with_one


def test_accepted_stands_first_then_official_then_votes_then_age(people):
    question = asked(people.asker)
    old = answered(question, people.answerer, body="Eldst")
    voted = answered(question, people.member, body="Stemt", now=question.asked_at + 2 * HOUR)
    official = answered(question, people.staff, team=people.team, now=question.asked_at + 3 * HOUR)
    accepted = answered(question, people.answerer, body="Ja", now=question.asked_at + 4 * HOUR)
    hidden = answered(question, people.other_staff, body="Bort", now=question.asked_at + 5 * HOUR)
    now = timezone.now()
    services.vote(answer=voted, by=people.asker, now=now)
    services.accept_answer(answer=accepted, by=people.asker, now=now)
    moderation.hide(post=hidden, by=people.moderator, reason="Bort", now=now)
    question.refresh_from_db()
    order = [accepted, official, voted, old]
    assert queries.answers_of(question, people.visitor) == order
    assert queries.answers_of(question, people.other_staff) == [*order, hidden]


def test_a_hidden_official_answer_is_not_lifted_for_the_moderator(people):
    question = asked(people.asker)
    plain = answered(question, people.answerer)
    official = answered(question, people.staff, team=people.team)
    moderation.hide(post=official, by=people.moderator, reason="Utdatert", now=timezone.now())
    question.refresh_from_db()
    assert queries.answers_of(question, people.moderator) == [plain, official]


def test_the_start_page_gets_answered_and_unanswered_ones_never_hidden(people):
    made = {state: in_state(state, people)[0] for state in STATES}
    newest = queries.newest_answered(people.moderator, 10)
    assert {question.pk for question in newest} == {
        made[state].pk for state in ("answered", "official", "solved")
    }
    waiting = queries.unanswered(people.moderator, 1)
    assert waiting == [made["hidden_answer"]]


def test_an_article_lists_the_answered_questions_it_belongs_to(people):
    article = make_article()
    question, _answer = in_state("solved", people)
    for each in (question, asked(people.asker)):
        link_article(question=each, article=article, by=people.staff, now=timezone.now())
    assert queries.questions_answered_by(article.pk, people.visitor, limit=5) == [question]


def test_what_one_has_pressed_is_known_and_visitors_have_pressed_nothing(people):
    question, answer = in_state("answered", people)
    now = timezone.now()
    services.me_too(question=question, by=people.member, now=now)
    services.vote(answer=answer, by=people.member, now=now)
    question = queries.question_for_page(question.pk, people.member)
    assert question.is_wondered and not question.is_followed
    assert [each.is_voted for each in queries.answers_of(question, people.member)] == [True]
    for user in (people.visitor, people.asker):
        seen = queries.question_for_page(question.pk, user)
        assert not seen.is_wondered and seen.is_followed == (user == people.asker)
        assert [each.is_voted for each in queries.answers_of(question, user)] == [False]


def test_tags_are_read_in_the_language_of_the_page_topics_first(people):
    product = make_product()
    topic = make_topic(product, name_nb="Token", name_nn="Teikn")
    area = AccessPackageArea.objects.create(slug="omrade", name_nb="Område")
    package = AccessPackage.objects.create(area=area, urn="urn:x:regnskap", name_nb="Regnskap")
    question = asked(people.asker, product=product, topics=[topic], access_packages=[package])
    with translation.override("nn"), CaptureQueriesContext(connection) as captured:
        tags = queries.tags_of(question)
    assert [(tag.name, tag.key, tag.is_topic) for tag in tags] == [
        ("Teikn", topic.slug, True),
        ("Regnskap", "urn:x:regnskap", False),
    ]
    assert len(captured) == 1


def test_followed_questions_are_a_list_of_ones_own(people):
    mine, other = asked(people.asker), asked(people.member)
    following.follow(user=people.asker, question=other, now=timezone.now())

    def found(user):
        return {each.pk for each in list_questions(user, tab=Tab.FOLLOWED).questions}

    assert found(people.asker) == {mine.pk, other.pk}
    following.stop(user=people.asker, question=other, now=timezone.now())
    assert found(people.asker) == {mine.pk}
    assert found(people.visitor) == set()
    moderation.hide(post=other, by=people.moderator, reason="x", now=timezone.now())
    following.follow(user=people.staff, question=other, now=timezone.now())
    assert found(people.staff) == set()


def test_lists_are_narrowed_by_topic_and_access_package(people):
    product = make_product()
    topic = make_topic(product)
    area = AccessPackageArea.objects.create(slug="omrade", name_nb="Område")
    package = AccessPackage.objects.create(area=area, urn="urn:x:skatt", name_nb="Skatt")
    tagged = asked(people.asker, product=product, topics=[topic])
    packaged = asked(people.asker, product=product, access_packages=[package])
    asked(people.asker, product=product)
    assert list_questions(people.visitor, topic=topic).questions == [tagged]
    assert list_questions(people.visitor, access_package=package).questions == [packaged]


def test_rows_know_how_many_votes_the_answers_in_sight_have(people):
    question, answer = in_state("answered", people)
    other = answered(question, people.staff)
    for voter in (people.member, people.asker):
        services.vote(answer=answer, by=voter, now=timezone.now())
    services.vote(answer=other, by=people.member, now=timezone.now())
    moderation.hide(post=other, by=people.moderator, reason="x", now=timezone.now())
    assert [each.useful for each in list_questions(people.visitor).questions] == [2]


def test_withdrawn_and_joined_questions_are_in_no_list(people):
    question = asked(people.asker)
    Question.objects.filter(pk=question.pk).update(withdrawn_at=timezone.now())
    for user in (people.visitor, people.asker, people.moderator):
        assert list_questions(user).questions == []
