"""How the promises were kept last quarter, and the versions of them there have been."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.insight import words
from portal.positions import read_number
from portal.selfservice.promises import TARGET_NAMES, day_words, rule_name
from triage.reporting import deadlines, snapshots
from triage.reporting.closing import last_settled, zone
from triage.reporting.figures import FEWEST_SHOWN, Share
from triage.sla.models import PolicyVersion
from triage.sla.months import Month, Period
from triage.sla.policy import FIRST_RESPONSE, TARGET_KINDS, Policy
from triage.tickets import codes

KEPT_FOR = 3600  # seconds: the figures of a quarter that has settled hardly ever change
MONTHS = 3
MOST_VERSIONS = 20
Figures = dict[tuple[str, str, str], Share]  # by type and priority of case and kind of target
Row = dict[str, Share]  # by kind of target


@dataclass(frozen=True, kw_only=True)
class QuarterRow:
    """How the targets of one kind of case were kept, in words, in the order of TARGET_KINDS."""

    name: str
    cells: list[str]


@dataclass(frozen=True, kw_only=True)
class Quarter:
    """The last quarter whose figures have settled. Without rows, nothing fell due in it.

    `by_kind` says that the rows are those of the promises; a quarter with a month that was kept
    before months knew types has a row for each priority.
    """

    months: str
    summary: str
    by_kind: bool
    columns: list[str]
    rows: list[QuarterRow]


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A version of the promises and from when it holds; `until` is "" for the one in force, and for
    one that is to come."""

    number: int
    since: str
    until: str
    is_shown: bool
    is_to_come: bool


def last_quarter(now: datetime, policy: Policy) -> Quarter:
    """The figures everybody may see: ordinary cases only, and no figure of fewer than five.

    Cases are told apart as the promises of `policy` tell them apart, as the page shows them.
    """
    period = quarter_of(last_settled(now))
    key = f"service-quarter-by-kind-{period.first}"
    found = cache.get(key)
    if found is None:
        found = _figures(period, now)
        cache.set(key, found, KEPT_FOR)
    by_kind = all(case_type for case_type, _priority, _kind in found)
    rows = _by_promise(found, policy) if by_kind else _by_priority(found)
    return Quarter(
        months=_("%(first)s to %(last)s")
        % {"first": words.month_and_year(period.first), "last": words.month_and_year(period.last)},
        summary=_summary([row.get(FIRST_RESPONSE, Share()) for row in rows.values()]),
        by_kind=by_kind,
        columns=[str(TARGET_NAMES[kind]) for kind in TARGET_KINDS],
        rows=[
            QuarterRow(name=name, cells=[_cell(row.get(kind, Share())) for kind in TARGET_KINDS])
            for name, row in rows.items()
        ],
    )


def quarter_of(last: Month) -> Period:
    """The last whole quarter of the year that ends with this month or before it."""
    end = last.plus(-(last.number % MONTHS))
    return Period(end.plus(1 - MONTHS), end, zone())


def _figures(period: Period, now: datetime) -> Figures:
    by = ("case_type", "priority", "kind")
    found = snapshots.ordinary_figures(deadlines.MEASURE, period, now, by)
    return {key: Share(sums.part, sums.whole) for key, sums in found.items()}


def _by_promise(found: Figures, policy: Policy) -> dict[str, Row]:
    """The figures by what the promises are about, in their order; agreements are not told apart."""
    rows: dict[str, Row] = {}
    for rule in (*policy.in_order, None):
        row = _summed(
            (kind, share)
            for (case_type, priority, kind), share in found.items()
            if policy.rule_for(case_type, priority) is rule
        )
        if row:
            rows[rule_name(rule) if rule else _("Without a promise now")] = row
    return rows


def _by_priority(found: Figures) -> dict[str, Row]:
    rows = {
        str(name): _summed(
            (kind, share) for (_type, at, kind), share in found.items() if at == code
        )
        for code, name in codes.PRIORITIES
    }
    return {name: row for name, row in rows.items() if row}


def _summed(shares: Iterable[tuple[str, Share]]) -> Row:
    row: Row = {}
    for kind, share in shares:
        row[kind] = row.get(kind, Share()) + share
    return row


def _summary(answers: Iterable[Share]) -> str:
    """Of the answers that are shown: with the others, a hidden figure could be worked out."""
    shown = sum((share for share in answers if share.whole >= FEWEST_SHOWN), Share())
    if not shown.whole:
        return ""
    return _("Of the %(count)s first answers shown here, %(percent)s came in time.") % {
        "count": words.number(shown.whole),
        "percent": words.percent(shown),
    }


def _cell(share: Share) -> str:
    if not share.whole:
        return "–"
    if share.whole < FEWEST_SHOWN:
        return _("Fewer than five")
    return _("%(percent)s of %(count)s") % {
        "percent": words.percent(share),
        "count": words.number(share.whole),
    }


def version_rows(shown: int, *, now: datetime) -> list[VersionRow]:
    """The versions that hold, have held or are to come, the newest first."""
    found = list(
        PolicyVersion.objects.order_by("-valid_from").values_list("pk", "valid_from")[
            :MOST_VERSIONS
        ]
    )
    ends = [None, *(since if since <= now else None for _pk, since in found)]
    return [
        VersionRow(
            number=pk,
            since=_day(since),
            until=_day(end) if end else "",
            is_shown=pk == shown,
            is_to_come=since > now,
        )
        for (pk, since), end in zip(found, ends, strict=False)
    ]


def other_version(asked: str, *, now: datetime) -> tuple[int, datetime] | None:
    """A version that is not in force and a moment when it is: the last of an earlier one, the first
    of one that is to come. None for the one in force, and for what is none."""
    number = read_number(asked)
    if number is None:
        return None
    stored = PolicyVersion.objects.order_by("valid_from")
    since = stored.filter(pk=number).values_list("valid_from", flat=True).first()
    if since is None or since > now:
        return (number, since) if since else None
    later = stored.filter(valid_from__gt=since, valid_from__lte=now)
    until = later.values_list("valid_from", flat=True).first()
    return (number, until) if until else None


def _day(moment: datetime) -> str:
    return day_words(moment.astimezone(zone()).date())
