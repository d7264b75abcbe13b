"""Following a thread, and saying no to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.community import following
from cms.community.models import Follow
from tests.cms.community.posts import answered, asked, follows, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db):
    return make_people()


def test_who_asks_and_who_answers_follows(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    assert follows(people.asker, question)
    assert follows(people.answerer, question)
    assert not follows(people.member, question)


def test_following_twice_is_following_once(people):
    question = asked(people.asker)
    now = timezone.now()
    for _time in range(2):
        assert following.follow(user=people.member, question=question, now=now, by_choice=True)
    assert Follow.objects.filter(user=people.member).count() == 1


def test_a_no_stands_when_one_answers_again_and_not_when_one_presses_the_button(people):
    question = asked(people.asker)
    answered(question, people.answerer)
    now = timezone.now()
    following.stop(user=people.answerer, question=question, now=now)
    answered(question, people.answerer, body="Mer om det samme.")
    assert not follows(people.answerer, question)
    assert not following.follow(user=people.answerer, question=question, now=now)
    assert following.follow(user=people.answerer, question=question, now=now, by_choice=True)
    assert follows(people.answerer, question)


def test_a_no_before_ever_following_is_kept_with_its_first_time(people):
    question = asked(people.asker)
    first = timezone.now()
    following.stop(user=people.member, question=question, now=first)
    following.stop(user=people.member, question=question, now=first + timedelta(days=1))
    assert Follow.objects.get(user=people.member).stopped_at == first
