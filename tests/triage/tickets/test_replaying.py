"""Everything that is stored of deadlines comes out of the log again, and what does not is found."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.triage.tickets.desk import MINUTE, NOW, in_status, opened
from tests.triage.tickets.sweeps import all_differences, events, incident
from triage.tickets import batches, replaying, services
from triage.tickets.clocks import STORED, SUMMARY
from triage.tickets.models import DeadlineNotice, Ticket, TicketClock, TicketEvent
from triage.tickets.replaying import repair
from triage.tickets.states import Status
from triage.tickets.sweeping import sweep

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=400)


@pytest.fixture
def cases(desk):
    """A case in every state, one answered late, one swept at a share and one when it ran out."""
    for status in Status:
        in_status(desk, status)
    late = incident(desk, priority="P2")
    services.reply(ticket=late, by=desk.people.agent, body="Sent", now=NOW + 2 * HOUR)
    incident(desk)
    incident(desk, priority="P1")
    sweep(NOW + 3 * HOUR + MINUTE)
    return desk


def _run(*options) -> tuple[str, str]:
    """What the command says, and what it fails with."""
    said = StringIO()
    try:
        call_command("sla_replay", *options, stdout=said)
    except CommandError as error:
        return said.getvalue(), str(error)
    return said.getvalue(), ""


def test_every_stored_value_comes_out_of_the_log(cases):
    assert all_differences(LATER) == []
    assert all_differences(NOW, batch=2) == []


def test_it_does_not_matter_when_it_is_asked_nor_that_the_sweep_is_late(cases):
    assert TicketClock.objects.filter(sweep_at__lt=LATER).exists()
    assert all_differences(LATER) == []
    sweep(LATER)
    assert all_differences(LATER + HOUR) == []


@pytest.mark.parametrize("field", [name for name in STORED if name != "commitment"])
def test_a_moment_of_a_clock_that_was_tampered_with_is_found(cases, field):
    clock = TicketClock.objects.filter(kind="first_response", met_at=None).earliest("pk")
    kept = {"met_at": None, "stopped_at": None} if field in ("met_at", "stopped_at") else {}
    TicketClock.objects.filter(pk=clock.pk).update(**{**kept, field: NOW - HOUR})
    assert ("first_response 1", field) in all_differences(LATER)


def test_a_commitment_that_was_tampered_with_is_found(cases):
    TicketClock.objects.filter(commitment="guarantee", kind="resolution").update(
        commitment="declaration"
    )
    assert {("resolution 1", "commitment")} == set(all_differences(LATER))


@pytest.mark.parametrize(
    ("field", "value"),
    [(name, NOW - HOUR) for name in SUMMARY if name != "next_due_kind"]
    + [("next_due_kind", "update")],
)
def test_a_summary_that_was_tampered_with_is_found(cases, field, value):
    ticket = Ticket.objects.open().earliest("pk")
    Ticket.objects.filter(pk=ticket.pk).update(**{field: value})
    assert all_differences(LATER) == [("case", field)]


def test_a_clock_too_many_or_too_few_is_found(cases):
    clock = TicketClock.objects.filter(kind="resolution", met_at=None).earliest("pk")
    TicketClock.objects.filter(pk=clock.pk).update(number=7)
    assert all_differences(LATER) == [("resolution 1", "exists"), ("resolution 7", "exists")]


def test_a_breach_that_is_not_in_the_log_is_found_and_written_without_telling_anybody(desk):
    late = incident(desk, priority="P2")
    services.reply(ticket=late, by=desk.people.agent, body="Sent", now=NOW + 2 * HOUR)
    rows = [row for row in late.events.all() if row.kind != "breached"]
    clocks = list(late.clocks.all())
    found = replaying.compared(late, rows, clocks, now=LATER)
    assert [(each.where, each.field) for each in found] == [("first_response 1", "breach_in_log")]


def test_somebody_who_works_on_a_case_meanwhile_is_no_difference(cases, monkeypatch):
    """The batch was read before the change; the case is compared again with its row locked."""
    real = batches._by_ticket
    ticket = Ticket.objects.filter(status=Status.NEW).earliest("pk")

    def then_answered(rows, *arguments):
        found = real(rows, *arguments)
        if rows.model is TicketEvent:
            services.reply(ticket=ticket, by=cases.people.agent, body="Svar", now=NOW + 4 * HOUR)
        return found

    monkeypatch.setattr(batches, "_by_ticket", then_answered)
    assert all_differences(LATER) == []


def test_a_batch_costs_the_same_statements_however_many_cases_it_holds(desk):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert all_differences(LATER) == []
        return len(asked)

    opened(desk)
    one = cost()
    for _ in range(25):
        opened(desk)
    assert cost() == one == 4  # cases, log, clocks, and no more cases


# --- the command ------------------------------------------------------------------------------


def test_the_command_says_how_much_it_compared(cases):
    said, fault = _run()
    assert fault == ""
    assert said == (
        f"{Ticket.objects.count()} cases with {TicketClock.objects.count()} clocks replayed: "
        "0 differences in 0 cases.\n"
    )


def test_the_command_lists_what_differs_and_fails(cases):
    ticket = Ticket.objects.open().earliest("pk")
    due = ticket.next_due_at
    Ticket.objects.filter(pk=ticket.pk).update(next_due_at=None)
    said, fault = _run("--batch", "1")
    assert (
        f"{ticket.reference} case next_due_at: stored nothing, replayed {due.isoformat()}" in said
    )
    assert "1 differences in 1 cases" in said
    assert "--repair" in fault


def test_a_repair_writes_what_the_log_says_with_a_line_in_the_log(cases):
    clock = TicketClock.objects.filter(kind="resolution", met_at=None).earliest("pk")
    before = TicketClock.objects.filter(pk=clock.pk).values().get()
    TicketClock.objects.filter(pk=clock.pk).update(due_at=NOW, sweep_at=None)
    noted = DeadlineNotice.objects.count()

    said, fault = _run("--repair")
    assert (fault, "Repaired 1 cases." in said) == ("", True)
    assert TicketClock.objects.filter(pk=clock.pk).values().get() == before
    [line] = events(clock.ticket, "clocks_corrected")
    assert line["changes"][0] == {
        "where": "resolution 1",
        "field": "due_at",
        "before": NOW.isoformat(),
        "after": before["due_at"].isoformat(),
    }
    assert DeadlineNotice.objects.count() == noted
    assert _run()[1] == ""


def test_deadlines_from_before_holding_replies_were_news_are_told_of_and_put_right_at_once(desk):
    case = incident(desk)
    agent = desk.people.agent
    services.reply(ticket=case, by=agent, body="Svar", now=NOW + HOUR)
    before = TicketClock.objects.get(ticket=case, kind="update")
    services.reply(
        ticket=case, by=agent, body="Vi ser på det", now=NOW + 2 * HOUR, counts_as_answer=False
    )
    after = list(case.clocks.order_by("kind", "number").values(*STORED))
    case.clocks.filter(kind="update").delete()  # as they were stored: one update, still running
    before.save(force_insert=True)
    Ticket.objects.filter(pk=case.pk).update(
        next_due_at=before.due_at, queue_at=before.due_at, next_due_kind="update"
    )

    said, failed = _run()
    assert f"{case.reference} update 1 met_at: stored nothing, replayed" in said
    assert f"{case.reference} update 2 exists: stored False, replayed True" in said
    assert failed.endswith("Run sla_replay --repair.")
    said, failed = _run("--repair")
    assert said.endswith("Repaired 1 cases.\n") and not failed
    assert list(case.clocks.order_by("kind", "number").values(*STORED)) == after
    assert len(events(case, "clocks_corrected")) == 1
    assert _run() == ("1 cases with 4 clocks replayed: 0 differences in 0 cases.\n", "")
    assert not DeadlineNotice.objects.exists()


def test_a_case_that_is_right_is_not_repaired(cases):
    ticket = Ticket.objects.earliest("pk")
    assert repair(ticket.pk, now=LATER) == []
    assert events(ticket, "clocks_corrected") == []


def test_a_log_that_cannot_be_replayed_is_reported_and_left_for_a_person(cases):
    ticket = opened(cases)
    TicketEvent.objects.create(ticket=ticket, kind="opened", at=NOW + HOUR, data={})
    said, fault = _run("--repair")
    assert f"{ticket.reference} case replay: stored nothing, replayed a case is opened once" in said
    assert "cannot be replayed" in fault


def test_a_batch_of_nothing_is_refused(db):
    assert _run("--batch", "0")[1] == "--batch is at least 1."
