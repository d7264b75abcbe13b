"""Policies with rules, and due moments, for tests about the sweep."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.triage.tickets.desk import NOW, Desk, opened
from triage.sla.escalation import Escalation
from triage.sla.policy import DEFAULT_POLICY, policy_to_json
from triage.sla.service_model import current_service_model, store_example
from triage.tickets.models import DeadlineNotice, Ticket
from triage.tickets.replaying import Proof, differences

LATER = NOW + timedelta(hours=1, minutes=1)
RULES = (
    Escalation("told", 100, targets=("first_response",), notify=("team", "managers")),
    Escalation("raised", 100, targets=("first_response",), raise_priority=True),
    Escalation("moved", 100, targets=("first_response",), move_to="plattform"),
)


def with_rules(*rules: Escalation, **options) -> None:
    """The example policy with these rules instead of its own, in force from long ago."""
    stored = store_example(NOW)
    policy = replace(DEFAULT_POLICY, escalations=rules, **options)
    stored.data = policy_to_json(policy)
    stored.save()
    assert current_service_model(NOW).policy == policy


def incident(desk: Desk, *, at: datetime = NOW, priority: str = "P3", **fields) -> Ticket:
    """A fault of the priority; P3 has four hours to an answer, P2 one, P1 a quarter of one."""
    impact, urgency = {"P1": (1, 1), "P2": (1, 2), "P3": (2, 2), "P4": (3, 3)}[priority]
    return opened(desk, at=at, case_type="incident", impact=impact, urgency=urgency, **fields)


def events(ticket: Ticket, kind: str) -> list[dict]:
    """What the log holds of a kind, oldest first."""
    return list(ticket.events.filter(kind=kind).order_by("pk").values_list("data", flat=True))


def noted(**fields) -> set[tuple[str, str, int]]:
    """Who is to be told what about which share."""
    return {
        (notice.user.name, notice.what, notice.percent)
        for notice in DeadlineNotice.objects.filter(**fields).select_related("user")
    }


def all_differences(now: datetime, **options) -> list[tuple[str, str]]:
    """Where the stored clocks differ from the log: clock or case, and field."""
    return [(each.where, each.field) for each in differences(Proof(), now=now, **options)]


def due_guarantees(desk: Desk) -> None:
    """Two guarantees that have run out by LATER, with something to tell, to propose and to move."""
    with_rules(*RULES)
    for _ in range(2):
        incident(desk, priority="P2")
