"""Figures of a period: closed months as they were kept, the others from the log.

The question decides which: a reader who may open every ordinary case gets closed months from their
snapshots and the security cases they may open beside; any other reader, and a question narrowed by
something months are not kept by, is counted from the log in all months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db.models import Q, QuerySet, Sum

from triage.reporting.measures import MONTH, SPLITS, Counted, Key, Measure, Sums
from triage.reporting.models import Snapshot, SnapshotCell
from triage.reporting.scope import Scope
from triage.sla.months import Month, Period


@dataclass(frozen=True)
class Kept:
    """The closed months a question is answered from, by month, ordinary and security apart."""

    ordinary: dict[Month, Snapshot]
    security: dict[Month, Snapshot]

    @property
    def months(self) -> frozenset[Month]:
        """The months that are not counted from the log."""
        return frozenset(self.ordinary)

    def by_snapshot(self) -> dict[int, Month]:
        """The month of each snapshot, by its number."""
        return {
            snapshot.pk: month
            for snapshots in (self.ordinary, self.security)
            for month, snapshot in snapshots.items()
        }

    def differing(self, month: Month) -> bool:
        """Whether today's log gave other figures for a month when last compared."""
        shown = (self.ordinary.get(month), self.security.get(month))
        return any(snapshot.differs for snapshot in shown if snapshot)


def kept(measure: Measure, scope: Scope) -> Kept:
    """The snapshots that answer for the closed months of a question; none when it is narrow."""
    if scope.narrow or not scope.sees_ordinary:
        return Kept({}, {})
    found = Snapshot.objects.filter(
        measure=measure.name,
        month__gte=str(scope.period.first),
        month__lte=str(scope.period.last),
    )
    if not scope.sees_security:
        found = found.filter(security=False)
    shown: tuple[dict, dict] = ({}, {})
    for snapshot in found:
        shown[snapshot.security][snapshot.at] = snapshot
    return Kept(*shown)


def figures(measure: Measure, scope: Scope, by: tuple[str, ...], closed: Kept) -> dict[Key, Sums]:
    """The sums by the columns asked for; with `MONTH` first, the key begins with the `Month`."""
    sums: dict[Key, Sums] = defaultdict(Sums)
    for counted in _sources(measure, scope, by, closed):
        for key, found in counted:
            sums[key] += found
    return dict(sums)


def ordinary_figures(
    measure: Measure, period: Period, now: datetime, by: tuple[str, ...]
) -> dict[Key, Sums]:
    """The sums of all ordinary cases, security cases left out: what may be told to everybody."""
    scope = Scope(user=None, period=period, now=now)
    months = list(map(str, period))
    found = Snapshot.objects.filter(measure=measure.name, month__in=months, security=False)
    closed = Kept({snapshot.at: snapshot for snapshot in found}, {})
    sums: dict[Key, Sums] = defaultdict(Sums)
    if closed.months:
        for key, part in _from_cells(measure, scope, by, closed):
            sums[key] += part
    for first, last in _spans(frozenset(period) - closed.months):
        ordinary = scope.during(first, last).about(Q(security=False))
        for key, part in from_log(measure, ordinary, by):
            sums[key] += part
    return dict(sums)


def _sources(
    measure: Measure, scope: Scope, by: tuple[str, ...], closed: Kept
) -> Iterator[Counted]:
    if closed.months:
        yield _from_cells(measure, scope, by, closed)
    for part in counted_scopes(scope, closed):
        yield from_log(measure, part, by)


def counted_scopes(scope: Scope, closed: Kept) -> Iterator[Scope]:
    """What of a question is counted from the log: open months, and security cases beside kept ones.

    The latter are those a reader may open who may not open every security case.
    """
    for first, last in _spans(frozenset(scope.period) - closed.months):
        yield scope.during(first, last)
    if closed.months and not scope.sees_security and scope.sees_some_security:
        for first, last in _spans(closed.months):
            yield scope.during(first, last).about(Q(security=True))


def from_log(measure: Measure, scope: Scope, by: tuple[str, ...]) -> Counted:
    """The sums as the log has them now."""
    months = tuple(scope.period)
    for key, sums in measure.count(scope, by):
        if MONTH in by:
            place = by.index(MONTH)
            key = (*key[:place], months[key[place]], *key[place + 1 :])
        yield key, sums


def kept_cells(
    measure: Measure, scope: Scope, names: tuple[str, ...], closed: Kept
) -> Iterator[tuple]:
    """The kept cells asked for, one by one: the month, then the columns named."""
    months = closed.by_snapshot()
    for snapshot, *values in _cells(measure, scope, list(months)).values_list("snapshot", *names):
        yield months[snapshot], *values


def _from_cells(measure: Measure, scope: Scope, by: tuple[str, ...], closed: Kept) -> Counted:
    months = closed.by_snapshot()
    names = ["snapshot" if name == MONTH else name for name in by]
    cells = _cells(measure, scope, list(months))
    for row in cells.values_list(*names).annotate(Sum("whole"), Sum("part"), Sum("extra")):
        key = row[:-3]
        if MONTH in by:
            place = by.index(MONTH)
            key = (*key[:place], months[key[place]], *key[place + 1 :])
        yield key, Sums(*row[-3:])


def _cells(measure: Measure, scope: Scope, snapshots: list[int]) -> QuerySet[SnapshotCell]:
    """The cells asked for: filters of cases have the same names here."""
    found = SnapshotCell.objects.filter(*scope.demands, snapshot__in=snapshots).order_by()
    if "commitment" not in measure.splits:
        return found
    targets = {name: getattr(scope, name) for name in ("kind", "commitment")}
    return found.filter(**{name: value for name, value in targets.items() if value})


def _spans(months: frozenset[Month]) -> Iterator[tuple[Month, Month]]:
    """Months as first and last of each run without a gap."""
    ordered = sorted(months)
    numbered = enumerate(month.year * 12 + month.number for month in ordered)
    for _gap, run in groupby(numbered, key=lambda item: item[1] - item[0]):
        places = [place for place, _number in run]
        yield ordered[places[0]], ordered[places[-1]]


def everything(month: Month, zone, now, *, security: bool) -> Scope:
    """The scope a month is closed by: all its cases, ordinary or security."""
    scope = Scope(user=None, period=Period(month, month, zone), now=now)
    return replace(scope, demands=(Q(security=security),))


def finest(measure: Measure, version: int | None = None) -> tuple[str, ...]:
    """The columns of the cells a month is kept as, by a version of the definition or by today's."""
    by = measure.version if version is None else version
    return tuple(
        name for name in SPLITS if name in measure.splits and measure.since.get(name, 0) <= by
    )
