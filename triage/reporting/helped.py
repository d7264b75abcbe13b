"""Did suggestions help? Forms in which articles or solved questions were offered to the writer.

Definition: a form counts once, in the month something was first shown in it. Opened: at least one
of them was opened. Solved: the writer said that it solved it, and nothing was sent. Sent: it
became a case (or a question) all the same. Left: neither; the writer may have found the answer,
given up, called, or written again later in another form. Forms are told apart by a random key,
so nobody can be followed from one to the next. For the desk, inserted counts the answers of cases
that hold a suggested article. Source: issue "All four users", reports on efficiency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from triage.reporting.scope import Scope
from triage.sla.months import Month
from triage.suggestions.models import Effect

What = Effect.What


@dataclass(frozen=True, kw_only=True)
class Forms:
    """How many forms, and what became of them."""

    shown: int = 0
    opened: int = 0
    solved: int = 0
    sent: int = 0

    def __add__(self, other: Forms) -> Forms:
        return Forms(
            **{
                item.name: getattr(self, item.name) + getattr(other, item.name)
                for item in fields(Forms)
            }
        )

    @property
    def left(self) -> int:
        """Neither said to be solved nor sent."""
        return self.shown - self.solved - self.sent


@dataclass(frozen=True)
class Helped:
    """Forms by month and place, and answers of the desk with a suggestion in them by month."""

    months: tuple[Month, ...]
    cells: dict[tuple[Month, str], Forms]
    inserted: dict[Month, int]

    def by(self, key: Callable[[Month, str], Hashable]) -> dict[Hashable, Forms]:
        """The forms with the same key."""
        sums: dict[Hashable, Forms] = defaultdict(Forms)
        for (month, place), forms in self.cells.items():
            sums[key(month, place)] += forms
        return dict(sums)


def _happened(what: str, end: datetime) -> Exists:
    return Exists(
        Effect.objects.filter(once=OuterRef("once"), what=what, place=OuterRef("place"), at__lt=end)
    )


def helped(scope: Scope) -> Helped:
    """The forms of the period and what became of them, in two statements.

    Not narrowed by product, team or person: a form does not say whose it is.
    """
    months, end = tuple(scope.period), min(scope.period.end, scope.now)
    within = Effect.objects.filter(at__gte=scope.period.start, at__lt=end).order_by()
    earlier = Effect.objects.filter(
        once=OuterRef("once"), what=What.SHOWN, place=OuterRef("place"), pk__lt=OuterRef("pk")
    )
    rows = (
        within.filter(~Exists(earlier), what=What.SHOWN)
        .annotate(
            month=scope.month_number("at"),
            is_opened=_happened(What.OPENED, scope.now),
            is_solved=_happened(What.SOLVED, scope.now),
            is_sent=_happened(What.SENT, scope.now),
        )
        .values_list("month", "place")
        .annotate(
            shown=Count("pk"),
            opened=Count("pk", filter=Q(is_opened=True)),
            solved=Count("pk", filter=Q(is_solved=True, is_sent=False)),
            sent=Count("pk", filter=Q(is_sent=True)),
        )
    )
    inserted = (
        within.filter(what=What.INSERTED)
        .annotate(month=scope.month_number("at"))
        .values_list("month")
        .annotate(answers=Count("once", distinct=True))
    )
    return Helped(
        months,
        {
            (months[month], place): Forms(shown=shown, opened=opened, solved=solved, sent=sent)
            for month, place, shown, opened, solved, sent in rows
        },
        {months[month]: count for month, count in inserted},
    )
