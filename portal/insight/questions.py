"""The question in a report's address: months and filters, and the addresses of others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Language, Organisation, Team
from portal.insight import returning, words
from portal.positions import read_number
from taxonomy.models import Product
from triage.reporting import backlog
from triage.reporting.deadlines import NO_CAUSE
from triage.reporting.models import BreachCause
from triage.reporting.scope import Scope
from triage.sla import months
from triage.sla.months import Month
from triage.sla.policy import COMMITMENTS, TARGET_KINDS
from triage.tickets import codes

NONE = "none"
LONGEST = 100
FORM_FILTERS = ("product", "team", "priority", "language", "organisation")
# Closed months are kept by these; any other filter is counted from the log.
KEPT_FILTERS = frozenset({"product", "team", "priority", "language", "kind", "commitment"})


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter in use: its name in the address, its words, and what it demands of a ticket."""

    name: str
    value: str
    label: str
    words: str
    demand: Q | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: a scope, with the filters in words. `unknown` means nothing to us.

    A list of cases takes the way `back` to its report along, whatever else of it changes.
    """

    scope: Scope
    filters: tuple[Filter, ...]
    unknown: tuple[str, ...] = ()
    back: str = ""

    @property
    def now(self) -> datetime:
        """As of when."""
        return self.scope.now

    def query(self, **changes: str) -> str:
        """Months and filters as the query of an address; a change of "" leaves one out."""
        query = QueryDict(mutable=True)
        query["from"], query["to"] = str(self.scope.period.first), str(self.scope.period.last)
        for item in self.filters:
            query[item.name] = item.value
        if self.back:
            query[returning.NAME] = self.back
        for name, value in changes.items():
            if value:
                query[name] = value
            else:
                query.pop(name, None)
        return query.urlencode(safe=returning.LEFT_AS_IT_IS)

    def cases(self, figure: str, *, month: Month | None = None, **filters: str) -> str:
        """The address of the cases behind a figure, of one month when given."""
        if month is not None:
            filters |= {"from": str(month), "to": str(month)}
        return f"{reverse('report_cases', args=[figure])}?{self.query(**filters)}"

    @property
    def period_words(self) -> str:
        """The months asked for, in words."""
        period = self.scope.period
        first, last = words.month_and_year(period.first), words.month_and_year(period.last)
        return first if first == last else f"{first} – {last}"

    @property
    def not_begun(self) -> bool:
        """Whether all months asked for are still to come, so that nothing can be counted."""
        period = self.scope.period
        return period.first > months.month_of(self.now, period.zone)

    @property
    def chosen(self) -> list[tuple[Filter, str]]:
        """The filters with the query that leaves each out."""
        return [(item, self.query(**{item.name: ""})) for item in self.filters]

    def only(self, names: Collection[str]) -> Question:
        """The same question without filters of other names."""
        filters = tuple(item for item in self.filters if item.name in names)
        return replace(self, scope=_narrowed(self.scope, filters), filters=filters)

    def value(self, name: str) -> str:
        """The value of a filter, "" when it is not in use."""
        return next((item.value for item in self.filters if item.name == name), "")


def read_question(request: HttpRequest, *, now: datetime) -> Question:
    """The question in the address; what cannot be understood is named and not used."""
    period = months.period_of(
        months.month_from(request.GET.get("from", "")),
        months.month_from(request.GET.get("to", "")),
        now=now,
        zone=timezone.get_default_timezone(),
    )
    filters, unknown = [], []
    for name, read in READERS.items():
        value = request.GET.get(name, "").strip().replace("\x00", "")[:LONGEST]
        if not value:
            continue
        found = read(value, now)
        if found is None:
            unknown.append(value)
        else:
            filters.append(found)
    scope = _narrowed(Scope(user=request.user, period=period, now=now), filters)
    return Question(scope=scope, filters=tuple(filters), unknown=tuple(unknown))


def _narrowed(scope: Scope, filters: Sequence[Filter]) -> Scope:
    """The scope with these filters and no others."""
    named = {item.name: item.value for item in filters}
    return replace(
        scope,
        demands=tuple(item.demand for item in filters if item.demand is not None),
        kind=named.get("kind", ""),
        commitment=named.get("commitment", ""),
        cause=named.get("cause", ""),
        of_team=named.get("of_team", ""),
        narrow=not KEPT_FILTERS.issuperset(named),
    )


def _product(value: str, now: datetime) -> Filter | None:
    label = _("Product")
    if value == NONE:
        demand = Q(product__isnull=True)
        return Filter(
            name="product", value=value, label=label, words=_("No product"), demand=demand
        )
    found = Product.objects.filter(slug=value).first()
    return found and Filter(
        name="product", value=value, label=label, words=found.name, demand=Q(product=found)
    )


def _team(value: str, now: datetime) -> Filter | None:
    found = Team.objects.filter(slug=value).first()
    return found and Filter(
        name="team", value=value, label=_("Team"), words=found.name, demand=Q(team=found)
    )


def _of_team(value: str, now: datetime) -> Filter | None:
    """The team whose internal deadlines are asked for, whichever has the case now."""
    found = Team.objects.filter(slug=value).first()
    return found and Filter(
        name="of_team", value=value, label=_("Internal deadlines of"), words=found.name
    )


def _organisation(value: str, now: datetime) -> Filter | None:
    """By number (a link) or by a part of the name (the form)."""
    if value.isascii() and value.isdecimal():
        number = read_number(value)
        found = None if number is None else Organisation.objects.filter(pk=number).first()
        if found is None:
            return None
        said, demand = found.name, Q(organisation=found)
    else:
        said = f"«{value}»"
        demand = Q(organisation__in=Organisation.objects.filter(name__icontains=value).values("pk"))
    return Filter(
        name="organisation", value=value, label=_("Organisation"), words=said, demand=demand
    )


def _coded(name: str, label: Callable[[], str], labels: Callable[[], dict], column: str = ""):
    """A reader of a filter whose values are codes with labels."""

    def read(value: str, now: datetime) -> Filter | None:
        said = labels().get(value)
        if said is None:
            return None
        demand = Q(**{column: value}) if column else None
        return Filter(name=name, value=value, label=label(), words=str(said), demand=demand)

    return read


def _segment(value: str, now: datetime) -> Filter | None:
    label = pgettext("of an organisation", "Kind")
    if value == NONE:
        demand = Q(organisation__isnull=True)
        said = words.segment("")
    else:
        said = dict(Organisation.Segment.choices).get(value, "")
        demand = Q(organisation__segment=value)
    if not said:
        return None
    return Filter(name="segment", value=value, label=label, words=str(said), demand=demand)


def _size(value: str, now: datetime) -> Filter | None:
    label = pgettext("of an organisation", "Size")
    if value == NONE:
        demand, said = Q(organisation__isnull=True), words.segment("")
    else:
        said = dict(Organisation.Size.choices).get(value, "")
        demand = Q(organisation__size=value)
    if not said:
        return None
    return Filter(name="size", value=value, label=label, words=str(said), demand=demand)


def _age(value: str, now: datetime) -> Filter | None:
    if value not in dict(backlog.AGES):
        return None
    return Filter(
        name="age",
        value=value,
        label=_("Age"),
        words=words.age(value),
        demand=backlog.aged(value, now),
    )


READERS: dict[str, Callable[[str, datetime], Filter | None]] = {
    "product": _product,
    "team": _team,
    "of_team": _of_team,
    "priority": _coded(
        "priority", lambda: _("Priority"), lambda: dict(codes.PRIORITIES), "priority"
    ),
    "language": _coded(
        "language", lambda: _("Written standard"), lambda: dict(Language.choices), "language"
    ),
    "organisation": _organisation,
    "case_type": _coded(
        "case_type", lambda: _("Kind of case"), lambda: dict(codes.CASE_TYPES), "case_type"
    ),
    "kind": _coded(
        "kind", lambda: _("Deadline"), lambda: {code: words.kind(code) for code in TARGET_KINDS}
    ),
    "commitment": _coded(
        "commitment",
        lambda: _("Commitment"),
        lambda: {code: words.commitment(code) for code in COMMITMENTS},
    ),
    "cause": _coded(
        "cause",
        lambda: _("Cause"),
        lambda: {**dict(BreachCause.Cause.choices), NO_CAUSE: _("No cause entered")},
    ),
    "segment": _segment,
    "size": _size,
    "channel": _coded(
        "channel", lambda: _("Channel"), lambda: dict(codes.Channel.choices), "channel"
    ),
    "status": _coded("status", lambda: _("State"), lambda: dict(codes.STATUSES), "status"),
    "age": _age,
}
