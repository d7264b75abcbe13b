"""What a page says about closed months, and about the baseline later ones are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.insight import words
from portal.insight.questions import KEPT_FILTERS, Question
from triage.reporting.baselines import current_baseline
from triage.reporting.figures import Share
from triage.reporting.models import Snapshot
from triage.reporting.scope import Scope
from triage.reporting.snapshots import Kept
from triage.sla.months import Month


@dataclass(frozen=True, kw_only=True)
class ClosedLine:
    """What the page says of its closed months: a sentence, and whether some differ by now."""

    sentence: str
    differs: bool = False


def closed_line(question: Question, measures: Iterable[str]) -> ClosedLine | None:
    """Which months are shown as they were kept; None when none of the period's is closed."""
    scope = question.scope
    first, last = scope.period.first, scope.period.last
    found = Snapshot.objects.filter(
        measure__in=measures, month__gte=str(first), month__lte=str(last)
    )
    if not scope.sees_security:
        found = found.filter(security=False)
    snapshots = list(found)
    if not snapshots:
        return None
    if scope.narrow:
        beyond = [item.label for item in question.filters if item.name not in KEPT_FILTERS]
        return ClosedLine(
            sentence=_(
                "Closed months are not kept by %(filters)s, so every month is counted from the "
                "log as it is now."
            )
            % {"filters": ", ".join(f"«{label}»" for label in beyond)}
        )
    months = sorted({snapshot.at for snapshot in snapshots})
    said = {
        "first": words.capital(words.month_and_year(months[0])),
        "last": words.month_and_year(months[-1]),
    }
    sentence = (
        _("%(first)s is closed: its figures are shown as they were kept.")
        if months[0] == months[-1]
        else _("%(first)s to %(last)s are closed: their figures are shown as they were kept.")
    )
    return ClosedLine(
        sentence=sentence % said, differs=any(snapshot.differs for snapshot in snapshots)
    )


def month_note(closed: Kept, month: Month) -> str:
    """What is to be known about a month whose log says something else by now; else ""."""
    return _("kept; the log says otherwise now") if closed.differing(month) else ""


@dataclass(frozen=True, kw_only=True)
class Against:
    """A share of the baseline, and how to call the baseline in a sentence."""

    share: Share
    name: str

    def level(self) -> tuple[float, str] | None:
        """The line across a chart in per cent, with its words."""
        if self.share.percent is None:
            return None
        said = {"baseline": words.capital(self.name), "percent": words.percent(self.share)}
        return self.share.percent, _("%(baseline)s: %(percent)s") % said

    def change(self, now: Share) -> str:
        """How a share stands to the baseline, as a sentence; "" when one of them is unknown."""
        moved = words.change(now, self.share, self.name)
        return f"{words.capital(moved)}." if moved else ""


def against_baseline(question: Question, share: Callable[[Scope], Share]) -> Against | None:
    """The same share in the baseline with the same filters; None when there is no baseline."""
    baseline = current_baseline()
    if baseline is None:
        return None
    first, last = words.month_and_year(baseline.first), words.month_and_year(baseline.last)
    months = first if first == last else f"{first}–{last}"
    return Against(
        share=share(question.scope.during(baseline.first, baseline.last)),
        name=_("the baseline %(months)s") % {"months": months},
    )
