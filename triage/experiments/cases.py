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

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.roles import Line
from triage.experiments.arms import ARMS, arm_of
from triage.experiments.models import Experiment
from triage.tickets.codes import SolutionCode
from triage.tickets.kinds import CaseType, CloseReason, Severity
from triage.tickets.models import Involvement, Ticket, TicketEvent

FOLLOWED = timedelta(days=14)
LONGEST = FOLLOWED.total_seconds()
NEVER = Q(security=True) | Q(severity=Severity.A)
MOST_HISTORY = 4000  # earlier cases a plan is made of; more say the same, and take longer to read


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


def _left_out() -> Q:
    """What tells cases that were never to be solved here."""
    elsewhere = Involvement.objects.filter(
        ticket=OuterRef("pk"), kind="owner", team__line=Line.OTHER_DESK
    )
    return (
        Q(case_type=CaseType.NOT_A_CASE)
        | Q(close_reason__in=(CloseReason.NOT_A_CASE, CloseReason.DUPLICATE))
        | Q(solution_code=SolutionCode.OTHER_DESK)
        | Exists(elsewhere)
    )


def _with_times(cases: QuerySet[Ticket]) -> Iterator[tuple[int, float]]:
    """Number, and seconds until it was solved, of each of the cases."""
    solved = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind="resolved").order_by("at", "pk")
    rows = cases.annotate(solved_at=Subquery(solved.values("at")[:1]))
    for pk, opened_at, solved_at in rows.values_list("pk", "opened_at", "solved_at").iterator():
        took = (solved_at - opened_at).total_seconds() if solved_at else LONGEST
        yield pk, min(max(took, 0.0), LONGEST)


def earlier_times(now: datetime, *, days: int) -> list[float]:
    """How long the cases took that came in during so many days, and could be followed since.

    Of very many some are read, evenly over the days.
    """
    until = now - FOLLOWED
    cases = taking_part(until - timedelta(days=days), until)
    step = cases.count() // MOST_HISTORY + 1
    some = cases.annotate(place=F("pk") % step).filter(place=0) if step > 1 else cases
    return [seconds for _pk, seconds in _with_times(some.exclude(_left_out()))]


def followed(experiment: Experiment, now: datetime) -> list[Followed]:
    """The cases of a trial that have been followed to the end by `now`."""
    until = min(experiment.full_at or now, now - FOLLOWED)
    cases = taking_part(experiment.started_at, until)
    left_out = set(cases.filter(_left_out()).values_list("pk", flat=True))
    return [
        Followed(
            ticket=pk,
            arm=arm_of(experiment.key, pk),
            seconds=seconds,
            counts=pk not in left_out,
        )
        for pk, seconds in _with_times(cases)
    ]


def came_in(experiment: Experiment, now: datetime) -> dict[str, int]:
    """How many cases that count each group has so far, followed to the end or not."""
    sums = dict.fromkeys(ARMS, 0)
    cases = taking_part(experiment.started_at, experiment.full_at or now)
    for pk in cases.exclude(_left_out()).values_list("pk", flat=True).iterator():
        sums[arm_of(experiment.key, pk)] += 1
    return sums


def inflow(now: datetime, *, days: int) -> float:
    """How many cases that count have come in a day, during so many days."""
    cases = taking_part(now - timedelta(days=days), now)
    return cases.exclude(_left_out()).count() / days
