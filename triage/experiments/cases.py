"""The cases of a trial, and how long each took.

A case takes part when it comes in while the trial takes cases. Security cases and those of the
highest severity never do, whenever they become so. It is followed for `FOLLOWED` from when it came
in; its time is by the clock until it was solved the first time. Left out, and counted, are cases
that were no case, duplicates, and those of another desk: they were never to be solved here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.roles import Line
from triage.experiments.arms import ARMS, arm_of
from triage.experiments.models import Experiment
from triage.tickets.codes import SolutionCode
from triage.tickets.kinds import CaseType, CloseReason, Severity
from triage.tickets.models import Involvement, Ticket, TicketEvent

FOLLOWED = timedelta(days=14)
LONGEST = FOLLOWED.total_seconds()
NEVER = Q(security=True) | Q(severity=Severity.A)


@dataclass(frozen=True, kw_only=True)
class Followed:
    """One case of a trial: seconds until it was solved, `LONGEST` when it was not by then."""

    ticket: int
    arm: str
    seconds: float
    counts: bool


def taking_part(since: datetime, until: datetime) -> QuerySet[Ticket]:
    """The cases that came in between two instants and may be part of a trial."""
    return (
        Ticket.objects.filter(opened_at__gte=since, opened_at__lt=until).exclude(NEVER).order_by()
    )


def _with_times(cases: QuerySet[Ticket]) -> Iterator[tuple[int, float, bool]]:
    """Number, seconds until solved, and whether it counts, of each case followed to the end."""
    solved = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind="resolved").order_by("at", "pk")
    elsewhere = Involvement.objects.filter(
        ticket=OuterRef("pk"), kind="owner", team__line=Line.OTHER_DESK
    )
    rows = cases.annotate(
        solved_at=Subquery(solved.values("at")[:1]), is_elsewhere=Exists(elsewhere)
    ).values_list(
        "pk", "opened_at", "solved_at", "case_type", "close_reason", "solution_code", "is_elsewhere"
    )
    for pk, opened_at, solved_at, case_type, reason, code, is_elsewhere in rows.iterator():
        took = (solved_at - opened_at).total_seconds() if solved_at else LONGEST
        counts = not (
            case_type == CaseType.NOT_A_CASE
            or reason in (CloseReason.NOT_A_CASE, CloseReason.DUPLICATE)
            or code == SolutionCode.OTHER_DESK
            or is_elsewhere
        )
        yield pk, min(max(took, 0.0), LONGEST), counts


def earlier_times(now: datetime, *, days: int) -> list[float]:
    """How long the cases took that came in during so many days, and could be followed since."""
    until = now - FOLLOWED
    found = _with_times(taking_part(until - timedelta(days=days), until))
    return [seconds for _pk, seconds, counts in found if counts]


def followed(experiment: Experiment, now: datetime) -> list[Followed]:
    """The cases of a trial that have been followed to the end by `now`."""
    until = min(experiment.full_at or now, now - FOLLOWED)
    return [
        Followed(ticket=pk, arm=arm_of(experiment.key, pk), seconds=seconds, counts=counts)
        for pk, seconds, counts in _with_times(taking_part(experiment.started_at, until))
    ]


def came_in(experiment: Experiment, now: datetime) -> dict[str, int]:
    """How many cases that count each group has so far, followed to the end or not."""
    sums = dict.fromkeys(ARMS, 0)
    cases = taking_part(experiment.started_at, experiment.full_at or now)
    for pk, _seconds, counts in _with_times(cases):
        sums[arm_of(experiment.key, pk)] += counts
    return sums


def inflow(now: datetime, *, days: int) -> float:
    """How many cases that count have come in a day, during so many days."""
    cases = taking_part(now - timedelta(days=days), now)
    return sum(counts for _pk, _seconds, counts in _with_times(cases)) / days
