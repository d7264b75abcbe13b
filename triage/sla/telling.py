"""When people are told of deadlines: gathered, in opening hours, at most once an hour. Pure.

The first of a guarantee of high priority is told at once, the rest wait for each other. Outside
opening hours everything waits until it opens; cases of the highest priority and security cases go
by the hours of their own clock, which may run around the clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from triage.sla.calendar import Calendar
from triage.sla.clock import Clock
from triage.sla.due import next_opening
from triage.sla.policy import GUARANTEE, Policy

MOST_URGENT = "P1"
URGENT = ("P1", "P2")
GATHER = timedelta(minutes=10)  # how long the first waits for company
PACE = timedelta(hours=1)  # between two mails to one person


def is_urgent(commitment: str, priority: str) -> bool:
    """Whether a person is told at once, if it is the first such within the hour."""
    return commitment == GUARANTEE and priority in URGENT


def telling_hours(clock: Clock, policy: Policy, *, priority: str, security: bool) -> str:
    """The name of the calendar in whose opening hours people are told of this clock."""
    if priority == MOST_URGENT or security:
        return clock.calendar
    return policy.notice_hours or clock.calendar


def telling_time(
    noted_at: datetime, hours: Calendar, *, urgent: bool, last_told: datetime | None = None
) -> datetime:
    """The earliest moment to tell of something noted at `noted_at`, in UTC.

    `last_told` is when the person was last told of anything, or for what is urgent, of anything
    urgent; None when never.
    """
    ready = noted_at if urgent else noted_at + GATHER
    if last_told is not None:
        ready = max(ready, last_told + PACE)
    return next_opening(hours, ready)


def may_be_told(hours: Calendar, now: datetime) -> bool:
    """Whether it is open now."""
    return next_opening(hours, now) == now
