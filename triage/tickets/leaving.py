"""What becomes of the cases of somebody who can no longer work on them.

Roles and teams are given and taken elsewhere; that they were is a row of the outbox. Whoever may
not act in a case any more, because the account is closed or the team is another, does not keep it:
it is free to take again for the team that has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.utils import timezone

from accounts.models import User
from accounts.staffing import TOPIC
from dispatch import outbox
from dispatch.models import OutboxRow
from triage.tickets.exceptions import ActionNotPossible
from triage.tickets.models import Ticket, TicketQuerySet
from triage.tickets.policies import is_on_desk
from triage.tickets.states import Action
from triage.tickets.work import changing

log = structlog.get_logger(__name__)


def cases_held_by(person: User) -> TicketQuerySet:
    """The open cases the person has."""
    return Ticket.objects.open().filter(assignee=person)


@outbox.handles(TOPIC)
def free_cases(rows: Sequence[OutboxRow]) -> None:
    """Free the cases of those whose roles have changed; done again it finds nothing to do."""
    ids = {row.payload["person"] for row in rows}
    for person in User.objects.filter(pk__in=ids):
        freed = [case for case in cases_held_by(person) if _free(case, person, timezone.now())]
        if freed:
            log.info("cases freed", person=person.pk, count=len(freed))


def _free(case: Ticket, person: User, now: datetime) -> bool:
    """Take the case from somebody who may not work on it; whether that was needed."""
    if is_on_desk(person, case):
        return False
    try:
        with changing(case, Action.ASSIGN, by=None, now=now, automatic=True) as work:
            if work.ticket.assignee_id != person.pk:
                raise ActionNotPossible  # somebody has taken it meanwhile
            work.ticket.assignee = None
    except ActionNotPossible:
        return False
    return True
