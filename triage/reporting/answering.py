"""Time to the first answer, for everybody alike: by written standard, size, kind and channel.

Definition: the cases whose first answer was given in the period. Two times are measured from when
the case came in (the earliest start when cases were merged) to the answer: wall time, and the open
time of the calendar the case's promise is computed by (a critical case is promised by a calendar
that never closes). A case that was promised no answer, because the promise had ended, is not among
them. Shown are the median and the 90th percentile (nine of ten were answered within
it), to the second. Size is that of the organisation. Groups of fewer than five are not shown,
because a person could be recognised, nor others they could be worked out from (see
`suppression`). Closed months are read as they were kept: a median cannot be had from sums, so
beside its sums each kept cell holds the two times of every answer in it. Source: issue "All four
users", reports on quality and equal treatment.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from django.db.models import QuerySet

from triage.reporting import single, snapshots
from triage.reporting.figures import Spread
from triage.reporting.measures import MONTH, Counted, Measure, Sums
from triage.reporting.scope import Scope
from triage.reporting.single import Form, groups
from triage.reporting.snapshots import Kept
from triage.reporting.suppression import Small
from triage.sla.calendar import Calendar
from triage.sla.months import Month
from triage.sla.policy import FIRST_RESPONSE
from triage.sla.service_model import service_model
from triage.tickets.models import Ticket, TicketClock

MICROS = 1_000_000
# What answers are told apart by, and what else a page may be narrowed by; "" is none of them.
GROUPS = ("language", "size", "segment", "channel")
FILTERS = ("product", "team", "priority")
FORM = Form([("wall", "<i4"), ("service", "<i4")])  # both times in seconds


@dataclass(frozen=True, kw_only=True)
class AnswerTimes:
    """How long a group waited: wall time and service time, in seconds."""

    wall: Spread
    service: Spread


@dataclass(frozen=True)
class Answers:
    """The first answers of a period, a row of `FORM` each; a row's month is its place in `months`.

    `closed` tells which months were read as they were kept.
    """

    months: tuple[Month, ...]
    rows: np.ndarray
    closed: Kept

    @property
    def total(self) -> int:
        """How many answers."""
        return len(self.rows)

    def times(self, name: str) -> dict[Hashable, AnswerTimes]:
        """How long each group waited: by the month, by one of `GROUPS` or of `FILTERS`."""
        return {
            self._named(name, value): AnswerTimes(
                wall=_spread(self.rows["wall"][places]),
                service=_spread(self.rows["service"][places]),
            )
            for (value,), places in groups(self.rows, (name,))
        }

    def counts(self, names: Sequence[str]) -> dict[tuple[Hashable, ...], int]:
        """How many answers by several of them at once."""
        return {
            tuple(self._named(name, value) for name, value in zip(names, key, strict=True)): len(
                places
            )
            for key, places in groups(self.rows, names)
        }

    def _named(self, name: str, value: Hashable) -> Hashable:
        return self.months[value] if name == MONTH else value


def _spread(values: np.ndarray) -> Spread:
    return Spread.of_ordered(np.sort(values).tolist())


@lru_cache(maxsize=512)
def _calendar(policy_id: int, case_type: str, priority: str) -> Calendar | None:
    """The calendar such cases are computed by for everybody; stored policies never change.

    Agreements do not count here: all groups are compared by the same hours.
    """
    model = service_model(policy_id)
    rule = model.policy.rule_for(case_type, priority)
    return model.calendars[rule.calendar] if rule else None


def _open_seconds(calendar: Calendar, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Open time between instants given in seconds since 1970."""
    first, last = int(starts.min()) * MICROS, int(ends.max()) * MICROS
    open_times = calendar.opening.between(first, last)
    if not open_times:
        return np.zeros(len(starts), np.int64)
    opens, closes = np.array(open_times, np.int64).T
    open_by = np.concatenate([[0], np.cumsum(closes - opens)])

    def open_before(instants: np.ndarray) -> np.ndarray:
        place = np.searchsorted(opens, instants, side="right")
        left = np.where(place > 0, np.maximum(closes[place - 1] - instants, 0), 0)
        return open_by[place] - left

    return (open_before(ends * MICROS) - open_before(starts * MICROS)) // MICROS


def _answered(scope: Scope) -> QuerySet[TicketClock]:
    return TicketClock.objects.filter(
        scope.holds_ticket(),
        kind=FIRST_RESPONSE,
        number=1,
        met_at__gte=scope.period.start,
        met_at__lt=min(scope.period.end, scope.now),
    ).order_by()


def _from_log(scope: Scope, months: Sequence[Month]) -> np.ndarray:
    """The answers of the scope as the log has them, in one statement."""
    found = single.read(
        _answered(scope),
        start=single.seconds("started_at"),
        met=single.seconds("met_at"),
        policy=("ticket__policy", "<i8"),
        case_type=("ticket__case_type", "S30"),
    )
    rows = single.copied(found, FORM.row)
    rows[MONTH] = single.month_places(found["met"], scope, months)
    met = np.maximum(found["start"], found["met"])
    rows["wall"] = rows["service"] = met - found["start"]
    for promise, places in groups(found, ("policy", "case_type", "priority")):
        if calendar := _calendar(*promise):
            rows["service"][places] = _open_seconds(calendar, found["start"][places], met[places])
    return rows


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """How many answers (`whole`), their service time (`part`) and their wall time (`extra`)."""
    rows = _from_log(scope, tuple(scope.period))
    for key, places in groups(rows, by):
        alike = rows[places]
        service, wall = (int(alike[name].sum(dtype=np.int64)) for name in ("service", "wall"))
        yield key, Sums(len(alike), service, wall, FORM.pack(alike))


MEASURE = Measure(name="answers", version=1, splits=single.SPLITS, count=_count)


def answers(scope: Scope) -> Answers:
    """Every first answer of the period: closed months as they were kept, the others by the log."""
    months = tuple(scope.period)
    closed = snapshots.kept(MEASURE, scope)
    found = [_from_log(part, months) for part in snapshots.counted_scopes(scope, closed)]
    if closed.months:
        found.append(single.kept_rows(MEASURE, FORM, scope, closed))
    return Answers(months, np.concatenate(found), closed)


def small(found: Answers, dimensions: Mapping[str, Sequence[Hashable]]) -> Small:
    """What may be shown of the answers on a page and on those with a filter more or less.

    `dimensions` names the groups and the filters in use with all their values; `found` are the
    answers of the page without those filters.
    """
    return Small(dimensions, found.counts(tuple(dimensions)), plain=[MONTH])


def answered_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases behind the times, the newest number first."""
    return Ticket.objects.filter(pk__in=_answered(scope).values("ticket")).order_by("-pk")
