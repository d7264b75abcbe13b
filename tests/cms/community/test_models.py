"""What the database itself refuses."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cms.community.models import Answer, MeToo, Question, Vote
from tests.cms.community.posts import answered, asked, in_state, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "solved"},
        {"state": "answered"},
        {"answer_count": 2},
        {"solved_at": timezone.now()},
        {"hidden_at": timezone.now()},
        {"hidden_reason": "Fordi"},
        {"activity_at": timezone.now() - timezone.timedelta(days=9)},
    ],
    ids=" ".join,
)
def test_a_question_cannot_contradict_itself(people, fields):
    question = asked(people.asker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**fields)


@pytest.mark.parametrize(
    "fields", [{"confirmed_at": timezone.now()}, {"hidden_at": timezone.now()}], ids=" ".join
)
def test_an_answer_cannot_contradict_itself(people, fields):
    answer = answered(asked(people.asker), people.answerer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(**fields)


def test_an_official_answer_has_a_date(people):
    answer = answered(asked(people.asker), people.staff, team=people.team)
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(confirmed_at=None)


def test_a_person_counts_once(people):
    question, answer = in_state("answered", people)
    now = timezone.now()
    MeToo.objects.create(question=question, user=people.member, at=now)
    Vote.objects.create(answer=answer, user=people.member, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeToo.objects.create(question=question, user=people.member, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(answer=answer, user=people.member, at=now)


def test_posts_stay_when_their_author_leaves(people):
    question, answer = in_state("solved", people)
    people.asker.delete()
    people.answerer.delete()
    question = Question.objects.get(pk=question.pk)
    assert question.asker is None and question.state == "solved"
    assert Answer.objects.get(pk=answer.pk).author is None


def test_posts_and_lines_of_the_log_name_themselves_briefly(people):
    question, answer = in_state("answered", people)
    assert str(question) == question.title
    assert str(answer) == f"{question.pk}/{answer.pk}"
    assert str(question.events.order_by("pk").first()) == f"{question.pk} asked"
