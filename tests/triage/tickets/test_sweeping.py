"""What comes due is dealt with once: logged as of when it was, acted on, and noted for people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import Mail
from dispatch.outbox import history
from tests.triage.tickets.desk import MINUTE, NOW, opened
from tests.triage.tickets.sweeps import all_differences, events, incident, noted, with_rules
from triage.sla.escalation import Escalation
from triage.tickets import services, sweeping
from triage.tickets.models import Involvement, TicketClock
from triage.tickets.sweeping import sweep

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOVE = Escalation("to_platform", 100, targets=("first_response",), move_to="plattform")


# --- shares and breaches --------------------------------------------------------------------------


def test_a_share_is_warned_of_once_as_of_when_it_was_used_up(desk):
    ticket = incident(desk)  # four hours from 10.00
    assert sweep(NOW + 3 * HOUR) == 0
    assert sweep(NOW + 3 * HOUR + MINUTE) == 1
    assert sweep(NOW + 3 * HOUR + 2 * MINUTE) == 0

    event = ticket.events.get(kind="warned")
    assert event.at == NOW + 3 * HOUR
    assert (event.data["clock"], event.data["percent"]) == ("first_response", 75)
    assert not ticket.events.filter(kind="breached").exists()


def test_several_shares_come_one_after_the_other(desk):
    with_rules(
        *(Escalation(f"at_{n}", n, targets=("first_response",), notify=("team",)) for n in (25, 50))
    )
    ticket = incident(desk)
    for hours, expected in ((1, [25]), (2, [25, 50]), (3, [25, 50])):
        sweep(NOW + hours * HOUR + MINUTE)
        assert [each["percent"] for each in events(ticket, "warned")] == expected
    sweep(NOW + 4 * HOUR + MINUTE)
    assert len(events(ticket, "breached")) == 1


def test_after_downtime_only_the_furthest_share_is_told_and_no_rule_is_lost(desk):
    with_rules(
        Escalation("half", 50, targets=("first_response",), notify=("managers",)),
        Escalation("most", 90, targets=("first_response",), raise_priority=True),
        Escalation("all", 100, targets=("first_response",), notify=("team",)),
    )
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)

    assert events(ticket, "warned") == []
    assert [each["rule"] for each in events(ticket, "escalated")] == ["all", "most", "half"]
    assert noted() == {
        ("Lise Leder", "missed", 100),
        ("Ada Lund", "missed", 100),
        ("Bo Nes", "missed", 100),
    }


def test_a_share_that_passed_unnoticed_is_not_told_to_those_who_hear_of_the_breach(desk):
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    assert [each["rule"] for each in events(ticket, "escalated")] == ["missed"]


def test_an_answered_case_is_not_swept(desk):
    ticket = incident(desk)
    services.reply(ticket=ticket, by=desk.people.agent, body="Svar", now=NOW + HOUR)
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="", now=NOW + 2 * HOUR
    )
    assert sweep(NOW + 60 * DAY) == 0
    assert not TicketClock.objects.filter(sweep_at__isnull=False).exists()


def test_a_case_that_waits_outside_is_left_alone_until_it_goes_on(desk):
    ticket = incident(desk)
    services.ask_back(ticket=ticket, by=desk.people.agent, body="Hva?", now=NOW + HOUR)
    assert sweep(NOW + 60 * DAY) == 0
    services.customer_reply(ticket=ticket, by=desk.people.asker, body="Det", now=NOW + 60 * DAY)
    assert sweep(NOW + 61 * DAY) == 0
    sweep(NOW + 70 * DAY)
    assert {each["clock"] for each in events(ticket, "breached")} >= {"resolution"}


def test_a_breach_that_a_lower_priority_undoes_may_come_again_at_its_new_time(desk):
    ticket = incident(desk, priority="P2")
    sweep(NOW + HOUR + MINUTE)
    ticket.refresh_from_db()
    assert ticket.breached_at == NOW + HOUR

    services.correct_priority(
        ticket=ticket, by=desk.people.agent, impact=2, urgency=2, severity="", security=False,
        reason="Bare én", now=NOW + HOUR + 2 * MINUTE,
    )  # fmt: skip
    ticket.refresh_from_db()
    assert ticket.breached_at is None
    sweep(NOW + 4 * HOUR + MINUTE)
    assert [event.at for event in ticket.events.filter(kind="breached")] == [
        NOW + HOUR,
        NOW + 4 * HOUR,
    ]
    assert all_differences(NOW + 5 * HOUR) == []


def test_a_higher_priority_keeps_what_has_been_recorded_as_missed(desk):
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    services.correct_priority(
        ticket=ticket, by=desk.people.agent, impact=1, urgency=2, severity="", security=False,
        reason="Flere", now=NOW + 4 * HOUR + 2 * MINUTE,
    )  # fmt: skip
    sweep(NOW + 4 * HOUR + 3 * MINUTE)
    ticket.refresh_from_db()
    assert ticket.breached_at == NOW + HOUR
    assert len([e for e in events(ticket, "breached") if e["clock"] == "first_response"]) == 1
    assert all_differences(NOW + 5 * HOUR) == []


# --- rules ------------------------------------------------------------------------------------


def test_the_assignee_is_told_and_the_team_when_nobody_has_it(desk):
    free, taken = incident(desk), incident(desk)
    services.take_ticket(ticket=taken, by=desk.people.colleague, now=NOW + MINUTE)
    sweep(NOW + 3 * HOUR + MINUTE)
    assert noted(ticket=free) == {("Ada Lund", "near", 75), ("Bo Nes", "near", 75)}
    assert noted(ticket=taken) == {("Bo Nes", "near", 75)}


def test_a_missed_guarantee_is_told_to_the_lead_and_the_most_urgent_to_managers(desk):
    desk.first.lead = desk.people.guard
    desk.first.save()
    p2, p1 = incident(desk, priority="P2"), incident(desk, priority="P1")
    services.take_ticket(ticket=p2, by=desk.people.agent, now=NOW)
    services.take_ticket(ticket=p1, by=desk.people.agent, now=NOW)
    sweep(NOW + HOUR + MINUTE)
    told = {"Ada Lund", "Siri Vakt"}
    assert {name for name, _, _ in noted(ticket=p2, clock="first_response")} == told
    assert {name for name, _, _ in noted(ticket=p1, clock="first_response")} == {
        *told,
        "Lise Leder",
    }


def test_every_role_has_its_people(desk):
    with_rules(
        Escalation(
            "all", 100, targets=("first_response",),
            notify=("team_lead", "first_line", "security_team", "managers"),
        )
    )  # fmt: skip
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    assert {name for name, _, _ in noted()} == {"Ada Lund", "Bo Nes", "Siri Vakt", "Lise Leder"}
    [event] = events(ticket, "escalated")
    assert event["people"] == 4


def test_those_who_have_left_are_not_told(desk):
    desk.first.lead = desk.people.agent
    desk.first.save()
    desk.people.agent.is_active = False
    desk.people.agent.save()
    incident(desk, priority="P2")
    sweep(NOW + HOUR + MINUTE)
    assert {name for name, _, _ in noted()} == {"Bo Nes"}


@pytest.mark.parametrize(
    ("priority", "proposed"), [("P4", "P3"), ("P3", "P2"), ("P2", "P1"), ("P1", None)]
)
def test_a_higher_priority_is_proposed_and_never_set(desk, priority, proposed):
    with_rules(Escalation("raise", 100, targets=("first_response",), raise_priority=True))
    ticket = incident(desk, priority=priority)
    sweep(NOW + 3 * DAY)
    found = [each.get("proposed") for each in events(ticket, "escalated")]
    assert found == ([proposed] if proposed else [])
    ticket.refresh_from_db()
    assert ticket.priority == priority


def test_a_rule_moves_a_case_to_a_team_and_its_members_are_told_with_the_rest(desk):
    with_rules(MOVE)
    ticket = incident(desk)
    services.take_ticket(ticket=ticket, by=desk.people.agent, now=NOW)
    Mail.objects.all().delete()
    sweep(NOW + 4 * HOUR + MINUTE)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (desk.third, None)
    assert Involvement.objects.get(ticket=ticket, ended_at=None).team == desk.third
    [moved] = events(ticket, "handed_over")
    assert moved == {
        "from": "servicedesk", "to": "plattform", "rule": "to_platform", "automatic": True,
    }  # fmt: skip
    assert events(ticket, "escalated")[0]["moved_to"] == "plattform"
    assert noted() == {("Gro Vik", "moved", 100)}
    assert not Mail.objects.exists()
    assert sweep(NOW + 4 * HOUR + 2 * MINUTE) == 0
    assert all_differences(NOW + 5 * HOUR) == []


@pytest.mark.parametrize(
    ("fields", "because"),
    [({"severity": "A"}, "severity"), ({"security": True}, "security")],
)
def test_the_most_severe_and_security_cases_are_moved_by_people_alone(desk, fields, because):
    with_rules(MOVE)
    ticket = incident(desk)
    services.correct_priority(
        ticket=ticket, by=desk.people.agent, impact=1, urgency=1, reason="Alvorlig", now=NOW,
        **{"severity": "", "security": False, **fields},
    )  # fmt: skip
    sweep(NOW + 4 * HOUR)
    ticket.refresh_from_db()
    assert ticket.team == desk.first
    [event] = events(ticket, "escalated")
    assert (event["left"], event["because"]) == ("plattform", because)


def test_a_rule_with_a_team_that_is_gone_or_has_the_case_moves_nothing(desk):
    with_rules(
        Escalation("gone", 100, targets=("first_response",), move_to="nedlagt"),
        Escalation("here", 100, targets=("first_response",), move_to="servicedesk"),
    )
    ticket = incident(desk)
    sweep(NOW + 4 * HOUR + MINUTE)
    ticket.refresh_from_db()
    assert ticket.team == desk.first
    [event] = events(ticket, "escalated")
    assert (event["rule"], event["because"]) == ("gone", "no_team")


# --- beside what people do ------------------------------------------------------------------------


def test_a_late_answer_before_the_sweep_is_recorded_and_told_once(desk):
    ticket = incident(desk, priority="P2")
    services.reply(ticket=ticket, by=desk.people.agent, body="Sent", now=NOW + HOUR + MINUTE)
    assert [each["clock"] for each in events(ticket, "breached")] == ["first_response"]
    assert noted() == {("Ada Lund", "missed", 100), ("Bo Nes", "missed", 100)}
    assert events(ticket, "escalated") == []
    sweep(NOW + HOUR + 2 * MINUTE)
    assert len(events(ticket, "breached")) == 1


def test_an_overdue_case_somebody_writes_a_note_in_is_still_the_sweeps(desk):
    ticket = incident(desk)
    services.add_note(ticket=ticket, by=desk.people.agent, body="Ser", now=NOW + 5 * HOUR)
    assert events(ticket, "breached") == []
    sweep(NOW + 5 * HOUR + MINUTE)
    assert len(events(ticket, "breached")) == 1


def test_what_is_brought_in_from_the_past_is_logged_and_told_nobody(desk):
    ticket = incident(desk, priority="P2")
    late = incident(desk, priority="P2")
    with history():
        services.reply(ticket=late, by=desk.people.agent, body="Sent", now=NOW + HOUR + MINUTE)
        sweep(NOW + HOUR + 2 * MINUTE)
    assert len(events(ticket, "breached")) == len(events(late, "breached")) == 1
    assert noted() == set()


# --- the sweep itself ---------------------------------------------------------------------------


def test_everything_is_found_in_batches_however_small(desk):
    for minute in range(5):
        incident(desk, at=NOW + minute * MINUTE)
        incident(desk, at=NOW + minute * MINUTE)
    assert sweep(NOW + 3 * HOUR + 10 * MINUTE, batch=3) == 10
    assert sweep(NOW + 3 * HOUR + 10 * MINUTE, batch=3) == 0


def test_what_is_due_is_one_question_however_many_cases_are_open(desk):
    for _ in range(25):
        opened(desk)
    with CaptureQueriesContext(connection) as asked:
        assert sweep(NOW + MINUTE) == 0
    assert len(asked) == 1
    assert '"sweep_at" < ' in asked[0]["sql"] and "JOIN" not in asked[0]["sql"]


def test_each_due_clock_costs_as_many_statements_as_the_one_before(desk):
    def cost(count: int, day: int) -> int:
        at = NOW + day * DAY
        for _ in range(count):
            incident(desk, at=at)
        sweep(at + 3 * HOUR - MINUTE)
        with CaptureQueriesContext(connection) as asked:
            assert sweep(at + 3 * HOUR + MINUTE) == count
        return len(asked)

    one, many = cost(1, day=0), cost(5, day=1)
    assert many - 1 == 5 * (one - 1)


def test_a_case_that_cannot_be_dealt_with_does_not_hold_up_the_others(desk, monkeypatch):
    bad, good = incident(desk), incident(desk, at=NOW + MINUTE)
    real = sweeping.escalate

    def refuse(ticket, row, *, now):
        if ticket.pk == bad.pk:
            raise ValueError("the policy has the wrong form")
        real(ticket, row, now=now)

    monkeypatch.setattr(sweeping, "escalate", refuse)
    assert sweep(NOW + 3 * HOUR + 5 * MINUTE, batch=1) == 1
    assert (events(bad, "warned"), len(events(good, "warned"))) == ([], 1)
    monkeypatch.undo()
    assert sweep(NOW + 3 * HOUR + 6 * MINUTE) == 1


def test_a_wrong_time_for_the_next_look_is_put_right_and_nothing_else_happens(desk):
    ticket = incident(desk)
    ticket.clocks.update(sweep_at=NOW)
    assert sweep(NOW + MINUTE) == 1  # the one look puts both clocks right
    assert set(ticket.events.values_list("kind", flat=True)) == {"opened"}
    assert all_differences(NOW + MINUTE) == []
