"""What binds at intake stands in the case's log, so that replay proves every due time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, TermsSignature, TermsVersion
from dispatch import outbox
from tests.factories import make_product
from tests.triage.sla.times import oslo
from tests.triage.tickets.desk import NOW, opened
from tests.triage.tickets.sweeps import all_differences, events, incident
from triage.sla.facts import Facts
from triage.sla.policy import DEFAULT_POLICY, SIGNED, PolicyError, Rule, Target
from triage.sla.service_model import current_service_model
from triage.tickets import facts as facts_module
from triage.tickets import merging, rule_changes, services
from triage.tickets.clocks import ended_promise
from triage.tickets.foreseeing import DRAFT, foresee
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.rule_changes import change_rules

HOUR = timedelta(hours=1)
LAST_DAY = date(2026, 4, 30)
APRIL = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
MONTHS_LATER = NOW + timedelta(days=60)


def with_rule(*rules: Rule, at: datetime, **policy):
    """The rules in force at a moment, with these before the others."""
    model = current_service_model(at)
    policy = replace(model.policy, rules=(*rules, *model.policy.rules), **policy)
    return replace(model, version_id=DRAFT, policy=policy)


def ending(**more) -> Rule:
    """Help with Maskinporten, until a day."""
    own = next(rule for rule in DEFAULT_POLICY.rules if rule.name == "question_or_order")
    return replace(own, name="ending", products=("maskinporten",), until=LAST_DAY, **more)


def agreement(desk) -> Rule:
    """Faults from the organisation are answered within half an hour."""
    half = Target(minutes=30, commitment="guarantee")
    return Rule(
        "agreement",
        "service_hours",
        case_types=("incident",),
        first_response=half,
        organisations=(desk.organisation.pk,),
        reason="De varsler om drikkevann.",
    )


def changed(desk, model, *, at, for_open_cases=False):
    """The change, made by the manager; open cases are moved to it when asked for."""
    found = change_rules(
        model,
        before=current_service_model(at).version_id,
        reason="Utfasing",
        by=desk.people.manager,
        now=at,
        for_open_cases=for_open_cases,
        foreseen=foresee(model, now=at),
    )
    if for_open_cases:
        outbox.drain(MONTHS_LATER + timedelta(days=400), topics=[rule_changes.TOPIC])
    return found


def signed(desk, key="2026-06-01", *, at=NOW) -> TermsVersion:
    """Terms the organisation has signed."""
    terms = TermsVersion.objects.create(
        key=key, title=key, text="Vilkår", valid_from=date.fromisoformat(key)
    )
    TermsSignature.objects.create(
        terms=terms, organisation=desk.organisation, signer_name="Ola Dal", signed_at=at
    )
    return terms


# --- the same case before and after -------------------------------------------------------------


def test_the_same_case_on_30_april_and_4_may_is_promised_an_answer_and_then_none(desk):
    changed(desk, with_rule(ending(), at=APRIL), at=APRIL)
    in_time = opened(desk, at=oslo("2026-04-30 23:59"), product=desk.product)
    late = opened(desk, at=oslo("2026-05-04 09:00"), product=desk.product)
    other = opened(desk, at=oslo("2026-05-04 09:00"))
    assert {clock.kind for clock in in_time.clocks.all()} == {"first_response", "resolution"}
    assert not late.clocks.exists()
    assert (late.next_due_at, late.next_due_kind) == (None, "")
    assert other.clocks.count() == 2
    assert ended_promise(late, late.events.all()).name == "ending"
    assert ended_promise(in_time, in_time.events.all()) is None
    assert ended_promise(other, other.events.all()) is None
    assert all_differences(NOW) == []


def test_a_case_without_a_promise_is_answered_and_solved_like_any_other(desk):
    changed(desk, with_rule(ending(), at=APRIL), at=APRIL)
    ticket = opened(desk, at=oslo("2026-05-04 09:00"), product=desk.product)
    at = oslo("2026-05-05 09:00")
    services.reply(ticket=ticket, by=desk.people.agent, body="Slik.", now=at)
    services.resolve(
        ticket=ticket, by=desk.people.agent, solution_code="answer", body="", now=at + HOUR
    )
    assert not ticket.clocks.exists()
    assert all_differences(NOW) == []


def test_a_corrected_product_begins_and_ends_the_promise_from_the_first_start(desk):
    changed(desk, with_rule(ending(), at=APRIL), at=APRIL)
    ticket = opened(desk, at=oslo("2026-05-04 09:00"))
    due = ticket.clocks.get(kind="first_response").due_at
    agent, at = desk.people.agent, oslo("2026-05-04 10:00")
    for product, clocks in ((desk.product, 0), (None, 2)):
        services.correct_product(ticket=ticket, by=agent, product=product, topic=None, now=at)
        assert ticket.clocks.count() == clocks
        at += HOUR
    assert ticket.clocks.get(kind="first_response").due_at == due
    assert all_differences(NOW) == []


def test_a_duplicate_from_before_the_end_brings_its_promise_to_the_case_it_goes_into(desk):
    changed(desk, with_rule(ending(), at=APRIL), at=APRIL)
    early = opened(desk, at=oslo("2026-04-30 12:00"), product=desk.product)
    late = opened(desk, at=oslo("2026-05-04 09:00"), product=desk.product)
    at = oslo("2026-05-04 10:00")
    merging.mark_duplicate(ticket=early, by=desk.people.agent, of=late, now=at)
    assert late.clocks.filter(kind="resolution").exists()
    assert ended_promise(late, late.events.all()) is None
    assert all_differences(NOW) == []


# --- agreements and terms -----------------------------------------------------------------------


def test_an_agreement_decides_and_what_the_organisation_becomes_later_changes_nothing(desk):
    changed(desk, with_rule(agreement(desk), at=NOW), at=NOW)
    ticket = incident(desk, at=NOW + HOUR)
    assert ticket.next_due_at == NOW + HOUR * 1.5
    Organisation.objects.filter(pk=desk.organisation.pk).update(segment="state")
    ticket.refresh_from_db()
    later = NOW + 2 * HOUR
    services.add_note(ticket=ticket, by=desk.people.agent, body="Ser på det", now=later)
    assert ticket.clocks.get(kind="first_response").due_at == NOW + HOUR * 1.5
    assert all_differences(later) == []


def test_an_agreement_without_a_reason_is_refused(desk):
    model = with_rule(replace(agreement(desk), reason=""), at=NOW)
    with pytest.raises(PolicyError, match="write the reason"):
        changed(desk, model, at=NOW)


def test_what_was_signed_when_the_case_came_in_decides_whether_it_is_a_guarantee(desk):
    model = with_rule(at=NOW, binds=SIGNED, terms="2026-06-01")
    changed(desk, model, at=NOW)
    before = incident(desk, at=NOW + HOUR, priority="P2")
    signed(desk, at=NOW + 2 * HOUR)
    after = incident(desk, at=NOW + 3 * HOUR, priority="P2")
    services.add_note(ticket=before, by=desk.people.agent, body="x", now=NOW + 4 * HOUR)
    commitments = [
        set(ticket.clocks.values_list("commitment", flat=True)) for ticket in (before, after)
    ]
    assert commitments == [{"declaration"}, {"guarantee"}]
    assert all_differences(NOW + 5 * HOUR) == []


def test_the_log_holds_the_facts_of_the_opening(desk):
    signed(desk, at=NOW - HOUR)
    ticket = opened(desk, product=desk.product)
    (data,) = events(ticket, "opened")
    assert data["facts"] == {
        "product": "maskinporten",
        "segment": "municipality",
        "organisation": desk.organisation.pk,
        "terms": ["2026-06-01"],
    }
    nobody = opened(desk, organisation=None)
    assert events(nobody, "opened")[0]["facts"] == {}


# --- cases from before there were facts ---------------------------------------------------------


@pytest.fixture
def older(desk, monkeypatch) -> Ticket:
    """An open case whose log holds no facts, as logs were before."""
    signed(desk, at=NOW - HOUR)
    signed(desk, "2026-07-01", at=NOW + HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(TicketEvent, "save", _without_facts(TicketEvent.save))
        ticket = incident(desk, priority="P2", product=desk.product)
    assert "facts" not in events(ticket, "opened")[0]
    return ticket


def _without_facts(save):
    def saved(event, **options):
        event.data.pop("facts", None)
        save(event, **options)

    return saved


def test_moved_to_new_rules_an_older_case_gets_the_facts_it_came_in_with(desk, older):
    model = with_rule(agreement(desk), at=NOW, binds=SIGNED, terms="2026-07-01")
    assert foresee(model, now=NOW + HOUR / 4).changing == 1
    changed(desk, model, at=NOW + HOUR / 4, for_open_cases=True)
    (data,) = events(older, "rules_changed")
    assert data["facts"]["terms"] == ["2026-06-01"]  # the newer were signed after it came in
    first = older.clocks.get(kind="first_response")
    assert (first.due_at, first.commitment) == (NOW + HOUR / 2, "declaration")
    assert all_differences(NOW + HOUR / 2) == []


def test_a_case_that_has_ended_keeps_what_it_was_promised(desk, older):
    at = NOW + HOUR / 4
    services.resolve(
        ticket=older, by=desk.people.agent, solution_code="answer", body="Slik.", now=at
    )
    before = list(older.clocks.order_by("pk").values())
    changed(desk, with_rule(ending(case_types=()), at=NOW), at=NOW + HOUR, for_open_cases=True)
    older.refresh_from_db()
    assert list(older.clocks.order_by("pk").values()) == before
    assert all_differences(MONTHS_LATER) == []


def test_facts_move_with_a_case_once_and_are_read_in_as_few_statements_for_many(desk, older):
    changed(desk, with_rule(agreement(desk), at=NOW), at=NOW + HOUR / 4, for_open_cases=True)
    changed(desk, with_rule(at=NOW + HOUR), at=NOW + HOUR, for_open_cases=True)
    assert ["facts" in data for data in events(older, "rules_changed")] == [True, False]
    cases = [
        Ticket(
            pk=number,
            organisation=desk.organisation,
            product=make_product() if number % 5 == 0 else None,
            opened_at=NOW,
        )
        for number in range(1, 31)
    ]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = facts_module.facts_not_logged(cases, {each.pk: [] for each in cases})
    assert len(queries) == 3
    assert found[1] == Facts("", "municipality", desk.organisation.pk, ("2026-06-01",))
    logged = {each.pk: [TicketEvent(kind="opened", data={"facts": {}})] for each in cases}
    assert facts_module.facts_not_logged(cases, logged) == {}
