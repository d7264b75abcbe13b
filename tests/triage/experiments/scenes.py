"""Many cases at once, for trials: made as rows, since what is tested is how they are counted."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import NormalDist
from uuid import UUID

import numpy as np
from django.db import connection

from tests.triage.tickets.desk import NOW, Desk, opened
from triage.experiments.arms import OFF, ON, arm_of
from triage.experiments.models import Experiment
from triage.tickets.models import Ticket, TicketEvent

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def cases(desk: Desk, count: int, *, since: datetime, over: timedelta, **fields) -> list[Ticket]:
    """Open cases that came in evenly over a while."""
    first = opened(desk, at=since)
    rows = [
        Ticket(
            subject=f"Sak {number}",
            requester=desk.people.asker,
            team=desk.first,
            policy=first.policy,
            opened_at=since + over * number / count,
            changed_at=since,
            **fields,
        )
        for number in range(1, count)
    ]
    return [first, *Ticket.objects.bulk_create(rows)]


def solve(desk: Desk, tickets: Sequence[Ticket], hours: Sequence[float]) -> None:
    """Solve each after so many hours."""
    TicketEvent.objects.bulk_create(
        TicketEvent(
            ticket=ticket,
            kind="resolved",
            at=ticket.opened_at + float(took) * HOUR,
            actor=desk.people.agent,
            data={"code": "answer"},
        )
        for ticket, took in zip(tickets, hours, strict=True)
    )
    _counted()


def _counted() -> None:
    """Let PostgreSQL know how many rows there are, as its own job does where rows are committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE tickets_ticket, tickets_ticketevent, tickets_involvement")


def times(count: int, seed: int = 1) -> np.ndarray:
    """Hours, as cases take them."""
    return np.random.default_rng(seed).lognormal(np.log(6), 1.0, count)


def even_times(count: int) -> np.ndarray:
    """Hours as those of `times`, evenly spread instead of drawn."""
    spread = NormalDist(np.log(6), 1.0)
    return np.exp([spread.inv_cdf((number + 0.5) / count) for number in range(count)])


def history(desk: Desk, count: int = 140) -> None:
    """Solved cases of the months before."""
    found = cases(desk, count, since=NOW - 100 * DAY, over=70 * DAY)
    solve(desk, found, times(count))


def trial(desk: Desk, *, days_ago: int = 40, in_each: int = 100, **fields) -> Experiment:
    """A trial that began so many days ago."""
    return Experiment.objects.create(
        started_at=NOW - days_ago * DAY,
        started_by=None,
        effect=10,
        in_each=in_each,
        history=300,
        inflow=20,
        **fields,
    )


def split_evenly(made: Experiment, tickets: Sequence[Ticket]) -> None:
    """Give the trial a key by which chance puts half of these cases in each group.

    Each trial has a key of its own, and cases have other numbers in each run: without this one
    group is now and then far smaller than the other, or has nobody in it.
    """
    half = len(tickets) // 2
    for number in itertools.count(1):
        made.key = UUID(int=number)
        if sum(arm_of(made.key, each.pk) == ON for each in tickets) == half:
            break
    made.save(update_fields=["key"])


def solved_trial(desk: Desk, count: int = 400, change: float = 0.5, **fields) -> Experiment:
    """A trial whose cases with suggestions took `change` times as long.

    But for `change` both groups are of one size and take the same times, evenly spread, so that
    what is found does not hang on the draw.
    """
    made = trial(desk, **fields)
    found = cases(desk, count, since=made.started_at + HOUR, over=20 * DAY)
    split_evenly(made, found)
    for arm, factor in ((ON, change), (OFF, 1.0)):
        group = [ticket for ticket in found if arm_of(made.key, ticket.pk) == arm]
        solve(desk, group, even_times(len(group)) * factor)
    return made
