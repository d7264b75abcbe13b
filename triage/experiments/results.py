"""What a trial came to: both groups side by side, as plain JSON to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.utils import timezone

from triage.experiments.arms import ARMS, OFF, ON
from triage.experiments.cases import LONGEST, Followed, followed
from triage.experiments.models import Experiment
from triage.experiments.statistics import TooLittleKnown, compare
from triage.reporting import cooperation, escalated, solved
from triage.reporting.figures import median
from triage.reporting.scope import Scope
from triage.sla.months import Period, month_of

# By the managers' definitions, each a share of the cases that count.
BESIDE = {
    "first_line": solved.first_line_cases,
    "reopened": solved.reopened_cases,
    "escalated": escalated.escalated_cases,
    "bounced": lambda scope: cooperation.moved_cases(scope, cooperation.BOUNCED),
}


def count(experiment: Experiment, now: datetime) -> dict:
    """The cases followed to the end by `now`, compared.

    {"on": {...}, "off": {...}, "compared": {...} or None}: of each group the cases that count, left
    out and solved, the median in seconds (None when half were not solved) and counts of `BESIDE`.
    """
    cases = followed(experiment, now)
    beside = _beside(experiment, now)
    groups = {arm: [each for each in cases if each.arm == arm] for arm in ARMS}
    try:
        on, off = ([each.seconds for each in groups[arm] if each.counts] for arm in (ON, OFF))
        compared = asdict(compare(on, off, longest=LONGEST))
    except TooLittleKnown:
        compared = None
    return {arm: _group(groups[arm], beside) for arm in ARMS} | {"compared": compared}


def _group(cases: Sequence[Followed], beside: dict[str, set[int]]) -> dict:
    counted = [each for each in cases if each.counts]
    middle = median([each.seconds for each in counted])
    return {
        "cases": len(counted),
        "left_out": len(cases) - len(counted),
        "solved": sum(each.seconds < LONGEST for each in counted),
        "median": None if middle is None or middle >= LONGEST else middle,
        **{
            name: sum(each.ticket in tickets for each in counted)
            for name, tickets in beside.items()
        },
    }


def _beside(experiment: Experiment, now: datetime) -> dict[str, set[int]]:
    """The cases the managers' reports count, of the months of the trial, whoever may open them."""
    zone = timezone.get_default_timezone()
    period = Period(month_of(experiment.started_at, zone), month_of(now, zone), zone)
    scope = Scope(user=None, period=period, now=now)
    return {name: set(rows(scope).values_list("pk", flat=True)) for name, rows in BESIDE.items()}
