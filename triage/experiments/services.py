"""Beginning, carrying through and ending a trial. One at a time, and only by administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import structlog
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from dispatch.jobs import recurring
from triage.experiments import results
from triage.experiments.cases import FOLLOWED, LONGEST, came_in, earlier_times, inflow
from triage.experiments.models import Experiment
from triage.experiments.statistics import TooLittleKnown, cases_needed

log = structlog.get_logger(__name__)

EFFECTS = (5, 10, 15, 20)  # per cent
HISTORY_DAYS = 90
INFLOW_DAYS = 28


class AlreadyRunning(Exception):
    """Another trial has not ended."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What it takes to find a change of `effect` per cent: cases in each group, and days.

    `history` is of how many earlier cases it was reckoned, `inflow` the cases a day there are now.
    `days` is None while no cases come in.
    """

    effect: int
    in_each: int
    history: int
    inflow: float

    @property
    def days(self) -> int | None:
        """How many days until both groups are full and followed to the end, as it looks now."""
        if not self.inflow:
            return None
        return ceil(2 * self.in_each / self.inflow) + FOLLOWED.days


def plans(now: datetime) -> list[Plan]:
    """A plan for each size of change; none when too little is known of earlier cases."""
    history = earlier_times(now, days=HISTORY_DAYS)
    a_day = inflow(now, days=INFLOW_DAYS)
    try:
        return [
            Plan(
                effect=effect,
                in_each=cases_needed(history, effect=effect / 100, longest=LONGEST),
                history=len(history),
                inflow=a_day,
            )
            for effect in EFFECTS
        ]
    except TooLittleKnown:
        return []


def start(*, effect: int, by: User, now: datetime) -> Experiment:
    """Begin a trial that finds a change of `effect` per cent (one of `EFFECTS`).

    Raises PermissionDenied, AlreadyRunning, TooLittleKnown, or ValueError for another effect.
    """
    if not by.is_administrator:
        raise PermissionDenied
    if effect not in EFFECTS:
        raise ValueError(f"no trial is planned for {effect} per cent")
    plan = next((each for each in plans(now) if each.effect == effect), None)
    if plan is None:
        raise TooLittleKnown("too few earlier cases to plan a trial")
    try:
        with transaction.atomic():
            experiment = Experiment.objects.create(
                started_at=now,
                started_by=by,
                effect=effect,
                in_each=plan.in_each,
                history=plan.history,
                inflow=plan.inflow,
            )
    except IntegrityError as error:
        raise AlreadyRunning from error
    log.info("trial of suggestions begun", trial=experiment.pk, by=by.pk)
    return experiment


def stop(*, experiment: Experiment, by: User, now: datetime) -> None:
    """End a trial before its time; one that has ended stays as it is. Raises PermissionDenied."""
    if not by.is_administrator:
        raise PermissionDenied
    if _end(experiment, Experiment.Ending.STOPPED, by=by, now=now):
        log.info("trial of suggestions stopped", trial=experiment.pk, by=by.pk)


@recurring("carry on trials of suggestions", every=timedelta(hours=1))
def carry_on(now: datetime) -> None:
    """Take no more cases into a full trial, and end the one whose last cases were followed."""
    experiment = Experiment.objects.filter(ended_at__isnull=True).first()
    if experiment is None:
        return
    if experiment.full_at is None:
        groups = came_in(experiment, now)
        going_on = Experiment.objects.filter(pk=experiment.pk, full_at__isnull=True)
        going_on.update(came_in=groups, counted_at=now)
        if min(groups.values()) >= experiment.in_each:
            going_on.update(full_at=now)
    elif experiment.full_at and experiment.full_at + FOLLOWED <= now:
        _end(experiment, Experiment.Ending.COMPLETE, by=None, now=now)
        log.info("trial of suggestions carried through", trial=experiment.pk)


@transaction.atomic
def _end(experiment: Experiment, ending: str, *, by: User | None, now: datetime) -> bool:
    """Count and end it, once; whether it was this time."""
    locked = Experiment.objects.select_for_update().get(pk=experiment.pk)
    if not locked.is_running:
        return False
    locked.result = results.count(locked, now)
    locked.ended_at, locked.ended_by, locked.ending = now, by, ending
    locked.save(update_fields=["result", "ended_at", "ended_by", "ending"])
    return True
