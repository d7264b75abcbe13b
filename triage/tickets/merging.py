"""Two tickets about the same become one: the other goes on, and its people follow that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from triage.tickets.clocks import received_at
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Participant, Ticket
from triage.tickets.policies import check_can, may_follow
from triage.tickets.states import EVENTS, Action
from triage.tickets.work import changing


@transaction.atomic
def mark_duplicate(*, ticket: Ticket, by: User, of: Ticket, now: datetime) -> None:
    """Close this ticket as a duplicate and merge it into the other, which keeps the earlier start.

    Both are locked; the requester of this one follows the other from now on, so the two must be of
    people who may read each other's cases, and so do those who followed this one and may. Raises
    TicketError otherwise.
    """
    if of.pk == ticket.pk or of.duplicate_of_id:
        raise TicketError.cannot_merge()
    if not may_follow(ticket.requester, of):
        raise TicketError.of_another_organisation()
    check_can(by, of, Action.ABSORB_DUPLICATE)
    both = Ticket.objects.select_for_update().filter(pk__in=(ticket.pk, of.pk)).order_by("pk")
    both.in_bulk()  # in one order, or two that are merged into each other would wait for ever
    with changing(ticket, Action.MARK_DUPLICATE, by=by, now=now, into=of.pk) as work:
        work.ticket.duplicate_of = of
    answered = ticket.first_responded_at
    received = received_at(ticket, ticket.events.filter(kind=EVENTS[Action.ABSORB_DUPLICATE]))
    with changing(
        of,
        Action.ABSORB_DUPLICATE,
        by=by,
        now=now,
        other=ticket.pk,
        start=received.isoformat(),
        responded_at=answered.isoformat() if answered else None,
    ) as work:
        if answered and work.ticket.first_responded_at is None:
            work.ticket.first_responded_at = answered
        let_follow(work.ticket, ticket, by=by, now=now)


def let_follow(case: Ticket, earlier: Ticket, *, by: User, now: datetime) -> None:
    """Who asked in a case, or followed it, follows the one in which it goes on, if they may."""
    followers = Participant.objects.filter(ticket=earlier).select_related("user")
    for person in filter(None, [earlier.requester, *(part.user for part in followers)]):
        if person.pk != case.requester_id and may_follow(person, case):
            Participant.objects.get_or_create(
                ticket=case, user=person, defaults={"added_by": by, "added_at": now}
            )
