"""Closing months: keeping their figures once they have settled, and comparing them with the log.

A month is closed when `SETTLED_AFTER` has passed since its end: until then its figures can fall,
because a case that is reopened in that time was not solved. Each measure of a month is kept in a
transaction of its own, so that two workers, or one that is killed, leave no month twice or in half.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min

from dispatch.jobs import recurring
from triage.reporting import (
    answering,
    cooperation,
    deadlines,
    escalated,
    internal,
    satisfaction,
    solved,
)
from triage.reporting.measures import Measure, Sums
from triage.reporting.models import Snapshot, SnapshotCell
from triage.reporting.snapshots import everything, finest, from_log
from triage.reporting.solved import SETTLED_AFTER
from triage.sla.months import MOST_MONTHS, Month, month_of
from triage.tickets.models import Ticket

log = structlog.get_logger(__name__)

MEASURES: tuple[Measure, ...] = (
    deadlines.MEASURE,
    solved.MEASURE,
    cooperation.MOVES,
    cooperation.HELD,
    escalated.MEASURE,
    escalated.ADVICE,
    answering.MEASURE,
    satisfaction.MEASURE,
    internal.MEASURE,
)
BY_NAME = {measure.name: measure for measure in MEASURES}


def zone() -> ZoneInfo:
    """The zone months begin and end in."""
    return ZoneInfo(settings.TIME_ZONE)


def last_settled(now: datetime) -> Month:
    """The last month whose figures have settled."""
    return month_of(now - SETTLED_AFTER, zone()).plus(-1)


def months_to_close(now: datetime) -> list[Month]:
    """Every settled month since the first case came in, `MOST_MONTHS` back at most."""
    first_case = Ticket.objects.aggregate(at=Min("opened_at"))["at"]
    last = last_settled(now)
    if first_case is None:
        return []
    month, months = max(month_of(first_case, zone()), last.plus(1 - MOST_MONTHS)), []
    while month <= last:
        months.append(month)
        month = month.plus(1)
    return months


def close_months(now: datetime) -> int:
    """Keep every settled month that is not kept yet; returns how many snapshots that made."""
    there = set(Snapshot.objects.filter(security=False).values_list("measure", "month"))
    missing = [
        (measure, month)
        for month in months_to_close(now)
        for measure in MEASURES
        if (measure.name, str(month)) not in there
    ]
    return sum(_keep(measure, month, now) for measure, month in missing)


def _keep(measure: Measure, month: Month, now: datetime) -> int:
    """Keep one measure of one month; 0 when another worker was first."""
    try:
        with transaction.atomic():
            for security in (False, True):
                _freeze(measure, month, now, security=security)
    except IntegrityError:
        log.info("month kept by another worker", measure=measure.name, month=str(month))
        return 0
    return 1


def _freeze(measure: Measure, month: Month, now: datetime, *, security: bool) -> None:
    snapshot = Snapshot.objects.create(
        measure=measure.name,
        month=str(month),
        security=security,
        definition=measure.version,
        frozen_at=now,
    )
    names = [{"product": "product_id", "team": "team_id"}.get(n, n) for n in finest(measure)]
    cells = [
        SnapshotCell(
            snapshot=snapshot,
            whole=sums.whole,
            part=sums.part,
            extra=sums.extra,
            single=sums.single or None,
            **dict(zip(names, key, strict=True)),
        )
        for key, sums in _live(measure, month, now, finest(measure), security=security).items()
    ]
    SnapshotCell.objects.bulk_create(cells, batch_size=1000)


def _live(
    measure: Measure, month: Month, now: datetime, names: tuple[str, ...], *, security: bool
) -> dict[tuple, Sums]:
    """The cells of a month by these columns as the log has them now."""
    sums: dict[tuple, Sums] = defaultdict(Sums)
    scope = everything(month, zone(), now, security=security)
    for key, found in from_log(measure, scope, names):
        sums[key] += found
    return dict(sums)


def compare_months(now: datetime) -> int:
    """Compare the closed months with today's log; returns how many snapshots differ."""
    first = last_settled(now).plus(1 - MOST_MONTHS)
    found = Snapshot.objects.filter(measure__in=BY_NAME, month__gte=str(first))
    return sum(_compare(snapshot, now) for snapshot in found)


@dataclass(frozen=True)
class Comparison:
    """A kept month beside today's log: the totals by kind, and the cells that differ.

    Each cell is its values by the names of `columns`, what was kept, and what the log has now.
    """

    columns: tuple[str, ...]
    kept: dict[str, Sums]
    live: dict[str, Sums]
    cells: tuple[tuple[tuple, Sums, Sums], ...]


def compared(snapshot: Snapshot, now: datetime) -> Comparison:
    """A snapshot beside the log as it is now, by the columns it was kept by.

    Raises KeyError for a measure that is no more.
    """
    measure = BY_NAME[snapshot.measure]
    names = finest(measure, snapshot.definition)
    kept = {
        row[:-3]: Sums(*row[-3:])
        for row in snapshot.cells.values_list(*names, "whole", "part", "extra")
    }
    live = _live(measure, snapshot.at, now, names, security=snapshot.security)
    cells = tuple(
        (key, kept.get(key, Sums()), live.get(key, Sums()))
        for key in sorted(kept.keys() | live.keys(), key=str)
        if kept.get(key, Sums()) != live.get(key, Sums())
    )
    return Comparison(names, _totals(names, kept), _totals(names, live), cells)


def _totals(names: tuple[str, ...], cells: dict[tuple, Sums]) -> dict[str, Sums]:
    """The sums by kind; of all together for a measure that knows no kinds."""
    sums: dict[str, Sums] = defaultdict(Sums)
    for key, found in cells.items():
        sums[key[names.index("kind")] if "kind" in names else ""] += found
    return dict(sums)


def _compare(snapshot: Snapshot, now: datetime) -> bool:
    differ = len(compared(snapshot, now).cells)
    Snapshot.objects.filter(pk=snapshot.pk).update(compared_at=now, cells_differ=differ)
    return differ > 0


@recurring("close months", every=timedelta(hours=1))
def _close(now: datetime) -> None:
    close_months(now)


@recurring("compare closed months", every=timedelta(hours=24))
def _compare_all(now: datetime) -> None:
    compare_months(now)
