"""What several reports have in common: names of products and teams, and cells of figures."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import Team
from portal.desk.words import short_moment
from portal.insight import words
from portal.insight.questions import NONE, Question
from portal.insight.shapes import Cell
from taxonomy.models import Product
from triage.reporting.figures import Share
from triage.sla.months import Month, month_of
from triage.tickets import codes


@dataclass(frozen=True)
class Named:
    """A value a measure is split by: what it is called here and in addresses."""

    key: Hashable
    name: str
    value: str


@dataclass(frozen=True)
class Split:
    """What a measure is split by: its name in addresses, its words, and the values in order."""

    name: str
    title: str
    heading: str
    values: list[Named]


def by_priority() -> Split:
    """By the case's priority."""
    return Split("priority", _("By priority"), _("Priority"), coded(codes.PRIORITIES))


def by_product() -> Split:
    """By the case's product."""
    return Split("product", _("By product"), _("Product"), products())


def products() -> list[Named]:
    """Every product in its order, and no product."""
    found = [Named(item.pk, item.name, item.slug) for item in Product.objects.all()]
    return [*found, Named(None, _("No product"), NONE)]


def teams() -> list[Named]:
    """Every team, the first line first."""
    return [Named(team.pk, team.name, team.slug) for team in Team.objects.all()]


def by_team() -> Split:
    """By the team that has the case, or had it when its month was kept."""
    return Split("team", _("By team that has the case"), _("Team"), teams())


def coded(choices: Iterable[tuple[str, str]]) -> list[Named]:
    """Codes with their labels."""
    return [Named(str(code), str(label), str(code)) for code, label in choices]


def caption(measure: str, split: str) -> str:
    """What a table is of: a measure, split by something."""
    return f"{measure}, {split[:1].lower()}{split[1:]}"


def highest_and_lowest(used: Sequence[Named], shares: Mapping[Hashable, Share]) -> tuple[str, ...]:
    """Which value has the highest share and which the lowest, when there are two that differ."""
    ranked = sorted(
        (item for item in used if shares[item.key].whole),
        key=lambda item: shares[item.key].percent,
    )
    said = [words.percent(shares[item.key]) for item in ranked]
    if len(ranked) < 2 or said[0] == said[-1]:
        return ()
    return (
        _("Highest: %(most)s, %(most_percent)s. Lowest: %(least)s, %(least_percent)s.")
        % {
            "most": ranked[-1].name,
            "most_percent": said[-1],
            "least": ranked[0].name,
            "least_percent": said[0],
        },
    )


def count_cell(count: int, address: str = "") -> Cell:
    """A number of cases; none of them opens nothing."""
    return Cell(words=words.number(count), value=count, address=address if count else "")


def percent_cell(share: Share, address: str = "") -> Cell:
    """A share in per cent, one decimal for spreadsheets."""
    value = None if share.percent is None else round(share.percent, 1)
    return Cell(words=words.percent(share), value=value, address=address if share.whole else "")


def moment_cell(moment: datetime, now: datetime | None = None) -> Cell:
    """A moment by Norwegian time; with `now`, in as few words as say which."""
    local = timezone.localtime(moment)
    said = short_moment(moment, now) if now else formats.date_format(local, "DATETIME_FORMAT")
    return Cell(
        words=said, value=local.replace(tzinfo=None, second=0, microsecond=0), on_one_line=True
    )


def headline_months(question: Question) -> tuple[Month, Month]:
    """The month the key figures are about, and the one before: the last whole month asked for.

    When the period has only the current month, that one, so far.
    """
    period = question.scope.period
    current = month_of(question.now, period.zone)
    month = period.last
    if month >= current and period.first < current:
        month = current.plus(-1)
    return month, month.plus(-1)


def in_month(question: Question, month: Month) -> str:
    """A month in words; the current one is said to be unfinished."""
    said = words.month(month, question.now)
    if month == month_of(question.now, question.scope.period.zone):
        return _("%(month)s so far") % {"month": said}
    return said
