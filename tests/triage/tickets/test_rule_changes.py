"""The rules change while cases are open: foreseen first, then done in batches, then provable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch import outbox
from tests.triage.tickets.desk import NOW, in_status, opened
from tests.triage.tickets.sweeps import all_differences, events, incident, noted
from triage.sla.models import CalendarVersion
from triage.sla.policy import DEFAULT_POLICY, PolicyError, Rule, Target
from triage.sla.service_model import current_service_model, service_model
from triage.tickets import rule_changes, services
from triage.tickets.foreseeing import DRAFT, foresee
from triage.tickets.models import RuleChange, Ticket, TicketClock, TicketEvent
from triage.tickets.rule_changes import change_rules, later_change, move_open_cases, take_back
from triage.tickets.states import Status
from triage.tickets.sweeping import sweep

HOUR = timedelta(hours=1)
THEN = NOW + HOUR / 2
LATER = NOW + timedelta(days=400)
NEXT_WEEK, SECOND = NOW + timedelta(days=7), timedelta(seconds=1)
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


def draft(*, closed: tuple[date, ...] = (), **policy):
    """The rules in force with days on which the service is closed, or another policy."""
    model = current_service_model(NOW)
    hours = model.calendars["service_hours"]
    closed_days = (*hours.closed_days, *((day, "Stengt") for day in closed))
    return replace(
        model,
        version_id=DRAFT,
        policy=replace(model.policy, **policy),
        calendars={**model.calendars, "service_hours": replace(hours, closed_days=closed_days)},
    )


def changed(
    desk, model, *, at=THEN, reason="Stengt på grunn av flytting", for_open_cases=True, begins=None
):
    """The change made by the manager, its row in the outbox not delivered yet."""
    return change_rules(
        model,
        before=current_service_model(at).version_id,
        reason=reason,
        by=desk.people.manager,
        now=at,
        for_open_cases=for_open_cases,
        foreseen=foresee(model, now=at),
        begins=begins,
    )


class Killed(BaseException):
    """The process is gone."""


class KilledAt:
    """Ends everything right before one of the statements between begin and commit, from 1."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, execute, sql, params, many, context):
        """Count a statement, or end here."""
        self.left -= not sql.startswith(("SAVEPOINT", "RELEASE"))
        if self.left == 0:
            raise Killed
        return execute(sql, params, many, context)


@pytest.fixture
def delivered(monkeypatch):
    """Delivers what waits in the outbox for the rules, as the worker does."""
    monkeypatch.setattr(rule_changes.timezone, "now", lambda: THEN)
    return lambda: outbox.drain(LATER, topics=[rule_changes.TOPIC])


# --- foreseeing -------------------------------------------------------------------------------


def test_what_a_closed_day_does_is_told_before_anything_is_changed(desk):
    incident(desk)
    before = list(TicketClock.objects.values())
    told = foresee(draft(closed=(TODAY,)), now=NOW)
    assert (told.open_cases, told.replayed, told.changing, told.is_whole) == (1, 1, 1, True)
    answer = told.kinds["first_response"]
    assert (answer.running, answer.later, answer.earlier, answer.overdue) == (1, 1, 0, 0)
    assert told.largest[0].before < told.largest[0].after
    assert list(TicketClock.objects.values()) == before
    assert not RuleChange.objects.exists()


def test_a_day_nobody_waits_through_changes_nothing(desk):
    incident(desk)
    told = foresee(draft(closed=(date(2027, 3, 1),)), now=NOW)
    assert (told.changing, told.largest) == (0, ())


def test_cases_that_would_be_overdue_at_once_and_those_in_time_again_are_counted(desk):
    quick = Rule("quick", "service_hours", first_response=Target(minutes=5))
    incident(desk)
    told = foresee(draft(rules=(quick,)), now=NOW + HOUR)
    assert told.kinds["first_response"].overdue == 1
    assert told.kinds["resolution"].ends == 1
    slow = Rule("slow", "service_hours", first_response=Target(working_days=20))
    told = foresee(draft(rules=(slow,)), now=NOW + 6 * HOUR)
    assert told.kinds["first_response"].rescued == 1


def test_of_many_open_cases_an_even_spread_is_replayed_and_said_so(desk):
    for _ in range(7):
        incident(desk)
    told = foresee(draft(closed=(TODAY,)), now=NOW, most=3)
    assert (told.open_cases, told.replayed, told.is_whole) == (7, 3, False)


def test_a_case_that_cannot_be_replayed_is_counted_and_does_not_hold_up_the_others(desk):
    broken = incident(desk)
    TicketEvent.objects.create(ticket=broken, kind="opened", at=NOW + HOUR, data={})
    incident(desk)
    told = foresee(draft(closed=(TODAY,)), now=NOW + 2 * HOUR)
    assert (told.replayed, told.unreadable, told.changing) == (2, 1, 1)


def test_foreseeing_asks_as_much_of_the_database_for_one_case_as_for_many(desk):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            foresee(draft(closed=(TODAY,)), now=NOW)
        return len(asked)

    incident(desk)
    foresee(draft(), now=NOW)
    one = cost()
    for _ in range(25):
        incident(desk)
    assert cost() == one


# --- changing ---------------------------------------------------------------------------------


def test_open_cases_are_moved_with_a_line_that_says_from_what_to_what(desk, delivered):
    ticket = incident(desk)
    first = ticket.clocks.get(kind="first_response").due_at
    change = changed(desk, draft(closed=(TODAY,)))
    assert delivered() == 1
    ticket.refresh_from_db()
    change.refresh_from_db()
    [line] = events(ticket, "rules_changed")
    now_due = ticket.clocks.get(kind="first_response").due_at
    assert now_due > first
    assert (line["before"], line["version"]) == (change.before_id, change.after_id)
    assert line["due"][0] == {
        "clock": "first_response",
        "number": 1,
        "before": first.isoformat(),
        "after": now_due.isoformat(),
    }
    assert (ticket.policy_id, ticket.next_due_at) == (change.after_id, now_due)
    assert (change.moved, change.left, change.finished_at) == (1, 0, THEN)


def test_the_log_still_gives_every_stored_value_after_the_rules_have_changed(desk, delivered):
    for status in Status:
        in_status(desk, status)
    late = incident(desk, priority="P2")
    services.reply(ticket=late, by=desk.people.agent, body="Sendt", now=NOW + HOUR / 3)
    changed(desk, draft(closed=(TODAY, TOMORROW)))
    delivered()
    assert all_differences(LATER) == []
    services.resolve(
        ticket=late, by=desk.people.agent, solution_code="answer", body="Slik.", now=NOW + HOUR
    )
    sweep(NOW + timedelta(days=20))
    assert all_differences(LATER) == []


def test_cases_that_have_ended_keep_their_rules(desk, delivered):
    resolved, closed = in_status(desk, Status.RESOLVED), in_status(desk, Status.CLOSED)
    before = list(TicketClock.objects.order_by("pk").values())
    changed(desk, draft(closed=(TODAY,)))
    delivered()
    assert list(TicketClock.objects.order_by("pk").values()) == before
    for ticket in (resolved, closed):
        assert events(ticket, "rules_changed") == []


def test_a_case_resolved_under_old_rules_and_reopened_stays_with_them(desk, delivered):
    ticket = in_status(desk, Status.RESOLVED)
    before = ticket.policy_id
    changed(desk, draft(closed=(TODAY,)))
    delivered()
    services.reopen(ticket=ticket, by=desk.people.asker, reason="Nei", now=NOW + HOUR)
    assert ticket.policy_id == before
    assert all_differences(LATER) == []


def test_new_cases_get_the_new_rules_and_open_ones_keep_theirs_when_that_is_chosen(desk, delivered):
    before = incident(desk)
    change = changed(desk, draft(closed=(TODAY,)), for_open_cases=False)
    assert (delivered(), change.finished_at) == (0, THEN)
    after = incident(desk, at=THEN + HOUR)
    before.refresh_from_db()
    assert (before.policy_id, after.policy_id) == (change.before_id, change.after_id)


def test_a_calendar_that_did_not_change_is_shared_by_both_versions(desk):
    change = changed(desk, draft(closed=(TODAY,)))
    old, new = (set(version.calendars.all()) for version in (change.before, change.after))
    assert {calendar.name for calendar in old & new} == {"always", "delivery_days"}
    assert {calendar.name for calendar in new - old} == {"service_hours"}
    stored = service_model(change.after_id)
    assert stored.calendars["service_hours"].day(TODAY).name == "Stengt"


def test_people_who_work_in_a_case_meanwhile_are_not_told_that_it_changed(desk, delivered):
    ticket = incident(desk)
    seen = ticket.version
    changed(desk, draft(closed=(TODAY,)))
    delivered()
    ticket.refresh_from_db()
    services.reply(
        ticket=ticket, by=desk.people.agent, body="Svar", now=NOW + HOUR, seen_version=seen
    )
    assert ticket.first_responded_at == NOW + HOUR


def test_a_target_that_has_run_out_by_the_new_rules_is_swept_once_as_of_when_it_was_due(
    desk, delivered
):
    quick = Rule("quick", "service_hours", first_response=Target(minutes=5))
    ticket = incident(desk)
    changed(desk, draft(rules=(quick,), escalations=DEFAULT_POLICY.escalations))
    delivered()
    sweep(THEN + HOUR)
    sweep(THEN + HOUR)
    ticket.refresh_from_db()
    assert ticket.breached_at == NOW + timedelta(minutes=5)
    assert len(events(ticket, "breached")) == 1
    assert all_differences(LATER) == []


def test_somebody_told_of_a_missed_target_is_not_told_again_when_it_is_due_later(desk, delivered):
    ticket = incident(desk)
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
    late = NOW + 6 * HOUR
    sweep(late)
    told = noted()
    changed(desk, draft(closed=(TODAY,)), at=late)
    delivered()
    sweep(late)
    assert noted() == told


# --- batches, kills, two at once --------------------------------------------------------------


def test_a_batch_is_moved_with_the_same_statements_however_many_cases_it_holds(desk):
    def cost(at, *closed) -> int:
        change = changed(desk, draft(closed=closed), at=at)
        with CaptureQueriesContext(connection) as asked:
            assert move_open_cases(change, after=0, now=at, batch=50) is not None
        return len(asked)

    incident(desk)
    one = cost(THEN, TODAY)
    for _ in range(25):
        incident(desk)
    assert cost(THEN + HOUR, TODAY, TOMORROW) == one


def test_a_move_that_is_done_again_moves_nobody_twice(desk, delivered):
    tickets = [incident(desk) for _ in range(5)]
    change = changed(desk, draft(closed=(TODAY,)))
    assert move_open_cases(change, after=0, now=THEN, batch=2) == tickets[1].pk
    delivered()
    delivered()
    assert [len(events(ticket, "rules_changed")) for ticket in tickets] == [1] * 5
    change.refresh_from_db()
    assert (change.moved, change.finished_at) == (5, THEN)


def test_killed_before_any_statement_a_batch_has_moved_all_of_its_cases_or_none(desk):
    tickets = [incident(desk) for _ in range(3)]
    change = changed(desk, draft(closed=(TODAY,)))
    number = 0
    while True:
        number += 1
        try:
            with connection.execute_wrapper(KilledAt(number)):
                move_open_cases(change, after=0, now=THEN, batch=50)
        except Killed:
            assert not TicketEvent.objects.filter(kind="rules_changed").exists()
            assert all_differences(LATER) == []
            continue
        break
    assert number > 5
    assert [len(events(ticket, "rules_changed")) for ticket in tickets] == [1] * 3
    assert all_differences(LATER) == []


def test_a_long_move_goes_on_in_a_new_row_so_that_no_row_takes_long(desk, delivered, monkeypatch):
    monkeypatch.setattr(rule_changes, "AT_A_TIME", 2)
    monkeypatch.setattr(rule_changes, "BATCH", 1)
    for _ in range(5):
        incident(desk)
    change = changed(desk, draft(closed=(TODAY,)))
    rounds = 0
    while delivered():
        rounds += 1
    change.refresh_from_db()
    assert (rounds, change.moved, change.finished_at) == (3, 5, THEN)


def test_a_case_that_cannot_be_replayed_keeps_its_rules_and_is_counted(desk, delivered):
    broken, whole = incident(desk), incident(desk)
    TicketEvent.objects.create(ticket=broken, kind="opened", at=NOW + HOUR / 4, data={})
    change = changed(desk, draft(closed=(TODAY,)))
    delivered()
    change.refresh_from_db()
    assert (change.moved, change.left) == (1, 1)
    assert Ticket.objects.get(pk=whole.pk).policy_id == change.after_id
    assert Ticket.objects.get(pk=broken.pk).policy_id == change.before_id


def test_the_last_of_two_changes_decides_also_when_the_first_is_still_under_way(desk, delivered):
    tickets = [incident(desk) for _ in range(3)]
    first = changed(desk, draft(closed=(TODAY,)))
    move_open_cases(first, after=0, now=THEN, batch=1)
    second = changed(desk, draft(closed=(TODAY, TOMORROW)), at=THEN + HOUR / 6)
    delivered()
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.policy_id == second.after_id
    assert all_differences(LATER) == []


# --- rules that begin later -------------------------------------------------------------------


def test_rules_that_begin_later_hold_from_then_and_open_cases_are_moved_then(desk, monkeypatch):
    before = incident(desk)
    change = changed(desk, draft(closed=(TODAY,)), begins=NEXT_WEEK)
    assert current_service_model(NEXT_WEEK - SECOND).version_id == change.before_id
    assert current_service_model(NEXT_WEEK).version_id == change.after_id
    assert outbox.drain(NEXT_WEEK - SECOND, topics=[rule_changes.TOPIC]) == 0
    until_then = incident(desk, at=NEXT_WEEK - SECOND)
    monkeypatch.setattr(rule_changes.timezone, "now", lambda: NEXT_WEEK)
    assert outbox.drain(NEXT_WEEK, topics=[rule_changes.TOPIC]) == 1
    after = incident(desk, at=NEXT_WEEK)
    for ticket in (before, until_then, after):
        ticket.refresh_from_db()
        assert ticket.policy_id == change.after_id
    change.refresh_from_db()
    assert (change.moved, change.finished_at) == (2, NEXT_WEEK)
    assert all_differences(LATER) == []


def test_while_rules_wait_to_begin_no_others_are_made_and_afterwards_they_are(desk):
    changed(desk, draft(closed=(TODAY,)), begins=NEXT_WEEK)
    with pytest.raises(ValidationError, match="begin later"):
        changed(desk, draft(closed=(TOMORROW,)), at=NEXT_WEEK - SECOND)
    changed(desk, draft(closed=(TOMORROW,)), at=NEXT_WEEK + SECOND)
    assert RuleChange.objects.count() == 2


@pytest.mark.parametrize("begins", [THEN, THEN - HOUR])
def test_rules_cannot_begin_in_the_past(desk, begins):
    with pytest.raises(ValidationError, match="day to come"):
        changed(desk, draft(closed=(TODAY,)), begins=begins)
    assert not RuleChange.objects.exists()


def test_rules_that_are_taken_back_never_hold_and_leave_room_for_others(desk):
    ticket = incident(desk)
    calendars = CalendarVersion.objects.count()
    change = changed(desk, draft(closed=(TODAY,)), begins=NEXT_WEEK)
    take_back(change, by=desk.people.manager, now=NEXT_WEEK - SECOND)
    assert later_change(NOW) is None and not RuleChange.objects.exists()
    assert CalendarVersion.objects.count() == calendars
    assert current_service_model(LATER).version_id == ticket.policy_id
    assert outbox.drain(LATER, topics=[rule_changes.TOPIC]) == 1  # and moves nobody
    again = changed(desk, draft(closed=(TOMORROW,)), begins=NEXT_WEEK)
    assert current_service_model(NEXT_WEEK).version_id == again.after_id
    assert events(ticket, "rules_changed") == []


def test_rules_that_hold_cannot_be_taken_back(desk):
    change = changed(desk, draft(closed=(TODAY,)), begins=NEXT_WEEK)
    with pytest.raises(ValidationError, match="in force"):
        take_back(change, by=desk.people.manager, now=NEXT_WEEK)
    with pytest.raises(PermissionDenied):
        take_back(change, by=desk.people.agent, now=THEN)
    assert RuleChange.objects.get() == change


# --- who, and what is refused -----------------------------------------------------------------


@pytest.mark.parametrize("who", ["agent", "expert", "asker", "stranger"])
def test_only_those_who_answer_for_the_service_model_change_it(desk, who):
    model = draft(closed=(TODAY,))
    with pytest.raises(PermissionDenied):
        change_rules(
            model,
            before=current_service_model(NOW).version_id,
            reason="Fordi",
            by=getattr(desk.people, who),
            now=THEN,
            for_open_cases=True,
            foreseen=foresee(model, now=NOW),
        )
    assert not RuleChange.objects.exists()


def test_a_change_without_a_reason_is_refused(desk):
    with pytest.raises(ValidationError, match="why"):
        changed(desk, draft(closed=(TODAY,)), reason="  ")


def test_of_two_who_change_the_rules_at_once_the_second_is_told(desk):
    opened(desk)
    began_with = current_service_model(NOW).version_id
    changed(desk, draft(closed=(TODAY,)))
    model = draft(closed=(TOMORROW,))
    with pytest.raises(ValidationError, match="Somebody else"):
        change_rules(
            model,
            before=began_with,
            reason="Fordi",
            by=desk.people.manager,
            now=THEN + HOUR,
            for_open_cases=True,
            foreseen=foresee(model, now=NOW),
        )


def test_rules_that_leave_a_kind_of_case_out_are_refused_and_nothing_is_stored(desk):
    some = Rule("some", "service_hours", case_types=("incident",))
    with pytest.raises(PolicyError, match="no rule for"):
        changed(desk, draft(rules=(some,)))
    assert not RuleChange.objects.exists()
