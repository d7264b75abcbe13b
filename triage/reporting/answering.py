"""Time to the first answer, for everybody alike: by written standard, size, kind and channel.

Definition: the cases whose first answer was given in the period. Two times are measured from when
the case came in (the earliest start when cases were merged) to the answer: wall time, and the open
time of the calendar the case's promise is computed by (a critical case is promised by a calendar
that never closes). Shown are the median and the 90th percentile (nine of ten were answered within
it), to the second. Size is that of the organisation. Groups of fewer than five are not shown,
because a person could be recognised, nor others they could be worked out from (see
`suppression`). Source: issue "All four users", reports on quality and equal treatment.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, QuerySet

from triage.reporting.figures import Spread
from triage.reporting.months import Month
from triage.reporting.scope import Scope, Seconds
from triage.reporting.suppression import Small
from triage.sla.calendar import Calendar
from triage.sla.policy import FIRST_RESPONSE
from triage.sla.service_model import service_model
from triage.tickets.models import Ticket, TicketClock

MICROS = 1_000_000
MONTH = "month"
# What answers are told apart by, and what else a page may be narrowed by; "" is none of them.
GROUPS = {
    "language": "ticket__language",
    "size": "ticket__organisation__size",
    "segment": "ticket__organisation__segment",
    "channel": "ticket__channel",
}
FILTERS = {
    "product": "ticket__product__slug",
    "team": "ticket__team__slug",
    "priority": "ticket__priority",
}


class Answer(NamedTuple):
    """One first answer; both times in seconds. A tuple: there are very many of them."""

    month: Month
    language: str
    size: str
    segment: str
    channel: str
    wall: float
    service: float


@dataclass(frozen=True, kw_only=True)
class AnswerTimes:
    """How long a group waited: wall time and service time, in seconds."""

    wall: Spread
    service: Spread


@dataclass(frozen=True)
class Answers:
    """The first answers of a period."""

    months: tuple[Month, ...]
    rows: tuple[Answer, ...]

    def times(self, key: Callable[[Answer], Hashable]) -> dict[Hashable, AnswerTimes]:
        """How long each group waited."""
        groups: dict[Hashable, list[Answer]] = defaultdict(list)
        for row in self.rows:
            groups[key(row)].append(row)
        return {
            name: AnswerTimes(
                wall=Spread.of([row.wall for row in rows]),
                service=Spread.of([row.service for row in rows]),
            )
            for name, rows in groups.items()
        }


@lru_cache(maxsize=512)
def _calendar(policy_id: int, case_type: str, priority: str) -> Calendar | None:
    """The calendar a case's promise is computed by; stored policies never change."""
    model = service_model(policy_id)
    rule = model.policy.rule_for(case_type, priority)
    return model.calendars[rule.calendar] if rule else None


def _open_seconds(calendar: Calendar, start: int, end: int) -> float:
    """Open time between two instants given in seconds since 1970."""
    open_before = calendar.opening.open_before
    return (open_before(end * MICROS) - open_before(start * MICROS)) / MICROS


def _answered(scope: Scope) -> QuerySet[TicketClock]:
    return TicketClock.objects.filter(
        scope.holds_ticket(),
        kind=FIRST_RESPONSE,
        number=1,
        met_at__gte=scope.period.start,
        met_at__lt=min(scope.period.end, scope.now),
    ).order_by()


def answers(scope: Scope) -> Answers:
    """Every first answer of the period, in one statement and one pass."""
    months, zone = tuple(scope.period), scope.period.zone
    ends = [int(month.end(zone).timestamp()) for month in months]
    rows = _answered(scope).values_list(
        Seconds("started_at"),
        Seconds("met_at"),
        "ticket__policy",
        "ticket__case_type",
        "ticket__priority",
        *GROUPS.values(),  # in the order of the fields
    )
    found = []
    for start, met, policy, case_type, priority, language, size, segment, channel in rows:
        calendar = _calendar(policy, case_type, priority)
        month = months[bisect_right(ends, met)]
        met = max(start, met)
        wall = met - start
        service = _open_seconds(calendar, start, met) if calendar else wall
        found.append(Answer(month, language, size or "", segment or "", channel, wall, service))
    return Answers(months, tuple(found))


def small(scope: Scope, found: Answers, dimensions: Mapping[str, Sequence[Hashable]]) -> Small:
    """What may be shown of the answers on this page and on those with a filter more or less.

    `dimensions` names the groups and the filters in use with all their values; `scope` is the
    page's without those filters. Without filters nothing more is read.
    """
    names = list(dimensions)
    if set(names) <= {MONTH, *GROUPS}:
        atoms = Counter(tuple(getattr(row, name) for name in names) for row in found.rows)
    else:
        atoms = _counted(scope, names)
    return Small(dimensions, atoms, plain=[MONTH])


def _counted(scope: Scope, names: Sequence[str]) -> Counter[tuple[Hashable, ...]]:
    """How many answers by the dimensions named, in one statement."""
    months, paths = tuple(scope.period), {**GROUPS, **FILTERS}
    rows = _answered(scope).annotate(month=scope.month_number("met_at"))
    atoms: Counter = Counter()
    columns = [MONTH if name == MONTH else paths[name] for name in names]
    for *values, count in rows.values_list(*columns).annotate(count=Count("pk")):
        atoms[
            tuple(
                months[value] if name == MONTH else value or ""
                for name, value in zip(names, values, strict=True)
            )
        ] += count
    return atoms


def answered_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases behind the times, the newest number first."""
    return Ticket.objects.filter(pk__in=_answered(scope).values("ticket")).order_by("-pk")
