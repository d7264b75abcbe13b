"""What second-line teams have agreed: stored from the log, swept, told, and never shown outside."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, transaction

from dispatch.models import Mail
from tests.triage.tickets.desk import NOW, opened
from tests.triage.tickets.sweeps import all_differences, events, incident, noted
from tests.triage.tickets.test_sweep_killed import Killed, KilledAt, _outcome
from triage.sla.agreements import Agreement
from triage.sla.policy import DEFAULT_POLICY, INTERNAL, policy_to_json
from triage.sla.service_model import current_service_model, store_example, store_version
from triage.sla.targets import Target
from triage.tickets import merging, services
from triage.tickets.foreseeing import DRAFT, foresee
from triage.tickets.models import Ticket, TicketClock
from triage.tickets.queries import internal_deadlines
from triage.tickets.rule_changes import change_rules, move_open_cases
from triage.tickets.sweeping import sweep, sweep_for_breaches

HOUR = timedelta(hours=1)
AGREED = (Agreement("autorisasjon", "service_hours", Target(minutes=120)),)
OVERDUE = NOW + timedelta(hours=3)


def agreed(*agreements):
    """The example policy with these agreements, in force from long ago."""
    stored = store_example(NOW)
    stored.data = policy_to_json(replace(DEFAULT_POLICY, agreements=agreements or AGREED))
    stored.save()


def hand_over(desk, ticket, *, at=NOW, to=None, by=None):
    services.hand_over(
        ticket=ticket,
        by=by or desk.people.agent,
        to=to or desk.second,
        reason="expertise",
        tried="Har sett i loggen.",
        now=at,
    )


def hand_back(desk, ticket, at):
    services.hand_back(ticket=ticket, by=desk.people.expert, reason="Ikke hos oss.", now=at)


def parts(ticket):
    return list(ticket.clocks.filter(kind=INTERNAL).order_by("number"))


@pytest.fixture
def handed(desk):
    """A case handed to a team that has two hours."""
    agreed()
    ticket = incident(desk)
    services.reply(ticket=ticket, by=desk.people.agent, body="Vi ser på det.", now=NOW)
    hand_over(desk, ticket)
    return ticket


def test_a_hand_over_stores_the_teams_deadline_and_leaves_the_promises_alone(desk, handed):
    plain = incident(desk)
    services.reply(ticket=plain, by=desk.people.agent, body="Vi ser på det.", now=NOW)
    [part] = parts(handed)
    assert (part.team, part.due_at) == ("autorisasjon", NOW + 2 * HOUR)
    assert internal_deadlines([handed, plain]) == {handed.pk: NOW + 2 * HOUR}
    for name in ("next_due_at", "next_due_kind", "queue_at", "breached_at"):
        assert getattr(handed, name) == getattr(plain, name)
    assert all_differences(NOW) == []


def test_the_team_is_warned_once_and_told_once_and_the_case_is_not_late_for_that(desk, handed):
    desk.second.lead = desk.people.expert
    desk.second.save()
    sweep(NOW + 1.6 * HOUR)
    assert events(handed, "warned")[0]["team"] == "autorisasjon"
    assert noted(clock=INTERNAL) == {("Finn Aas", "near", 75)}
    for _ in range(2):
        sweep(OVERDUE)
    [line] = events(handed, "breached")
    assert (line["clock"], line["number"]) == (INTERNAL, 1)
    assert noted(clock=INTERNAL) == {("Finn Aas", "near", 75), ("Finn Aas", "missed", 100)}
    handed.refresh_from_db()
    assert handed.breached_at is None
    assert parts(handed)[0].breached_at == NOW + 2 * HOUR
    assert all_differences(OVERDUE) == []


def test_the_mail_speaks_of_the_teams_own_deadline_and_not_of_the_case(desk, handed):
    sweep_for_breaches(OVERDUE)
    sweep_for_breaches(OVERDUE + HOUR)
    [mail] = Mail.objects.filter(kind="deadlines")
    assert mail.to == desk.people.expert.email
    assert "own deadline" in mail.text or "egen frist" in mail.text
    assert "token" not in mail.text and "loggen" not in mail.text


def test_a_case_handed_back_too_late_is_told_the_team_that_had_it(desk, handed):
    hand_back(desk, handed, OVERDUE)
    [part] = parts(handed)
    assert part.met_at == OVERDUE and part.breached_at == NOW + 2 * HOUR
    assert noted(clock=INTERNAL) == {("Finn Aas", "missed", 100)}
    assert [line["clock"] for line in events(handed, "breached")] == [INTERNAL]
    assert all_differences(OVERDUE) == []


def test_a_late_part_of_a_team_that_is_gone_is_told_to_nobody(desk, handed):
    desk.second.slug = "noe_annet"
    desk.second.save()
    hand_back(desk, handed, OVERDUE)
    assert noted(clock=INTERNAL) == set()
    assert all_differences(OVERDUE) == []


def test_a_case_that_bounces_has_a_part_for_each_time_the_team_gets_it(desk, handed):
    hand_back(desk, handed, NOW + HOUR)
    hand_over(desk, handed, at=NOW + 1.5 * HOUR)
    first, second = parts(handed)
    assert (first.met_at, first.breached_at) == (NOW + HOUR, None)
    assert second.started_at == NOW + 1.5 * HOUR and second.is_running
    assert all_differences(NOW + 2 * HOUR) == []


def test_a_solved_case_that_is_reopened_goes_on_with_the_same_part(desk, handed):
    expert = desk.people.expert
    services.resolve(
        ticket=handed, by=expert, solution_code="answer", body="Rettet.", now=NOW + HOUR
    )
    assert parts(handed)[0].met_at == NOW + HOUR
    services.reopen(ticket=handed, by=expert, reason="Feil igjen.", now=NOW + 24 * HOUR)
    [part] = parts(handed)
    assert part.is_running and part.due_at == NOW + 25 * HOUR
    assert all_differences(NOW + 24 * HOUR) == []


def test_a_case_merged_into_another_gives_its_part_up_and_the_other_keeps_its_own(desk, handed):
    other = opened(desk, at=NOW - 24 * HOUR)
    hand_over(desk, other, at=NOW)
    merging.mark_duplicate(ticket=handed, by=desk.people.agent, of=other, now=NOW + HOUR)
    assert parts(handed)[0].stopped_at == NOW + HOUR
    [part] = parts(other)
    assert part.started_at == NOW
    assert all_differences(NOW + HOUR) == []


def test_an_agreement_made_later_is_foreseen_and_gives_open_cases_their_deadline(desk):
    ticket = incident(desk)
    hand_over(desk, ticket)
    model = current_service_model(NOW)
    draft = replace(model, version_id=DRAFT, policy=replace(model.policy, agreements=AGREED))
    seen = foresee(draft, now=NOW)
    assert (seen.changing, seen.kinds[INTERNAL].begins) == (1, 1)
    change = change_rules(
        draft,
        before=model.version_id,
        reason="Avtalt mellom linjene.",
        by=desk.people.manager,
        now=NOW + HOUR,
        for_open_cases=True,
        foreseen=seen,
    )
    move_open_cases(change, after=0, now=NOW + HOUR, batch=10)
    [part] = parts(ticket)
    assert (part.due_at, part.team) == (NOW + 2 * HOUR, "autorisasjon")
    assert all_differences(NOW + HOUR) == []


def test_the_database_stores_what_a_stored_version_says(desk):
    model = current_service_model(NOW)
    policy = replace(model.policy, agreements=AGREED)
    store_version(replace(model, policy=policy), valid_from=NOW, note="")
    assert current_service_model(NOW).policy.agreements == AGREED


def test_killed_before_any_statement_a_team_is_told_once(desk, handed, thorough):
    start = transaction.savepoint()
    counted = KilledAt(0)
    with connection.execute_wrapper(counted):
        sweep_for_breaches(OVERDUE)
    sweep_for_breaches(OVERDUE + HOUR)
    wanted = _outcome()
    assert len(wanted["mails"]) == 1
    transaction.savepoint_rollback(start)
    for number in range(1, counted.count + 1, 1 if thorough else 4):
        start = transaction.savepoint()
        with pytest.raises(Killed), connection.execute_wrapper(KilledAt(number)):
            sweep_for_breaches(OVERDUE)
        sweep_for_breaches(OVERDUE)
        sweep_for_breaches(OVERDUE + HOUR)
        assert _outcome() == wanted, f"killed before statement {number}"
        transaction.savepoint_rollback(start)


def test_two_cases_at_two_teams_are_told_each_their_own(desk):
    agreed(*AGREED, Agreement("plattform", "service_hours", Target(minutes=60)))
    one, two = incident(desk), incident(desk)
    hand_over(desk, one)
    hand_over(desk, two, to=desk.third)
    sweep(OVERDUE)
    assert noted(clock=INTERNAL, ticket=one) == {("Finn Aas", "missed", 100)}
    assert noted(clock=INTERNAL, ticket=two) == {("Gro Vik", "missed", 100)}
    assert Ticket.objects.filter(breached_at__isnull=False).count() == 0
    assert TicketClock.objects.filter(kind=INTERNAL, sweep_at__isnull=False).count() == 0
