"""For which cases the desk gets no suggestions now, because a trial runs."""

from __future__ import annotations

from collections.abc import Iterable

from triage.experiments.arms import OFF, arm_of
from triage.experiments.models import Experiment
from triage.tickets.kinds import Severity
from triage.tickets.models import Ticket, TicketQuerySet


def withheld(ticket: Ticket) -> bool:
    """Whether suggestions and guesses are kept from the desk for this case."""
    return ticket.pk in withheld_ids([ticket])


def withheld_ids(tickets: Iterable[Ticket]) -> set[int]:
    """Those of the cases they are kept from; never of security or the highest severity.

    One statement, however many cases.
    """
    running = Experiment.objects.filter(ended_at__isnull=True).first()
    if running is None:
        return set()
    return {ticket.pk for ticket in tickets if _is_without(running, ticket)}


def apart_from_trial(cases: TicketQuerySet) -> TicketQuerySet:
    """The cases but the open ones that take part in a trial, in either group.

    For lists that show guesses: one seen there would undo that it was kept from the case, and
    leaving out one group alone would make what is decided of the other count more.
    """
    running = Experiment.objects.filter(ended_at__isnull=True).first()
    if running is None:
        return cases
    return cases.exclude(resolved_at__isnull=True, opened_at__gte=running.started_at)


def _is_without(running: Experiment, ticket: Ticket) -> bool:
    if ticket.security or ticket.severity == Severity.A:
        return False
    if ticket.opened_at < running.started_at:
        return False
    if running.full_at and ticket.opened_at >= running.full_at:
        return False
    return arm_of(running.key, ticket.pk) == OFF
