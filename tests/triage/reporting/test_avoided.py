"""Cases that were not sent: between how few and how many, of forms that are seven days old."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.factories import make_user
from tests.triage.reporting.scenes import NOW, oslo, scope_of
from triage.reporting import avoided
from triage.reporting.avoided import Avoided
from triage.reporting.figures import Share
from triage.sla.months import Month
from triage.suggestions import effect

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
AT = oslo("2026-10-14 12:00")
DAY = timedelta(days=1)


def form(key: str, *ends: str, place: str = "ask", at=AT, after=timedelta(minutes=2)) -> None:
    effect.note("shown", ["article:1", "article:2"], place=place, key=key, now=at)
    effect.note("shown", ["article:3"], place=place, key=key, now=at + timedelta(minutes=1))
    for what in ends:
        effect.note(what, ["article:1"], place=place, key=key, now=at + after)


def found(**more) -> dict[Month, Avoided]:
    return avoided.avoided(scope_of(make_user(), **more))


def test_what_the_writer_said_is_the_least_and_what_was_opened_and_left_the_most():
    form("a", "opened", "solved")
    form("b", "opened")
    form("c", "solved")
    form("d", "opened", "sent")
    form("e")
    assert found()[OCTOBER] == Avoided(forms=5, opened=3, sent=1, at_least=2, at_most=3)
    assert found()[OCTOBER].low == Share(2, 5)
    assert found()[OCTOBER].high == Share(3, 5)


def test_said_to_be_solved_and_sent_all_the_same_is_sent():
    form("a", "solved", "sent")
    assert found()[OCTOBER] == Avoided(forms=1, sent=1)


def test_what_was_sent_more_than_seven_days_later_is_another_matter():
    form("a", "solved")
    effect.note("sent", [], place="ask", key="a", now=AT + 7 * DAY)
    assert found()[OCTOBER].at_least == 1
    form("b", "solved")
    effect.note("sent", [], place="ask", key="b", now=AT + 7 * DAY - timedelta(seconds=1))
    assert found()[OCTOBER] == Avoided(forms=2, sent=1, at_least=1, at_most=1)


def test_a_form_that_is_not_seven_days_old_waits():
    form("a", "solved", at=NOW - 7 * DAY + timedelta(seconds=1))
    form("b", "solved", at=NOW - 7 * DAY)
    assert found()[NOVEMBER] == Avoided(forms=1, at_least=1, at_most=1, unsettled=1)


def test_questions_to_the_community_are_no_cases():
    form("a", "solved", place="community_ask")
    assert found()[OCTOBER] == Avoided()


def test_the_desk_and_forms_of_other_months_do_not_count():
    form("a", "solved")
    assert found(first="2026-11") == {NOVEMBER: Avoided()}


def test_the_least_is_never_more_than_the_most():
    for number, ends in enumerate([("solved",), ("opened",), ("opened", "solved"), ("sent",), ()]):
        form(f"form {number}", *ends)
    forms = found()[OCTOBER]
    assert forms.at_least <= forms.at_most <= forms.forms - forms.sent
