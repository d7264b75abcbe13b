"""What reviewers found in the random samples of answers.

Definition: each month's sample is drawn once (see `triage.oversight.reviews`), as many answers of
each written standard as there are. Counted are the answers that have been read; a criterion's
share is the answers that met it. The shares say something of the sample, in which what is rare is
read as often as what is common, not of all answers. No figure is by who wrote the answer. Source:
issue "All four users", reports on quality and equal treatment.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q

from triage.oversight.models import Criterion, ReviewedAnswer
from triage.reporting.figures import FEWEST_SHOWN, Share
from triage.reporting.scope import Scope
from triage.sla.months import Month, month_from


@dataclass(frozen=True, kw_only=True)
class Findings:
    """How many answers were drawn, how many are read, and how many met each criterion."""

    drawn: int = 0
    read: int = 0
    met: dict[str, int] = field(default_factory=dict)

    def __add__(self, other: Findings) -> Findings:
        names = {*self.met, *other.met}
        met = {name: self.met.get(name, 0) + other.met.get(name, 0) for name in names}
        return Findings(drawn=self.drawn + other.drawn, read=self.read + other.read, met=met)

    def share(self, criterion: str) -> Share:
        """Answers that met a criterion, of those read."""
        return Share(self.met.get(criterion, 0), self.read)

    @property
    def hidden(self) -> bool:
        """Whether so few are read that the figures would be of single answers."""
        return self.read < FEWEST_SHOWN


@dataclass(frozen=True)
class Reviews:
    """Findings by month and written standard."""

    months: tuple[Month, ...]
    cells: dict[tuple[Month, str], Findings]

    def by_month(self) -> dict[Month, Findings]:
        """The findings of each month with a sample."""
        sums: dict[Month, Findings] = defaultdict(Findings)
        for (month, _language), findings in self.cells.items():
            sums[month] += findings
        return dict(sums)

    def by_language(self) -> dict[str, Findings]:
        """The findings by the asker's written standard."""
        sums: dict[str, Findings] = defaultdict(Findings)
        for (_month, language), findings in self.cells.items():
            sums[language] += findings
        return dict(sums)

    def total(self) -> Findings:
        """Everything in the period."""
        return sum(self.cells.values(), Findings())


def reviews(scope: Scope) -> Reviews:
    """What was found in the samples of the period's months, in one statement."""
    months = tuple(scope.period)
    read = Q(reviewed_at__isnull=False)
    rows = (
        ReviewedAnswer.objects.filter(sample__month__in=[str(month) for month in months])
        .order_by()
        .values("sample__month", "language")
        .annotate(
            drawn=Count("pk"),
            read=Count("pk", filter=read),
            **{
                f"met_{name}": Count("pk", filter=read & Q(**{name: True}))
                for name in Criterion.values
            },
        )
    )
    return Reviews(
        months,
        {
            (month_from(row["sample__month"]), row["language"]): Findings(
                drawn=row["drawn"],
                read=row["read"],
                met={name: row[f"met_{name}"] for name in Criterion.values},
            )
            for row in rows
        },
    )
