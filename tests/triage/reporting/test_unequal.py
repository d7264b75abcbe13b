"""Who is promised something else than others, why, and how many cases it was about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.triage.reporting.scenes import NOW, oslo, scope_of
from tests.triage.tickets.desk import opened
from triage.reporting.unequal import unequal_rules
from triage.sla.policy import Rule, Target
from triage.sla.service_model import current_service_model, service_model, store_version

pytestmark = pytest.mark.django_db
HOUR = Target(minutes=60)
FOR_STATE = Rule(
    "state", "service_hours", first_response=HOUR, segments=("state",), reason="Plikt ved lov."
)


@pytest.fixture(autouse=True)
def _own_rules():
    service_model.cache_clear()
    yield
    service_model.cache_clear()


def in_force(*rules: Rule, since: str) -> None:
    """These rules and the example's, from a moment."""
    model = current_service_model(oslo("2026-01-01 00:00"))
    policy = replace(model.policy, rules=(*rules, *model.policy.rules))
    store_version(replace(model, policy=policy), valid_from=oslo(since), note="")


def agreement(desk) -> Rule:
    """An agreement with the organisation of the desk's asker."""
    return replace(
        FOR_STATE,
        name="agreement",
        segments=(),
        organisations=(desk.organisation.pk,),
        case_types=("incident", "access_request"),
    )


def found(desk, **period) -> list[tuple]:
    """Name, since, until and cases of each rule of the report."""
    return [
        (each.rule.name, each.since, each.until, each.cases)
        for each in unequal_rules(scope_of(desk.people.manager, **period))
    ]


def test_without_such_rules_the_report_is_empty(desk):
    opened(desk)
    assert unequal_rules(scope_of(desk.people.manager)) == []


def test_a_rule_is_held_from_its_first_version_to_the_first_without_it(desk):
    in_force(FOR_STATE, since="2026-08-01 00:00")
    in_force(FOR_STATE, agreement(desk), since="2026-09-15 12:00")
    in_force(agreement(desk), since="2026-10-01 00:00")
    assert found(desk) == [
        ("state", oslo("2026-08-01 00:00"), oslo("2026-10-01 00:00"), 0),
        ("agreement", oslo("2026-09-15 12:00"), None, 0),
    ]
    assert [row[0] for row in found(desk, first="2026-10", last="2026-11")] == ["agreement"]
    assert found(desk, first="2026-06", last="2026-07") == []


def test_a_changed_reason_is_another_rule(desk):
    in_force(FOR_STATE, since="2026-08-01 00:00")
    in_force(replace(FOR_STATE, reason="Ny lov."), since="2026-10-01 00:00")
    assert [row[1:3] for row in found(desk)] == [
        (oslo("2026-08-01 00:00"), oslo("2026-10-01 00:00")),
        (oslo("2026-10-01 00:00"), None),
    ]


def test_its_cases_came_in_while_it_held_and_are_of_what_it_names(desk):
    in_force(agreement(desk), since="2026-10-01 00:00")
    opened(desk, at=oslo("2026-09-30 23:59"), case_type="incident")
    inside = {"at": oslo("2026-10-01 00:00"), "case_type": "incident"}
    opened(desk, **inside)
    opened(desk, **{**inside, "case_type": "question"})
    opened(desk, **{**inside, "case_type": "access_request"})  # law sets its time
    opened(desk, **{**inside, "organisation": None})
    opened(desk, **{**inside, "at": NOW + timedelta(hours=1)})
    assert found(desk) == [("agreement", oslo("2026-10-01 00:00"), None, 1)]


def test_it_costs_as_many_statements_for_many_rules_as_for_one(desk, django_assert_max_num_queries):
    rules = [replace(FOR_STATE, name=f"r{n}", priorities=(f"P{n % 4 + 1}",)) for n in range(25)]
    in_force(*rules, since="2026-10-01 00:00")
    scope = scope_of(desk.people.manager)
    unequal_rules(scope)  # versions are read once for each process
    with django_assert_max_num_queries(4):
        assert len(unequal_rules(scope)) == 25
