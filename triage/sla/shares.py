"""When shares of a running target are used up, and which rules are about them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from triage.sla.calendar import Calendar
from triage.sla.clock import Clock
from triage.sla.due import due_time
from triage.sla.escalation import RUN_OUT, Escalation
from triage.sla.policy import Policy


class Share(NamedTuple):
    """A share of a target in per cent and the moment it is used up, in UTC."""

    at: datetime
    percent: int


def rules_for(
    clock: Clock, policy: Policy, *, priority: str, case_type: str
) -> tuple[Escalation, ...]:
    """The policy's rules about a clock of a case with this priority and type, as ordered there."""
    return policy.escalations_for(clock.kind, clock.commitment, priority, case_type)


def shares_left(
    clock: Clock,
    policy: Policy,
    calendars: Mapping[str, Calendar],
    *,
    priority: str,
    case_type: str,
    told: int = 0,
) -> list[Share]:
    """The moments of a running clock at which something is to be done, the earliest first.

    `told` is the largest share that has been dealt with, those below it too. The last moment is
    when the target runs out. A clock that has ended, or stands still with no due time, has none.
    """
    if not clock.running or clock.due_at is None or told >= RUN_OUT:
        return []
    rules = rules_for(clock, policy, priority=priority, case_type=case_type)
    calendar = calendars[clock.calendar]
    shares = [Share(clock.due_at, RUN_OUT)]
    for percent in {rule.at_percent for rule in rules if told < rule.at_percent < RUN_OUT}:
        amount = clock.target_time * percent / 100
        at = due_time(calendar, clock.start, amount, clock.pauses)
        if at is not None:
            shares.append(Share(at, percent))
    return sorted(shares)
