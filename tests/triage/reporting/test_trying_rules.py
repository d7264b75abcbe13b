"""Rules tried on past months: every case replayed under both, and nothing touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import outbox
from tests.triage.tickets.desk import opened
from triage.reporting import trying_rules
from triage.reporting.models import WhatIf
from triage.reporting.trying_rules import (
    TOPIC,
    count_batch,
    forget_old,
    tried_rules,
    try_rules,
)
from triage.reporting.what_if import Tally, by, from_data
from triage.sla.agreements import Agreement
from triage.sla.months import Month, Period
from triage.sla.policy import Rule, Target
from triage.sla.service_model import current_service_model, service_model
from triage.tickets import services
from triage.tickets.models import Ticket, TicketClock, TicketEvent

OSLO = ZoneInfo("Europe/Oslo")
OCTOBER = Period(Month(2026, 10), Month(2026, 10), OSLO)
ASKED = datetime(2026, 11, 20, 9, tzinfo=OSLO)
MONDAY = datetime(2026, 10, 5, 9, tzinfo=OSLO)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_rules():
    service_model.cache_clear()
    yield
    service_model.cache_clear()


def answering_within(hours: int):
    """The rules in force, but everything is to be answered within so many open hours."""
    model = current_service_model(ASKED)
    rule = Rule("alt", "service_hours", first_response=Target(minutes=60 * hours), resolution=None)
    return replace(model, policy=replace(model.policy, rules=(rule,)))


def trial(desk, draft, *, period=OCTOBER, by=None) -> WhatIf:
    """What was asked for, not counted yet."""
    base = current_service_model(ASKED).version_id
    return try_rules(draft, base=base, period=period, by=by or desk.people.manager, now=ASKED)


def counted(asked: WhatIf, batch: int = 200) -> WhatIf:
    """The trial with every case counted."""
    while count_batch(asked.pk, now=ASKED, batch=batch):
        pass
    asked.refresh_from_db()
    return asked


def answered_after(desk, hours: float, *, at=MONDAY, **fields) -> Ticket:
    ticket = opened(desk, at=at, case_type="question", **fields)
    services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=at + hours * HOUR)
    return ticket


def answers(asked: WhatIf) -> Tally:
    """The answer deadlines of all cases."""
    return by(from_data(asked.cells), "kind").get(("first_response",), Tally())


def test_answers_are_counted_as_they_were_and_as_they_would_have_been(desk):
    for hours in (0.5, 2, 5):
        answered_after(desk, hours)
    found = answers(counted(trial(desk, answering_within(1))))
    assert (found.due_after, found.kept_after) == (3, 1)
    assert found.due_before == 3
    assert found.kept_before - found.kept_after == found.lost


def test_a_trial_of_the_rules_they_had_changes_nothing(desk):
    for hours in (0.5, 30, 200):
        answered_after(desk, hours)
    asked = counted(trial(desk, current_service_model(ASKED)))
    assert (asked.counted, asked.changed, asked.largest) == (3, 0, [])
    found = answers(asked)
    assert (found.due_before, found.kept_before) == (found.due_after, found.kept_after)


def test_figures_as_it_was_are_those_of_the_stored_clocks(desk):
    for hours in (0.5, 9, 30, 200):
        answered_after(desk, hours)
    found = answers(counted(trial(desk, answering_within(1))))
    clocks = TicketClock.objects.filter(kind="first_response", due_at__lt=ASKED)
    assert found.due_before == clocks.count()
    assert found.kept_before == sum(clock.met_at <= clock.due_at for clock in clocks)


def test_nothing_of_the_cases_is_touched(desk):
    answered_after(desk, 2)

    def everything():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Ticket, TicketClock, TicketEvent)
        ]

    before = everything()
    counted(trial(desk, answering_within(1)))
    assert everything() == before


def test_internal_deadlines_of_an_agreement_that_is_not_made_yet_are_tried(desk):
    for hours in (1, 3):
        ticket = opened(desk, at=MONDAY, case_type="question")
        services.hand_over(
            ticket=ticket,
            by=desk.people.agent,
            to=desk.second,
            reason="expertise",
            tried="Har sett i loggen.",
            now=MONDAY,
        )
        services.hand_back(
            ticket=ticket,
            by=desk.people.expert,
            reason="Ikke hos oss.",
            now=MONDAY + hours * HOUR,
        )
    model = current_service_model(ASKED)
    agreed = (Agreement(desk.second.slug, "service_hours", Target(minutes=120)),)
    draft = replace(model, policy=replace(model.policy, agreements=agreed))
    asked = counted(trial(desk, draft))
    found = by(from_data(asked.cells), "kind")[("internal",)]
    assert (found.begins, found.due_before, found.due_after, found.kept_after) == (2, 0, 2, 1)
    assert asked.changed == 2
    assert not TicketClock.objects.filter(kind="internal").exists()


def test_only_cases_that_came_in_during_the_months_and_no_security_cases_are_counted(desk):
    answered_after(desk, 1)
    answered_after(desk, 1, at=datetime(2026, 9, 30, 23, 59, tzinfo=OSLO))
    answered_after(desk, 1, at=datetime(2026, 11, 1, 0, 0, tzinfo=OSLO))
    opened(desk, at=MONDAY, case_type="security_incident")
    asked = trial(desk, answering_within(1))
    assert asked.cases == 1
    assert counted(asked).counted == 1


def test_a_case_that_has_been_moved_to_other_rules_is_tried_on_the_draft_from_its_start(desk):
    ticket = opened(desk, at=MONDAY, case_type="question")
    version = ticket.policy_id
    TicketEvent.objects.create(
        ticket=ticket,
        kind="rules_changed",
        at=MONDAY + HOUR,
        data={"before": version, "version": version},
    )
    found = answers(counted(trial(desk, answering_within(1))))
    assert (found.due_after, found.kept_after) == (1, 0)


def test_a_log_that_cannot_be_replayed_is_said_and_not_counted(desk):
    answered_after(desk, 1)
    broken = answered_after(desk, 1)
    TicketEvent.objects.create(ticket=broken, kind="opened", at=MONDAY + 2 * HOUR, data={})
    asked = counted(trial(desk, answering_within(1)))
    assert (asked.counted, asked.unreadable) == (1, 1)


def test_batches_give_what_one_batch_gives_and_none_is_counted_twice(desk):
    for hours in (0.5, 2, 5, 30, 1):
        answered_after(desk, hours)
    whole, pieces = (trial(desk, answering_within(1)) for _time in range(2))
    counted(whole)
    counted(pieces, batch=2)
    assert not count_batch(pieces.pk, now=ASKED, batch=2)
    assert (pieces.cells, pieces.largest, pieces.counted) == (
        whole.cells,
        whole.largest,
        whole.counted,
    )


def test_a_batch_that_is_killed_is_counted_again_and_once(desk, monkeypatch):
    for hours in (0.5, 2, 5):
        answered_after(desk, hours)
    asked = trial(desk, answering_within(1))

    class Killed(BaseException):
        pass

    def killed(*_args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(trying_rules, "_count", killed)
        with pytest.raises(Killed):
            count_batch(asked.pk, now=ASKED, batch=200)
    assert counted(asked).counted == 3


def test_the_worker_counts_and_leaves_a_row_for_what_is_left(desk, monkeypatch):
    monkeypatch.setattr(trying_rules, "BATCH", 1)
    monkeypatch.setattr(trying_rules, "AT_A_TIME", 2)
    for hours in (0.5, 2, 5):
        answered_after(desk, hours)
    asked = trial(desk, answering_within(1))
    for _round in range(3):
        outbox.drain(ASKED + timedelta(days=400), topics=[TOPIC])
    asked.refresh_from_db()
    assert asked.counted == 3
    assert asked.finished_at is not None


def test_statements_do_not_follow_the_number_of_cases(desk):
    def statements(number: int) -> int:
        for _case in range(number):
            answered_after(desk, 1)
        asked = trial(desk, answering_within(1))
        with CaptureQueriesContext(connection) as captured:
            count_batch(asked.pk, now=ASKED, batch=200)
        return len(captured)

    assert statements(1) == statements(25)


def test_the_rules_tried_are_kept_as_they_were_written(desk):
    draft = answering_within(3)
    kept = tried_rules(trial(desk, draft))
    assert (kept.policy, kept.calendars) == (draft.policy, draft.calendars)


def test_others_than_managers_try_nothing(desk):
    for person in (desk.people.agent, desk.people.expert, desk.people.asker):
        with pytest.raises(PermissionDenied):
            trial(desk, answering_within(1), by=person)
    assert not WhatIf.objects.exists()


def test_old_trials_are_forgotten(desk):
    old, new = (trial(desk, answering_within(1)) for _time in range(2))
    WhatIf.objects.filter(pk=old.pk).update(asked_at=ASKED - timedelta(days=181))
    forget_old(ASKED)
    assert list(WhatIf.objects.all()) == [new]
