"""The baseline: closed months that later ones are held against, as a manager chose them."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied

from accounts.models import User
from triage.reporting.closing import MEASURES
from triage.reporting.models import Baseline, Snapshot
from triage.sla.months import MOST_MONTHS, Month


class MonthsNotClosed(Exception):
    """A baseline needs whole months that are kept; some of those chosen are not."""


def current_baseline() -> Baseline | None:
    """The baseline that counts now, or None when nobody has chosen one."""
    return Baseline.objects.select_related("chosen_by").order_by("-pk").first()


def closed_months() -> list[Month]:
    """The months that are kept by every measure, the first one first."""
    kept: dict[Month, set[str]] = {}
    for snapshot in Snapshot.objects.filter(security=False):
        kept.setdefault(snapshot.at, set()).add(snapshot.measure)
    needed = {measure.name for measure in MEASURES}
    return sorted(month for month, measures in kept.items() if needed <= measures)


def choose_baseline(*, first: Month, last: Month, by: User, now: datetime) -> Baseline:
    """Hold later months against these from now on. Chosen twice, it is one choice.

    Raises PermissionDenied for others than managers and MonthsNotClosed when some of the months
    are not kept, when they come in the wrong order or are more than `MOST_MONTHS`.
    """
    if not by.is_manager:
        raise PermissionDenied
    months, month = [], first
    while month <= last and len(months) <= MOST_MONTHS:
        months.append(month)
        month = month.plus(1)
    if not 0 < len(months) <= MOST_MONTHS or not set(months) <= set(closed_months()):
        raise MonthsNotClosed
    standing = current_baseline()
    if standing and (standing.first, standing.last) == (first, last):
        return standing
    return Baseline.objects.create(
        first_month=str(first), last_month=str(last), chosen_by=by, chosen_at=now
    )
