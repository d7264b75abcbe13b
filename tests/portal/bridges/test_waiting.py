"""When the desk takes a question up: working hours, products, and what makes them count anew."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cms.community import editing, moderation
from cms.community.models import HeldFor, Question
from portal.bridges import waiting
from portal.bridges.models import DueTimes, WaitingRule
from tests.factories import make_product
from tests.portal.bridges.asking import DUE, HOUR, answer_by, ask
from tests.triage.tickets.desk import NOW
from triage.sla.calendar import calendar_to_json
from triage.sla.models import CalendarVersion, PolicyVersion
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY, policy_to_json
from triage.sla.service_model import current_service_model

OSLO = "+01:00"


def at(words: str) -> datetime:
    return datetime.fromisoformat(f"{words}:00{OSLO}")


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-11-24T08:00", 1, "2026-11-24T09:00"),
        ("2026-11-24T15:00", 8, "2026-11-25T15:15"),  # 45 minutes, then 7 h 15 of the next day
        ("2026-11-24T20:30", 8, "2026-11-26T08:15"),  # asked when closed: counts from 8 on Wed.
        ("2026-11-27T15:45", 1, "2026-11-30T09:00"),  # Friday at closing time: Monday
        ("2026-12-24T11:00", 2, "2026-12-28T11:00"),  # Christmas: half days and holidays
    ],
)
def test_only_open_hours_of_the_calendar_count(asked, hours, due):
    calendar = DEFAULT_CALENDARS["service_hours"]
    assert waiting.due_after(calendar, at(asked), hours) == at(due)


def test_summer_time_takes_no_working_time_away():
    calendar = DEFAULT_CALENDARS["service_hours"]
    friday = datetime.fromisoformat("2026-03-27T15:00:00+01:00")
    assert waiting.due_after(calendar, friday, 1) == datetime.fromisoformat(
        "2026-03-30T08:15:00+02:00"
    )


def test_a_product_waits_eight_working_hours_unless_something_else_is_set(desk):
    other = make_product()
    WaitingRule.objects.create(product=other, hours=2)
    assert waiting.answer_due_at(desk.product, NOW) == DUE
    assert waiting.answer_due_at(other, NOW) == at("2026-11-24T12:00")


def test_a_question_asked_without_a_time_gets_one(question):
    question.refresh_from_db()
    assert question.answer_due_at == DUE


def test_a_time_that_is_given_stands(desk):
    given = NOW + 3 * HOUR
    question = ask(desk, answer_due_at=given)
    question.refresh_from_db()
    assert question.answer_due_at == given


def test_a_held_question_counts_from_when_it_is_approved(desk, question, moderator):
    with transaction.atomic():
        moderation.hold(question=question, post=question, held_for=HeldFor.FLAGS, now=NOW + HOUR)
    approved = at("2026-11-26T09:00")
    moderation.approve(post=question, by=moderator, now=approved)
    question.refresh_from_db()
    assert question.answer_due_at == at("2026-11-27T09:15")


def test_a_hidden_question_counts_from_when_it_is_shown_again(question, moderator):
    moderation.hide(post=question, by=moderator, reason="Feil sted", now=NOW + HOUR)
    moderation.restore(post=question, by=moderator, now=at("2026-11-26T09:00"))
    question.refresh_from_db()
    assert question.answer_due_at == at("2026-11-27T09:15")


def test_hiding_and_showing_an_answer_moves_nothing(desk, question, moderator, member):
    answer = answer_by(question, member, at=NOW + HOUR)
    moderation.hide(post=answer, by=moderator, reason="Uvennlig", now=NOW + 2 * HOUR)
    moderation.restore(post=answer, by=moderator, now=NOW + 3 * HOUR)
    question.refresh_from_db()
    assert question.answer_due_at == DUE


def test_a_question_moved_to_another_product_follows_its_hours(question, moderator):
    other = make_product()
    WaitingRule.objects.create(product=other, hours=2)
    moderation.move(question=question, product=other, by=moderator, now=NOW + HOUR)
    question.refresh_from_db()
    assert question.answer_due_at == at("2026-11-24T12:00")  # still counted from when it was asked


def test_an_edited_question_keeps_its_time(desk, question):
    editing.edit_question(
        question=question,
        by=desk.people.asker,
        title="Hvordan får vi token med to scopes i TT02?",
        body=question.body,
        language="nb",
        product=question.product,
        topics=[],
        access_packages=[],
        seen=editing.version_of(question),
        now=NOW + HOUR,
    )
    question.refresh_from_db()
    assert question.answer_due_at == DUE


def test_new_hours_are_computed_for_open_questions_and_for_those_that_may_open_again(
    desk, question, member
):
    answered = ask(desk, title="En annen ting om scopes")
    answer_by(answered, member, at=NOW + HOUR)
    waiting.bring_up_to_date(NOW)
    WaitingRule.objects.create(product=desk.product, hours=2)
    assert waiting.bring_up_to_date(NOW) == 2
    due = set(Question.objects.values_list("answer_due_at", flat=True))
    assert due == {at("2026-11-24T12:00")}
    assert waiting.bring_up_to_date(NOW) == 0


def test_a_new_calendar_is_followed_from_when_it_is_valid(desk, question):
    waiting.bring_up_to_date(NOW)
    _closed_on(datetime.fromisoformat("2026-11-25T00:00:00+01:00"), valid_from=NOW + HOUR)
    assert waiting.bring_up_to_date(NOW) == 0
    assert waiting.bring_up_to_date(NOW + HOUR) == 1
    question.refresh_from_db()
    assert question.answer_due_at == at("2026-11-26T10:15")


def _closed_on(day: datetime, *, valid_from: datetime) -> None:
    current_service_model(NOW)  # the example is stored
    data = calendar_to_json(DEFAULT_CALENDARS["service_hours"])
    data["closed_days"] = {day.date().isoformat(): "Planleggingsdag"}
    policy = PolicyVersion.objects.create(
        name="ny", valid_from=valid_from, data=policy_to_json(DEFAULT_POLICY)
    )
    for name in DEFAULT_CALENDARS:
        stored = data if name == "service_hours" else calendar_to_json(DEFAULT_CALENDARS[name])
        policy.calendars.add(
            CalendarVersion.objects.create(name=name, valid_from=valid_from, data=stored)
        )


def test_a_question_whose_answer_is_hidden_after_the_rules_changed_follows_the_new_rules(
    desk, member, moderator
):
    question = ask(desk)
    answer = answer_by(question, member)
    WaitingRule.objects.create(product=desk.product, hours=2)
    waiting.bring_up_to_date(NOW)
    moderation.hide(post=answer, by=moderator, reason="Feil", now=NOW)
    question.refresh_from_db()
    assert (question.state, question.answer_due_at) == ("unanswered", at("2026-11-24T12:00"))


def test_a_worker_killed_between_batches_is_followed_by_one_that_goes_on(desk, monkeypatch):
    monkeypatch.setattr(waiting, "BATCH", 3)
    questions = [ask(desk, title=f"Spørsmål nummer {n} om scopes") for n in range(8)]
    waiting.bring_up_to_date(NOW)
    WaitingRule.objects.create(product=desk.product, hours=2)
    killed_at = iter([None, None, SystemExit()])
    real = waiting._one_batch

    def dying(*arguments):
        problem = next(killed_at)
        if problem:
            raise problem
        return real(*arguments)

    monkeypatch.setattr(waiting, "_one_batch", dying)
    with pytest.raises(SystemExit):
        waiting.bring_up_to_date(NOW)
    assert DueTimes.objects.get().reached == questions[5].pk
    monkeypatch.setattr(waiting, "_one_batch", real)
    assert waiting.bring_up_to_date(NOW) == 2
    due = set(Question.objects.values_list("answer_due_at", flat=True))
    assert due == {at("2026-11-24T12:00")}


def test_as_many_statements_are_used_for_one_question_as_for_many(
    desk, django_assert_max_num_queries
):
    ask(desk)
    waiting.bring_up_to_date(NOW)
    counts = []
    for hours, extra in ((2, 0), (3, 25)):
        for number in range(extra):
            ask(desk, title=f"Spørsmål nummer {number} om scopes")
        WaitingRule.objects.update_or_create(product=desk.product, defaults={"hours": hours})
        with django_assert_max_num_queries(12) as queries:
            waiting.bring_up_to_date(NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("hours", [0, 401])
def test_hours_out_of_reason_are_refused(desk, hours):
    with pytest.raises(ValidationError):
        WaitingRule(product=desk.product, hours=hours).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        WaitingRule.objects.create(product=desk.product, hours=hours)


def test_a_policy_whose_rule_names_no_calendar_there_is_counts_by_one_there_is(desk):
    data = policy_to_json(DEFAULT_POLICY)
    data["rules"] = [
        {**rule, "calendar": "borte"} if rule["name"] == "question_or_order" else rule
        for rule in data["rules"]
    ]
    policy = PolicyVersion.objects.create(
        name="uten", valid_from=NOW - timedelta(days=1), data=data
    )
    policy.calendars.add(
        CalendarVersion.objects.create(
            name="always",
            valid_from=NOW - timedelta(days=1),
            data=calendar_to_json(DEFAULT_CALENDARS["always"]),
        )
    )
    assert waiting.answer_due_at(desk.product, NOW) == NOW + 8 * HOUR
