"""Several people at the very same moment, each with a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from accounts.models import User
from cms.community import moderation, services
from cms.community.models import Answer, CommunityEvent, Question
from tests.cms.community.posts import answered, asked, in_state, make_people
from tests.factories import make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*actions) -> list[type[Exception] | None]:
    """Run the actions together; for each, the kind of refusal it met, or None."""
    barrier = Barrier(len(actions))

    def run(action):
        try:
            barrier.wait()
            action()
        except PermissionDenied as refusal:
            return type(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def own(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_two_accepted_at_once_leave_one_that_solved_it():
    people, now = make_people(), timezone.now()
    question = asked(people.asker)
    answers = [answered(question, people.answerer, body=text) for text in ("En", "To")]

    def accept(answer, by):
        mine = Answer.objects.get(pk=answer.pk)
        return lambda: services.accept_answer(answer=mine, by=own(by), now=now)

    refused = at_once(accept(answers[0], people.asker), accept(answers[1], people.moderator))
    assert refused == [None, None]
    question = Question.objects.get(pk=question.pk)
    accepted = CommunityEvent.objects.filter(kind="accepted").order_by("pk")
    assert question.state == "solved"
    assert [event.answer_id for event in accepted][-1] == question.accepted_answer_id
    assert accepted.count() == 2


def test_two_moderators_hide_once():
    people, now = make_people(), timezone.now()
    question, answer = in_state("solved", people)
    moderators = [people.moderator, make_user(groups=("moderator",))]

    def hide(by):
        return lambda: moderation.hide(
            post=Answer.objects.get(pk=answer.pk), by=own(by), reason="Feil", now=now
        )

    refused = at_once(*[hide(by) for by in moderators])
    assert sorted(refused, key=str) == sorted([None, PermissionDenied], key=str)
    question.refresh_from_db()
    assert (question.state, question.answer_count) == ("unanswered", 0)
    assert CommunityEvent.objects.filter(kind="hidden").count() == 1


def test_every_press_and_answer_at_once_is_counted():
    people, now = make_people(), timezone.now()
    question = asked(people.asker)
    crowd = [make_user() for _number in range(4)]

    def press(by):
        return lambda: services.me_too(question=question, by=own(by), now=now)

    def answer(by):
        return lambda: answered(question, own(by))

    at_once(*[press(by) for by in crowd], *[answer(by) for by in crowd])
    question.refresh_from_db()
    assert (question.me_too_count, question.answer_count, question.state) == (4, 4, "answered")


def test_one_form_sent_twice_at_once_makes_one_question_and_one_answer():
    people = make_people()
    question = asked(people.asker)
    product = question.product

    def ask():
        return lambda: asked(own(people.member), product=product, form_key="k")

    def answer():
        return lambda: answered(question, own(people.member), form_key="k")

    at_once(ask(), ask(), answer(), answer())
    assert Question.objects.filter(asker=people.member).count() == 1
    assert Answer.objects.count() == 1
    question.refresh_from_db()
    assert question.answer_count == 1


def test_an_answer_that_comes_while_the_question_is_hidden_is_in_or_refused():
    people, now = make_people(), timezone.now()
    question = asked(people.asker)
    refused = at_once(
        lambda: answered(question, own(people.member)),
        lambda: moderation.hide(
            post=Question.objects.get(pk=question.pk), by=own(people.moderator), reason="x", now=now
        ),
    )
    question.refresh_from_db()
    assert question.is_hidden
    assert question.answer_count == (1 if refused[0] is None else 0)
