"""How satisfied those who asked are, and how many of them said so.

Definition: a solution is each time a case was solved, in the month it was; asked are those with
somebody who has an account and could answer (security cases too, for those who may read them).
Answered are those with a rating of 1 to 5. Shown are the mean and the share of 4 and 5, both of
the answers, beside the share that answered: those who did not may think otherwise. Closed months
are read as they were kept.

By group, only whole quarters are counted, the last four that are over, whatever the page is
narrowed by, and only groups with none or at least five answers in each of those quarters; the
answers of the groups that are hidden add up to none or at least five in each quarter too. A
person's grade could otherwise be worked out from the sums of two pages, or of all and the others.
Source: issue "All four users", reports on quality and equal treatment.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from triage.oversight.models import Rating
from triage.reporting import single, snapshots
from triage.reporting.answering import GROUPS
from triage.reporting.figures import FEWEST_SHOWN
from triage.reporting.measures import MONTH, Counted, Measure, Sums
from triage.reporting.scope import Scope
from triage.reporting.single import Form, groups
from triage.reporting.snapshots import Kept
from triage.sla.months import Month, Period, month_of
from triage.tickets.models import Ticket, TicketEvent

SATISFIED_FROM = 4
QUARTERS, MONTHS_EACH = 4, 3
NO_GRADE = 0
FORM = Form([("grade", "<i1")])


@dataclass(frozen=True, kw_only=True)
class Grades:
    """How many were asked, and how many gave each grade."""

    asked: int = 0
    grades: tuple[int, ...] = (0, 0, 0, 0, 0)

    def __add__(self, other: Grades) -> Grades:
        sums = tuple(a + b for a, b in zip(self.grades, other.grades, strict=True))
        return Grades(asked=self.asked + other.asked, grades=sums)

    @property
    def answered(self) -> int:
        """How many gave a grade."""
        return sum(self.grades)

    @property
    def satisfied(self) -> int:
        """How many were satisfied or very satisfied."""
        return sum(self.grades[SATISFIED_FROM - 1 :])

    @property
    def mean(self) -> float | None:
        """The mean grade, 1 to 5; None when nobody answered."""
        if not self.answered:
            return None
        total = sum(grade * count for grade, count in enumerate(self.grades, start=1))
        return total / self.answered

    @property
    def hidden(self) -> bool:
        """Whether so few answered that a person could be recognised."""
        return self.answered < FEWEST_SHOWN


@dataclass(frozen=True)
class Satisfaction:
    """The grades of a period by month; `closed` tells which months were read as kept."""

    months: tuple[Month, ...]
    by_month: dict[Month, Grades]
    closed: Kept

    def total(self) -> Grades:
        """Everything in the period."""
        return sum(self.by_month.values(), Grades())


@dataclass(frozen=True)
class Groups:
    """The grades of some quarters by group; `unsafe` groups must not be shown."""

    period: Period
    by_group: dict[str, Grades]
    unsafe: frozenset[str]


def _solutions(scope: Scope) -> QuerySet[TicketEvent]:
    return TicketEvent.objects.filter(
        scope.holds_ticket(),
        kind="resolved",
        ticket__requester__isnull=False,
        at__gte=scope.period.start,
        at__lt=min(scope.period.end, scope.now),
    ).order_by()


def _graded(grade: int, count: int) -> Grades:
    grades = tuple(count if grade == each else 0 for each in Rating.Grade.values)
    return Grades(asked=count, grades=grades)


def _from_log(scope: Scope, months: Sequence[Month]) -> np.ndarray:
    """The solutions of the scope with their grades as the log has them, in one statement."""
    grade = Coalesce(F("rating__grade"), Value(NO_GRADE))
    found = single.read(_solutions(scope), at=single.seconds("at"), grade=(grade, "<i1"))
    rows = single.copied(found, FORM.row)
    rows[MONTH] = single.month_places(found["at"], scope, months)
    return rows


def _count(scope: Scope, by: tuple[str, ...]) -> Counted:
    """How many were asked (`whole`), how many answered (`part`), their grades added (`extra`)."""
    rows = _from_log(scope, tuple(scope.period))
    for key, places in groups(rows, by):
        alike = rows[places]
        answered = int(np.count_nonzero(alike["grade"]))
        total = int(alike["grade"].sum(dtype=np.int64))
        yield key, Sums(len(alike), answered, total, FORM.pack(alike))


MEASURE = Measure(name="satisfaction", version=1, splits=single.SPLITS, count=_count)


def _rows(scope: Scope, closed: Kept) -> np.ndarray:
    months = tuple(scope.period)
    found = [_from_log(part, months) for part in snapshots.counted_scopes(scope, closed)]
    if closed.months:
        found.append(single.kept_rows(MEASURE, FORM, scope, closed))
    return np.concatenate(found)


def satisfaction(scope: Scope) -> Satisfaction:
    """The grades of the period: closed months as they were kept, the others by the log."""
    months, closed = tuple(scope.period), snapshots.kept(MEASURE, scope)
    sums: dict[Month, Grades] = defaultdict(Grades)
    for (month, grade), places in groups(_rows(scope, closed), (MONTH, "grade")):
        sums[months[month]] += _graded(grade, len(places))
    return Satisfaction(months, dict(sums), closed)


def whole_quarters(scope: Scope) -> Period:
    """The last four quarters that are over, by the calendar."""
    zone = scope.period.zone
    current = month_of(scope.now, zone)
    first_of_quarter = Month(current.year, current.number - (current.number - 1) % MONTHS_EACH)
    return Period(first_of_quarter.plus(-QUARTERS * MONTHS_EACH), first_of_quarter.plus(-1), zone)


def by_group(scope: Scope) -> dict[str, Groups]:
    """The grades of the last four whole quarters by each of `GROUPS`."""
    fixed = replace(scope, period=whole_quarters(scope), demands=(), narrow=False)
    rows = _rows(fixed, snapshots.kept(MEASURE, fixed))
    found = {}
    for name in GROUPS:
        counts: Counter = Counter()
        for (value, month, grade), places in groups(rows, (name, MONTH, "grade")):
            counts[value, month // MONTHS_EACH, grade] += len(places)
        found[name] = _grouped(fixed.period, counts)
    return found


def _grouped(period: Period, counts: Mapping[tuple[str, int, int], int]) -> Groups:
    """From counts by group, quarter and grade."""
    quarters: dict[tuple[str, int], Grades] = defaultdict(Grades)
    for (value, quarter, grade), count in counts.items():
        quarters[value, quarter] += _graded(grade, count)
    sums: dict[str, Grades] = defaultdict(Grades)
    for (value, _quarter), grades in quarters.items():
        sums[value] += grades
    answered = {place: grades.answered for place, grades in quarters.items()}
    return Groups(period, dict(sums), unsafe_groups(answered))


def unsafe_groups(answered: Mapping[tuple[str, int], int]) -> frozenset[str]:
    """The groups to hide, given how many answered by group and quarter. Pure."""
    totals: Counter = Counter()
    for (value, _quarter), count in answered.items():
        totals[value] += count
    unsafe = {value for (value, _quarter), count in answered.items() if 0 < count < FEWEST_SHOWN}
    unsafe |= {value for value, count in totals.items() if count < FEWEST_SHOWN}
    for value in sorted(totals, key=lambda each: (totals[each], each)):
        if value not in unsafe and not _hidden_are_many(answered, unsafe):
            unsafe.add(value)
    return frozenset(unsafe)


def _hidden_are_many(answered: Mapping[tuple[str, int], int], unsafe: Set[str]) -> bool:
    """Whether the answers of the hidden groups add up to none or enough in every quarter."""
    quarters: Counter = Counter()
    for (value, quarter), count in answered.items():
        quarters[quarter] += count if value in unsafe else 0
    return not any(0 < count < FEWEST_SHOWN for count in quarters.values())


def comments(scope: Scope, limit: int) -> list[Rating]:
    """What people wrote about solutions of the period, the newest first."""
    found = Rating.objects.filter(
        scope.holds_ticket(),
        ticket__requester__isnull=False,
        solution__at__gte=scope.period.start,
        solution__at__lt=min(scope.period.end, scope.now),
    ).exclude(comment="")
    return list(found.select_related("ticket").order_by("-at", "-pk")[:limit])


def rated_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases with a rating of a solution of the period, the newest number first."""
    found = _solutions(scope).filter(rating__isnull=False)
    return Ticket.objects.filter(pk__in=found.values("ticket")).order_by("-pk")


def asked_cases(scope: Scope) -> QuerySet[Ticket]:
    """The cases whose solution in the period somebody was asked about, the newest number first."""
    return Ticket.objects.filter(pk__in=_solutions(scope).values("ticket")).order_by("-pk")
