"""The filter form of the reports: a GET form, so that every choice has an address."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Language
from portal.insight import parts, words
from portal.insight.questions import FORM_FILTERS, Question
from triage.sla.months import MOST_MONTHS, month_of
from triage.tickets import codes


@dataclass(frozen=True, kw_only=True)
class Option:
    """One value to choose."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Select:
    """A list of values; `everything` is what the empty one is called, "" when there is none."""

    name: str
    label: str
    everything: str
    options: tuple[Option, ...]


@dataclass(frozen=True, kw_only=True)
class FilterForm:
    """The form: selects, the organisation's words, and filters of links that are kept."""

    selects: tuple[Select, ...]
    organisation: str
    kept: tuple[tuple[str, str], ...]


def filter_form(question: Question) -> FilterForm:
    """The form filled in with what is asked."""
    period = question.scope.period
    current = month_of(question.now, period.zone)
    first = min(current.plus(1 - MOST_MONTHS), period.first)
    months, month = [], max(current, period.last)
    while month >= first:
        months.append((str(month), words.month_and_year(month)))
        month = month.plus(-1)
    products = [(item.value, item.name) for item in parts.products()]
    teams = [(item.value, item.name) for item in parts.teams()]
    selects = (
        _select("from", _("From month"), months, str(period.first), everything=""),
        _select("to", _("To month"), months, str(period.last), everything=""),
        _select("product", _("Product"), products, question.value("product")),
        _select("team", _("Team"), teams, question.value("team")),
        _select("priority", _("Priority"), codes.PRIORITIES, question.value("priority")),
        _select("language", _("Written standard"), Language.choices, question.value("language")),
    )
    kept = [(item.name, item.value) for item in question.filters if item.name not in FORM_FILTERS]
    return FilterForm(
        selects=selects, organisation=question.value("organisation"), kept=tuple(kept)
    )


def _select(name: str, label: str, values, chosen: str, everything: str | None = None) -> Select:
    return Select(
        name=name,
        label=label,
        everything=_("All") if everything is None else everything,
        options=tuple(
            Option(value=str(value), label=str(said), chosen=str(value) == chosen)
            for value, said in values
        ),
    )
