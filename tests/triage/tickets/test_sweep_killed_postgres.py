"""Sweeping processes on PostgreSQL, one of them killed: promises and internal deadlines alike."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import timedelta

import pytest

from dispatch.models import Mail
from tests.copies import ended
from tests.triage.tickets.desk import NOW, make_desk
from tests.triage.tickets.sweepers import sweeper
from tests.triage.tickets.sweeps import LATER, RULES, all_differences, incident, with_rules
from tests.triage.tickets.test_internal_deadlines import hand_over
from triage.sla.agreements import Agreement
from triage.sla.policy import INTERNAL, INTERNAL_ESCALATIONS
from triage.sla.targets import Target
from triage.tickets.models import DeadlineNotice, TicketEvent
from triage.tickets.sweeping import sweep_for_breaches

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

AGREED = (Agreement("autorisasjon", "service_hours", Target(minutes=30)),)


@pytest.fixture
def parts():
    """Two guarantees and the parts of two teams' cases that have run out by LATER."""
    desk = make_desk()
    with_rules(*RULES, *INTERNAL_ESCALATIONS, agreements=AGREED)
    for _ in range(2):
        incident(desk, priority="P2")
    found = [incident(desk, at=NOW + timedelta(minutes=n)) for n in (0, 1)]
    for case in found:
        hand_over(desk, case, at=NOW + timedelta(minutes=2))
    return found


def test_internal_deadlines_too_are_told_exactly_once_by_killed_and_doubled_processes(
    parts, thorough
):
    ends = []
    for last in range(1, 140) if thorough else (30,):
        ends += ended(sweeper(LATER, last=last), sweeper(LATER, last=last + 5 if thorough else 0))
    assert -signal.SIGKILL in ends
    for hours in (0, 1, 2):
        sweep_for_breaches(LATER + timedelta(hours=hours))

    missed = Counter(
        (line.ticket_id, line.data["clock"], line.data["number"])
        for line in TicketEvent.objects.filter(kind="breached", at__lte=LATER)
    )
    assert set(missed.values()) == {1}
    assert sum(clock == INTERNAL for _ticket, clock, _number in missed) == len(parts)
    assert len(missed) == 2 + len(parts)
    notices = DeadlineNotice.objects.filter(clock=INTERNAL, percent=100)
    told = Counter(notices.filter(told_at__isnull=False).values_list("ticket", "user__email"))
    expert = parts[0].team.members.get().email
    assert told == Counter({(case.pk, expert): 1 for case in parts})
    of_them = Mail.objects.filter(kind="deadlines", to=expert)
    assert sum(mail.text.count(parts[0].reference) for mail in of_them) == 2  # sentence and link
    assert all_differences(LATER + timedelta(hours=2)) == []
