"""Secure and measurable: numbers that were masked, security cases, and who opened what.

Definitions. Masked numbers: national identity numbers that were masked as texts came to rest, in
the month and by the door the text came in: the channel of the case for its first message, "reply"
for what the requester's side wrote later, "desk" for what staff wrote. The numbers themselves are
nowhere. The 72 hours of a security case run by the clock from when it came in, nights and holidays
too, until the first assessment of whether it must be reported (GDPR article 33); a case that was
marked as a security case later is counted from when it came in all the same. Nothing is stored
unmasked, so nobody can reveal a number; what is logged instead is who of the staff opened security
cases and who fetched files. How many there are of both is for every manager; what they are about is
for those who may read them. Source: issue "All four users", reports on secure and measurable.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    QuerySet,
    Sum,
    Value,
    When,
)

from triage.oversight.assessments import REPORT_WITHIN
from triage.oversight.models import Reading
from triage.reporting.scope import Scope
from triage.sla.months import Month
from triage.tickets.models import Message, Ticket

REPLY, DESK = "reply", "desk"  # doors besides the channels cases come by


def counted(scope: Scope) -> Scope:
    """The scope as security cases are counted: every case of the period when nothing narrows it.

    How many there are tells nothing of any of them. Narrowed to an organisation or a product it
    would: then only those are counted that the reader may open.
    """
    return scope if scope.demands else replace(scope, user=None)


@dataclass(frozen=True)
class Masked:
    """How many numbers were masked in how many texts."""

    numbers: int = 0
    texts: int = 0

    def __add__(self, other: Masked) -> Masked:
        return Masked(self.numbers + other.numbers, self.texts + other.texts)


@dataclass(frozen=True)
class Maskings:
    """Masked numbers of a period by month and door."""

    months: tuple[Month, ...]
    cells: dict[tuple[Month, str], Masked]

    def by_month(self) -> dict[Month, Masked]:
        """By month, the empty ones included."""
        sums = dict.fromkeys(self.months, Masked())
        for (month, _door), masked in self.cells.items():
            sums[month] += masked
        return sums

    def by_door(self) -> dict[str, Masked]:
        """By the door they came in."""
        sums: dict[str, Masked] = defaultdict(Masked)
        for (_month, door), masked in self.cells.items():
            sums[door] += masked
        return dict(sums)


def _masked(scope: Scope) -> QuerySet[Message]:
    return Message.objects.filter(
        scope.holds_ticket(),
        masked_numbers__gt=0,
        created_at__gte=scope.period.start,
        created_at__lt=min(scope.period.end, scope.now),
    ).order_by()


def maskings(scope: Scope) -> Maskings:
    """The numbers masked in the period, in one statement."""
    months = tuple(scope.period)
    earlier = Message.objects.filter(
        ticket=OuterRef("ticket"), from_requester=True, pk__lt=OuterRef("pk")
    )
    rows = (
        _masked(scope)
        .annotate(
            month=scope.month_number("created_at"),
            door=Case(
                When(from_requester=False, then=Value(DESK)),
                When(Exists(earlier), then=Value(REPLY)),
                default=F("ticket__channel"),
                output_field=CharField(),
            ),
        )
        .values_list("month", "door")
        .annotate(numbers=Sum("masked_numbers"), texts=Count("pk"))
    )
    return Maskings(
        months,
        {(months[month], door): Masked(numbers, texts) for month, door, numbers, texts in rows},
    )


def masked_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases a number was masked in during the period, the newest number first."""
    return Ticket.objects.filter(pk__in=_masked(scope).values("ticket")).order_by("-pk")


@dataclass(frozen=True, kw_only=True)
class SecurityCase:
    """A security case and its 72 hours."""

    ticket: Ticket
    due_at: datetime
    assessed_at: datetime | None

    def state(self, now: datetime) -> str:
        """in_time, late, overdue (not assessed and past) or running."""
        if self.assessed_at is not None:
            return "in_time" if self.assessed_at <= self.due_at else "late"
        return "overdue" if self.due_at < now else "running"


def security_tickets(scope: Scope) -> QuerySet[Ticket]:
    """The security cases that came in during the period, the newest number first."""
    return (
        scope.tickets()
        .filter(
            security=True,
            opened_at__gte=scope.period.start,
            opened_at__lt=min(scope.period.end, scope.now),
        )
        .order_by("-pk")
    )


def security_cases(scope: Scope) -> list[SecurityCase]:
    """The security cases of the period the reader may open, the newest first; one statement."""
    found = security_tickets(scope).annotate(assessed_at=Min("assessments__at"))
    return [
        SecurityCase(
            ticket=ticket,
            due_at=ticket.opened_at + REPORT_WITHIN,
            assessed_at=ticket.assessed_at,
        )
        for ticket in found.select_related("product", "organisation")
    ]


def late_tickets(scope: Scope) -> QuerySet[Ticket]:
    """Those assessed too late, or not at all and past the 72 hours."""
    found = security_tickets(scope).annotate(assessed_at=Min("assessments__at"))
    late = found.filter(assessed_at__gt=F("opened_at") + REPORT_WITHIN)
    never = found.filter(assessed_at__isnull=True, opened_at__lt=scope.now - REPORT_WITHIN)
    ids = {*late.values_list("pk", flat=True), *never.values_list("pk", flat=True)}
    return Ticket.objects.filter(pk__in=ids).order_by("-pk")


def count_states(cases: Sequence[SecurityCase], now: datetime) -> dict[str, int]:
    """How many cases are in each state."""
    counts: dict[str, int] = defaultdict(int)
    for case in cases:
        counts[case.state(now)] += 1
    return dict(counts)


def readable(scope: Scope, found: Sequence[Reading]) -> set[int]:
    """The numbers of those cases behind readings that the reader may open; one statement."""
    numbers = {row.ticket_id for row in found}
    return set(scope.tickets().filter(pk__in=numbers).values_list("pk", flat=True))


def _readings(scope: Scope) -> QuerySet[Reading]:
    return Reading.objects.filter(
        scope.holds_ticket(),
        at__gte=scope.period.start,
        at__lt=min(scope.period.end, scope.now),
    )


def readings(scope: Scope, limit: int) -> list[Reading]:
    """The readings of the period in cases the reader may open, the newest first."""
    found = _readings(scope).select_related("user", "ticket", "attachment")
    return list(found.order_by("-at", "-pk")[:limit])


def reading_counts(scope: Scope) -> dict[str, int]:
    """How many readings of each kind, in one statement."""
    rows = _readings(scope).order_by().values_list("what").annotate(count=Count("pk"))
    return dict(rows)


def read_cases(scope: Scope, what: str) -> QuerySet[Ticket]:
    """The cases behind the readings of a kind, the newest number first."""
    found = _readings(scope).filter(what=what)
    return Ticket.objects.filter(pk__in=found.values("ticket")).order_by("-pk")
