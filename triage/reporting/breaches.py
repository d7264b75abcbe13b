"""Missed deadlines and why: cause and measure as managers enter them.

A deadline is explained when somebody has entered a cause for it. Guarantees bind, so a missed
guarantee without a cause comes before everything else. Causes can be entered and changed as long
as the log lives; each entry stays in the history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, When

from accounts.models import User
from triage.reporting import deadlines
from triage.reporting.deadlines import NO_CAUSE
from triage.reporting.models import BreachCause
from triage.reporting.scope import Scope
from triage.reporting.what_if import Outcome, outcome
from triage.sla.policy import GUARANTEE
from triage.tickets.models import Ticket, TicketClock
from triage.tickets.redact import redacted

Deadline = tuple[int, str, int]  # ticket, kind, number


class WrittenMeanwhile(Exception):
    """Somebody else entered something since the form was shown; `current` is what stands now."""

    def __init__(self, current) -> None:
        super().__init__()
        self.current = current


def is_missed(clock: TicketClock, now: datetime) -> bool:
    """Whether a deadline was missed, or is open past its time."""
    return outcome(clock, now) is Outcome.MISSED


def unexplained_guarantees(scope: Scope) -> QuerySet[TicketClock]:
    """Missed guarantees nobody has entered a cause for, the last due first."""
    return deadlines.missed(replace(scope, cause=NO_CAUSE)).filter(commitment=GUARANTEE)


def other_breaches(scope: Scope) -> QuerySet[TicketClock]:
    """The other missed deadlines, the last due first."""
    explained = Exists(deadlines.causes_of())
    return deadlines.missed(scope).filter(explained | ~Q(commitment=GUARANTEE))


@dataclass(frozen=True)
class Counts:
    """How many deadlines were missed, and how many of them are guarantees without a cause."""

    missed: int
    unexplained: int


def counts(scope: Scope) -> Counts:
    """Both in one pass over the log as it is now."""
    bare = Q(commitment=GUARANTEE) & ~Exists(deadlines.causes_of())
    found = deadlines.missed(scope).order_by()
    return Counts(
        **found.aggregate(missed=Count("pk"), unexplained=Count(Case(When(bare, then=1))))
    )


def causes(scope: Scope) -> dict[str, int]:
    """How many missed deadlines of the period each cause was entered for."""
    missed = deadlines.missed(scope).order_by().filter(
        ticket=OuterRef("ticket"), kind=OuterRef("kind"), number=OuterRef("number")
    )  # fmt: skip
    rows = BreachCause.objects.filter(Exists(missed), current=True).order_by()
    return dict(rows.values_list("cause").annotate(Count("pk")))


def current_causes(clocks: list[TicketClock]) -> dict[Deadline, BreachCause]:
    """What stands for each of the deadlines now, in one statement."""
    found = BreachCause.objects.filter(
        ticket__in={clock.ticket_id for clock in clocks}, current=True
    )
    return {(row.ticket_id, row.kind, row.number): row for row in found}


def history(clock: TicketClock) -> QuerySet[BreachCause]:
    """Everything entered for a deadline, the newest first."""
    found = BreachCause.objects.filter(ticket=clock.ticket_id, kind=clock.kind, number=clock.number)
    return found.select_related("entered_by").order_by("-pk")


@transaction.atomic
def enter_cause(
    *,
    clock: TicketClock,
    cause: str,
    explanation: str,
    measure: str,
    by: User,
    now: datetime,
    seen: int = 0,
) -> BreachCause:
    """Say why a deadline was missed and what is done about it; what stood before stays in history.

    `seen` is the id of the entry that stood when the form was shown, 0 for none. The same entry
    sent twice is one. Identity numbers are masked. Raises PermissionDenied for others than
    managers and for deadlines that were not missed, WrittenMeanwhile when another entry stands.
    """
    if not by.is_manager or not is_missed(clock, now):
        raise PermissionDenied
    Ticket.objects.select_for_update().get(pk=clock.ticket_id)
    fields = {
        "cause": BreachCause.Cause(cause),
        "explanation": redacted(explanation.strip()).text,
        "measure": redacted(measure.strip()).text,
        "entered_by": by,
    }
    deadline = {"ticket_id": clock.ticket_id, "kind": clock.kind, "number": clock.number}
    standing = BreachCause.objects.filter(**deadline, current=True).first()
    if standing and all(getattr(standing, name) == value for name, value in fields.items()):
        return standing
    if (standing.pk if standing else 0) != seen:
        raise WrittenMeanwhile(standing)
    if standing:
        BreachCause.objects.filter(pk=standing.pk).update(current=False)
    return BreachCause.objects.create(**deadline, **fields, entered_at=now)
