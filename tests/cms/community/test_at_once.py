"""Several people at the very same moment, each with a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone

from accounts.models import User
from cms.community import merging, moderation, services
from cms.community.exceptions import CannotUndo, CommunityError
from cms.community.models import Answer, CommunityEvent, Follow, Question
from cms.community.undo import undo
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
        except (PermissionDenied, CommunityError) as refusal:
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


def joined(question: Question, into: Question, by: User):
    """One moderator joins a question with another."""
    found, other = (Question.objects.get(pk=each.pk) for each in (question, into))
    return lambda: merging.merge(question=found, into=other, by=own(by), now=timezone.now())


def two_moderators(people) -> list[User]:
    return [people.moderator, make_user(groups=("moderator",))]


def threads(people, *titles: str) -> list[Question]:
    """Questions with an answer each."""
    questions = [asked(people.asker, title=title) for title in titles]
    for question in questions:
        answered(question, people.answerer)
    return questions


def answers_by_thread() -> dict[int, int]:
    """How many answers stand under each question, and that the rows of questions agree."""
    found = {each.pk: each.answers.count() for each in Question.objects.all()}
    assert found == dict(Question.objects.values_list("pk", "answer_count"))
    return found


def test_two_questions_joined_with_each_other_at_once_are_joined_one_way():
    people = make_people()
    first, second = threads(people, "Den ene som blir spurt", "Den andre som blir spurt")
    one, other = two_moderators(people)
    refused = at_once(joined(first, second, one), joined(second, first, other))
    assert refused.count(None) == 1
    left = Question.objects.get(merged_into__isnull=True)
    assert answers_by_thread() == {left.pk: 2, ({first.pk, second.pk} - {left.pk}).pop(): 0}
    assert CommunityEvent.objects.filter(kind="merged").count() == 1


def test_a_question_joined_with_two_at_once_goes_to_one_of_them():
    people = make_people()
    first, second, third = threads(people, "Den som slås sammen", "Et sted", "Et annet sted")
    one, other = two_moderators(people)
    refused = at_once(joined(first, second, one), joined(first, third, other))
    assert sorted(refused, key=str) == sorted([None, PermissionDenied], key=str)
    first.refresh_from_db()
    assert answers_by_thread()[first.merged_into_id] == 2
    assert CommunityEvent.objects.filter(kind="merged").count() == 1
    assert Follow.objects.filter(question=first.merged_into_id, user=people.asker).count() == 1


def test_two_moderators_close_once():
    people, now = make_people(), timezone.now()
    (question,) = threads(people, "Den som stenges")

    def close(by, reason):
        found = Question.objects.get(pk=question.pk)
        return lambda: moderation.close(question=found, by=own(by), reason=reason, now=now)

    one, other = two_moderators(people)
    refused = at_once(close(one, "Besvart"), close(other, "Utdatert"))
    assert sorted(refused, key=str) == sorted([None, PermissionDenied], key=str)
    question.refresh_from_db()
    event = CommunityEvent.objects.get(kind="closed")
    assert (question.closed_by, question.closed_reason) == (event.actor, event.data["reason"])


def test_a_question_closed_and_joined_at_once_is_both_or_only_joined():
    people, now = make_people(), timezone.now()
    first, second = threads(people, "Den som stenges", "Den som blir igjen")
    one, other = two_moderators(people)
    found = Question.objects.get(pk=first.pk)
    refused = at_once(
        lambda: moderation.close(question=found, by=own(one), reason="Besvart", now=now),
        joined(first, second, other),
    )
    first.refresh_from_db()
    assert refused[1] is None and first.merged_into == second
    assert first.is_closed == (refused[0] is None)
    assert answers_by_thread() == {first.pk: 0, second.pk: 2}


def test_an_answer_hidden_while_its_thread_is_joined_is_hidden_where_it_stands():
    people, now = make_people(), timezone.now()
    first, second = threads(people, "Den som slås sammen", "Den som blir igjen")
    answer = first.answers.get()
    one, other = two_moderators(people)
    hide = {"post": answer, "by": own(one), "reason": "Feil", "now": now}
    assert at_once(lambda: moderation.hide(**hide), joined(first, second, other)) == [None, None]
    answer.refresh_from_db()
    second.refresh_from_db()
    assert (answer.is_hidden, answer.question, second.answer_count) == (True, second, 1)


def test_a_question_separated_while_its_end_is_joined_on_gets_its_answers_back():
    people, now = make_people(), timezone.now()
    first, second, third = threads(people, "Den første", "Den andre", "Den tredje")
    one, other = two_moderators(people)
    joined(first, second, one)()
    found = Question.objects.get(pk=first.pk)
    refused = at_once(
        lambda: merging.separate(question=found, by=own(one), now=now),
        joined(second, third, other),
    )
    assert refused == [None, None]
    assert answers_by_thread() == {first.pk: 1, second.pk: 0, third.pk: 2}


def test_one_joining_undone_twice_at_once_is_undone_once():
    people, now = make_people(), timezone.now()
    first, second = threads(people, "Den som slås sammen", "Den som blir igjen")
    joined(first, second, people.moderator)()
    event = CommunityEvent.objects.get(kind="merged")

    def back(by):
        found = CommunityEvent.objects.get(pk=event.pk)
        return lambda: undo(event=found, by=own(by), now=now)

    refused = at_once(*[back(by) for by in two_moderators(people)])
    assert sorted(refused, key=str) == sorted([None, CannotUndo], key=str)
    assert answers_by_thread() == {first.pk: 1, second.pk: 1}
    assert CommunityEvent.objects.filter(kind="separated").count() == 1
