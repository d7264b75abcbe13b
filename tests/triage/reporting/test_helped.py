"""Forms with suggestions: each counted once, with what became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_user
from tests.triage.reporting.scenes import oslo, scope_of
from triage.reporting import helped
from triage.reporting.helped import Forms
from triage.sla.months import Month
from triage.suggestions import effect

pytestmark = pytest.mark.django_db
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
AT = oslo("2026-10-14 12:00")
MINUTE = timedelta(minutes=1)


def form(key: str, *ends: str, place: str = "ask", at=AT) -> None:
    effect.note("shown", ["article:1", "article:2"], place=place, key=key, now=at)
    effect.note("shown", ["article:3"], place=place, key=key, now=at + MINUTE)
    for number, what in enumerate(ends, start=2):
        documents = [] if what == "sent" else ["article:1"]
        effect.note(what, documents, place=place, key=key, now=at + number * MINUTE)


def found(**more):
    return helped.helped(scope_of(make_user(), **more))


def test_a_form_counts_once_with_what_became_of_it():
    form("a", "opened", "solved")
    form("b", "opened", "sent")
    form("c")
    forms = found().cells[OCTOBER, "ask"]
    assert forms == Forms(shown=3, opened=2, solved=1, sent=1)
    assert forms.left == 1


def test_said_to_be_solved_and_sent_all_the_same_is_sent():
    form("a", "solved", "sent")
    assert found().cells == {(OCTOBER, "ask"): Forms(shown=1, solved=0, sent=1)}


def test_a_form_counts_in_the_month_it_was_first_shown_whenever_it_was_sent():
    form("a", "sent", at=oslo("2026-10-31 23:58"))
    assert found().cells == {(OCTOBER, "ask"): Forms(shown=1, sent=1)}
    assert found(first="2026-11").cells == {}


def test_places_are_kept_apart_also_with_the_same_key():
    form("a", "solved")
    form("a", "sent", place="community_ask")
    assert found().by(lambda _month, place: place) == {
        "ask": Forms(shown=1, solved=1),
        "community_ask": Forms(shown=1, sent=1),
    }


def test_what_was_sent_without_a_suggestion_is_not_counted():
    effect.note("sent", [], place="ask", key="x", now=AT)
    effect.note("opened", ["article:1"], place="ask", key="y", now=AT)
    assert found().cells == {}


def test_answers_with_a_suggestion_in_them_count_once_each():
    effect.note("inserted", ["article:1", "article:2"], place="desk", key="answer", now=AT)
    effect.note("inserted", ["article:1"], place="desk", key="another", now=AT)
    assert found().inserted == {OCTOBER: 2}


def test_what_is_still_to_come_is_not_counted():
    form("a", at=AT + timedelta(days=60))
    assert found().cells == {}


def test_the_statements_do_not_grow_with_the_forms():
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            found()
        counts.append(len(queries))
        for number in range(30):
            form(f"many {number}", "opened")
    assert counts[0] == counts[1]
