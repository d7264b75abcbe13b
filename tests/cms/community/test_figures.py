"""Figures of the community: what counts, who is staff, and who is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cms.community import figures, moderation, services
from cms.community.models import Answer, Member, Question
from tests.cms.community.posts import answered, asked, known, make_people
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 1, tzinfo=UTC)
END = datetime(2026, 11, 1, tzinfo=UTC)
AT = datetime(2026, 10, 14, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def people():
    found = make_people()
    for person in (found.asker, found.answerer, found.member, found.staff):
        known(person)
    return found


def rows(**more):
    return figures.asked(**{"start": START, "end": END, **more})


def test_a_question_counts_with_its_first_answer_by_somebody_else(people):
    question = asked(people.asker, at=AT)
    answered(question, people.asker, now=AT + HOUR)
    answered(question, people.answerer, now=AT + 3 * HOUR)
    answered(question, people.staff, team=people.team, now=AT + 4 * HOUR)
    [row] = rows()
    assert (row.answered_at, row.by_staff, row.official) == (AT + 3 * HOUR, False, True)


@pytest.mark.parametrize("official", [True, False])
def test_a_first_answer_is_by_staff_when_official_or_by_somebody_in_a_team(people, official):
    question = asked(people.asker, at=AT)
    answered(question, people.staff, team=people.team if official else None)
    [row] = rows()
    assert (row.by_staff, row.official) == (True, official)


def test_only_the_months_and_the_product_asked_for_are_counted(people):
    product = make_product()
    for at in (START - timedelta(seconds=1), START, END - timedelta(seconds=1), END):
        asked(people.asker, at=at, product=product)
    asked(people.asker, at=AT)
    assert len(rows()) == 3
    assert len(rows(product=product.slug)) == 2
    assert rows(product="ukjent") == []


@pytest.mark.parametrize("way", ["hidden", "held", "withdrawn", "merged"])
def test_what_is_out_of_sight_is_counted_nowhere(people, way):
    question = asked(people.asker, at=AT)
    answer = answered(question, people.answerer)
    services.accept_answer(answer=answer, by=people.asker, now=AT + 2 * HOUR)
    changes = {
        "hidden": {"hidden_at": AT, "hidden_reason": "x"},
        "held": {"held_at": AT, "held_for": "text"},
        "withdrawn": {"withdrawn_at": AT},
        "merged": {"merged_into": asked(people.asker, at=START - HOUR)},
    }
    Question.objects.filter(pk=question.pk).update(**changes[way])
    assert rows() == []
    assert figures.helpers(start=START, end=END, limit=5) == []


def test_a_hidden_answer_does_not_answer(people):
    question = asked(people.asker, at=AT)
    answer = answered(question, people.answerer)
    moderation.hide(post=answer, by=people.moderator, reason="Nei", now=AT + 2 * HOUR)
    [row] = rows()
    assert row.answered_at is None and not row.solved


def test_official_answers_past_their_day_are_counted_by_team(people):
    for number, day in enumerate((date(2026, 10, 1), date(2026, 10, 14), date(2026, 10, 15))):
        question = asked(people.asker, at=AT + number * HOUR)
        answer = answered(question, people.staff, team=people.team)
        Answer.objects.filter(pk=answer.pk).update(confirm_by=day)
    [team] = figures.overdue_by_team(today=date(2026, 10, 15))
    assert (team.team, team.count, team.oldest) == ("Team Innlogging", 2, date(2026, 10, 1))
    assert figures.official_count() == 3
    assert figures.overdue_by_team(today=date(2026, 10, 15), product="ukjent") == []


def solved_by(people, helper, times=1):
    for number in range(times):
        question = asked(people.asker, at=AT + number * HOUR)
        answer = answered(question, helper)
        services.accept_answer(answer=answer, by=people.asker, now=AT + 30 * HOUR)


def test_helpers_are_named_by_how_many_of_their_answers_were_accepted(people):
    solved_by(people, people.answerer, 2)
    solved_by(people, people.member)
    answered(asked(people.asker, at=AT), people.member)
    found = figures.helpers(start=START, end=END, limit=5)
    assert [(item.name, item.accepted) for item in found] == [
        ("Svanhild Svarer", 2),
        ("Mari Medlem", 1),
    ]
    assert len(figures.helpers(start=START, end=END, limit=1)) == 1
    assert figures.helpers(start=END, end=END + HOUR, limit=5) == []


@pytest.mark.parametrize("reason", ["own page", "silenced", "gone"])
def test_nobody_is_named_who_does_not_show_their_page(people, reason):
    solved_by(people, people.answerer)
    member = Member.objects.filter(user=people.answerer)
    if reason == "own page":
        member.update(shown_to_visitors=False)
    elif reason == "silenced":
        member.update(silenced_until=END + HOUR)
    else:
        type(people.answerer).objects.filter(pk=people.answerer.pk).update(is_active=False)
    assert figures.helpers(start=START, end=END, limit=5) == []


def test_ones_own_and_official_answers_name_nobody(people):
    own = asked(people.asker, at=AT)
    services.accept_answer(answer=answered(own, people.asker), by=people.asker, now=AT + 2 * HOUR)
    question = asked(people.asker, at=AT)
    official = answered(question, people.staff, team=people.team)
    services.accept_answer(answer=official, by=people.asker, now=AT + 2 * HOUR)
    assert figures.helpers(start=START, end=END, limit=5) == []


def test_the_figures_take_one_statement_each(people, django_assert_num_queries):
    for number in range(25):
        question = asked(known(make_user()), at=AT + number * HOUR)
        answered(question, people.answerer)
    with django_assert_num_queries(1):
        assert len(rows()) == 25
    with django_assert_num_queries(1):
        figures.helpers(start=START, end=END, limit=5)
