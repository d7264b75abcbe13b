"""Which groups of a page are shown, and how those are written that are not."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Language, Organisation
from portal.insight import parts, words
from portal.insight.parts import Named, Split
from portal.insight.questions import KEPT_FILTERS, NONE, Question
from portal.insight.shapes import Cell
from triage.reporting import answering
from triage.reporting.answering import Answers
from triage.reporting.measures import MONTH
from triage.reporting.scope import Scope
from triage.reporting.suppression import Small
from triage.sla.months import Month
from triage.tickets import codes

KNOWN_FILTERS = frozenset({*answering.GROUPS, *answering.FILTERS})


def group_splits() -> tuple[Split, ...]:
    """What answers and grades are told apart by: written standard, size, kind, channel."""
    none = Named("", words.segment(""), NONE)
    segments = [*parts.coded(Organisation.Segment.choices), none]
    sizes = [*parts.coded(Organisation.Size.choices), none]
    kind = pgettext("of an organisation", "Kind")
    return (
        Split(
            "language",
            _("By written standard"),
            _("Written standard"),
            parts.coded(Language.choices),
        ),
        Split("size", _("By size of organisation"), pgettext("of an organisation", "Size"), sizes),
        Split("segment", _("By kind of organisation"), kind, segments),
        Split("channel", _("By channel"), _("Channel"), parts.coded(codes.Channel.choices)),
    )


class Shown:
    """What may be shown of the answers to a question, on this page and on its neighbours.

    Narrowed to an organisation, or by something else that is no value of a list, the page shows
    totals and months and no groups: an organisation's cases are those of a few people.
    """

    def __init__(self, question: Question, found: Answers) -> None:
        names = {item.name for item in question.filters}
        self._without_groups = bool(names - KNOWN_FILTERS)
        dimensions = _dimensions(found.months, names & KNOWN_FILTERS)
        keys = {
            name: {item.value: item.key for item in values} for name, values in dimensions.items()
        }
        self._page = {
            item.name: keys[item.name].get(item.value, item.value)
            for item in question.filters
            if item.name in KNOWN_FILTERS
        }
        everybody = answering.answers(_without(question)) if self._page else found
        self._small: Small = answering.small(
            everybody, {name: [item.key for item in values] for name, values in dimensions.items()}
        )

    def month(self, month: Hashable) -> bool:
        """Whether a month's figures are shown."""
        return not self._small.is_hidden({**self._page, MONTH: month})

    def group(self, name: str, value: Hashable) -> bool:
        """Whether a group's figures are shown."""
        if self._without_groups:
            return False
        if name in self._page:
            return value == self._page[name] and not self._small.is_hidden(self._page)
        return not self._small.is_hidden({**self._page, name: value})


def _without(question: Question) -> Scope:
    """The page's scope without the filters its neighbours lack."""
    others = [item for item in question.filters if item.name not in KNOWN_FILTERS]
    return replace(
        question.scope,
        demands=tuple(item.demand for item in others if item.demand is not None),
        narrow=not KEPT_FILTERS.issuperset(item.name for item in others),
    )


def _dimensions(months: Sequence[Month], filters: set[str]) -> dict[str, list[Named]]:
    """The months, the groups and the filters in use, each with all its values."""
    values = {MONTH: [Named(month, str(month), str(month)) for month in months]}
    values |= {split.name: split.values for split in group_splits()}
    lists = {
        "product": parts.products,
        "team": parts.teams,
        "priority": lambda: parts.coded(codes.PRIORITIES),
    }
    return values | {name: lists[name]() for name in sorted(filters & set(lists))}


def hidden_cells(count: int) -> tuple[Cell, ...]:
    """A row of figures that are not shown."""
    return (Cell(words=_("hidden"), value=_("hidden")),) * count


def why_hidden() -> str:
    """What is said of hidden figures, under the table."""
    return _(
        "Hidden are groups of fewer than five, so that nobody is recognised, and others they "
        "could be worked out from. Without cases, a group is hidden too."
    )
