"""What a queue page shows, read from its address: a view, filters, and where the page begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from accounts.models import Organisation, Team, User
from portal.positions import read_number, read_position
from taxonomy.models import Product
from triage.tickets import codes, queries
from triage.tickets.models import Ticket

NAMES = ("product", "type", "priority", "team", "assignee", "organisation")
DEFAULT_VIEW = "all"
LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter in use: its name in the address, its words, and what it demands of a ticket."""

    name: str
    value: str
    label: str
    words: str
    demand: Q


@dataclass(kw_only=True)
class QueueQuery:
    """The question behind a queue page. Filters that mean nothing are named in `unknown`."""

    user: User
    view: str
    filters: list[Filter] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    begins_after: tuple[datetime, int] | None = None

    def tickets(self, *, now: datetime) -> QuerySet[Ticket]:
        """Open tickets of the view that pass every filter, due first, from the beginning."""
        found = queries.queue(self.user, self.view, now=now)
        for item in self.filters:
            found = found.filter(item.demand)
        return found

    def page(self, *, now: datetime) -> tuple[list[Ticket], bool]:
        """The rows of this page, and whether there are more."""
        found = self.tickets(now=now)
        if self.begins_after is not None:
            found = queries.after(found, *self.begins_after)
        return queries.page(found)

    @cached_property
    def address(self) -> str:
        """View and filters as the query of an address, without a question mark."""
        return self.address_with()

    def address_with(self, *, without: str = "", after: Ticket | None = None) -> str:
        """The same question without a filter, or from after a row on."""
        query = QueryDict(mutable=True)
        query["view"] = self.view
        for item in self.filters:
            if item.name != without:
                query[item.name] = item.value
        if after is not None:
            query["after"] = f"{after.queue_at.isoformat()}_{after.pk}"
        return query.urlencode()


def read_query(request: HttpRequest) -> QueueQuery:
    """The question in the address. Raises Http404 for a view the person does not have."""
    view = request.GET.get("view") or DEFAULT_VIEW
    if view not in queries.views_for(request.user):
        raise Http404
    query = QueueQuery(user=request.user, view=view)
    for name in NAMES:
        value = request.GET.get(name, "").replace("\x00", "").strip()[:LONGEST]
        if not value:
            continue
        found = READERS[name](value, request.user)
        if found is None:
            query.unknown.append(value)
        else:
            query.filters.append(found)
    query.begins_after = read_position(request.GET.get("after", ""))
    return query


def _product(value: str, user: User) -> Filter | None:
    product = Product.objects.filter(slug=value).first()
    return product and Filter(
        name="product",
        value=value,
        label=_("Product"),
        words=product.name,
        demand=Q(product=product),
    )


def _type(value: str, user: User) -> Filter | None:
    label = dict(codes.CASE_TYPES).get(value)
    return label and Filter(
        name="type", value=value, label=_("Type"), words=str(label), demand=Q(case_type=value)
    )


def _priority(value: str, user: User) -> Filter | None:
    label = dict(codes.PRIORITIES).get(value)
    return label and Filter(
        name="priority",
        value=value,
        label=_("Priority"),
        words=str(label),
        demand=Q(priority=value),
    )


def _team(value: str, user: User) -> Filter | None:
    team = Team.objects.filter(slug=value).first()
    return team and Filter(
        name="team", value=value, label=_("Team"), words=team.name, demand=Q(team=team)
    )


def _assignee(value: str, user: User) -> Filter | None:
    if value == "none":
        words, demand = _("Nobody"), Q(assignee__isnull=True)
    elif value == "me":
        words, demand = _("Me"), Q(assignee=user)
    else:
        person = _by_id(User.objects.filter(teams__isnull=False).distinct(), value)
        if person is None:
            return None
        words, demand = person.display_name, Q(assignee=person)
    return Filter(name="assignee", value=value, label=_("Who"), words=words, demand=demand)


def _organisation(value: str, user: User) -> Filter | None:
    """By number (a link in the queue) or by a part of the name (the form)."""
    if value.isdecimal():
        found = _by_id(Organisation.objects.all(), value)
        if found is None:
            return None
        words, demand = found.name, Q(organisation=found)
    else:
        words = f"«{value}»"
        matching = Organisation.objects.filter(name__icontains=value)
        demand = Q(organisation__in=matching.values("pk"))
    return Filter(
        name="organisation", value=value, label=_("Organisation"), words=words, demand=demand
    )


def _by_id(objects: QuerySet, value: str):
    number = read_number(value)
    return None if number is None else objects.filter(pk=number).first()


READERS = {
    "product": _product,
    "type": _type,
    "priority": _priority,
    "team": _team,
    "assignee": _assignee,
    "organisation": _organisation,
}
