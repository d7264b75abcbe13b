"""Which list one looks at, read from its address and written back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import Language
from cms.community.queries import Tab
from portal.community.presenters import TAB_NAMES, TabLink
from portal.positions import read_number
from taxonomy.models import AccessPackage, Product, Topic


@dataclass(frozen=True, kw_only=True)
class ChosenTag:
    """A tag the list is narrowed by, and the address of the list without it."""

    name: str
    without: str


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """A tab, narrowed by product, tags and language.

    `unknown` holds what the address had no sense in; `tabs_shown` the tabs this person has.
    """

    tab: Tab = Tab.NEW
    product: Product | None = None
    topic: Topic | None = None
    package: AccessPackage | None = None
    language: str = ""
    older: int | None = None
    unknown: tuple[str, ...] = ()
    tabs_shown: tuple[Tab, ...] = (Tab.NEW, Tab.UNANSWERED, Tab.SOLVED)

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter leaves something out."""
        return bool(self.product or self.topic or self.package or self.language)

    def beginning(self) -> str:
        """The address of the list's first page."""
        return self._address(older=None)

    def older_than(self, last: int) -> str:
        """The address of the page after the question with this id."""
        return self._address(older=last)

    def without_filters(self) -> str:
        """The address of the same tab with every product and language."""
        bare = replace(self, product=None, topic=None, package=None, language="")
        return bare.beginning()

    def chosen_tags(self) -> list[ChosenTag]:
        """The tags the list is narrowed by, each with the address of the list without it."""
        chosen = []
        if self.topic:
            without = replace(self, topic=None).beginning()
            chosen.append(ChosenTag(name=self.topic.name, without=without))
        if self.package:
            without = replace(self, package=None).beginning()
            chosen.append(ChosenTag(name=self.package.name, without=without))
        return chosen

    def tabs(self) -> list[TabLink]:
        """Every tab, with these filters."""
        return [
            TabLink(
                name=str(TAB_NAMES[tab]),
                address=replace(self, tab=tab).beginning(),
                current=tab == self.tab,
            )
            for tab in self.tabs_shown
        ]

    def _address(self, *, older: int | None) -> str:
        values = {
            "tab": self.tab.value if self.tab != Tab.NEW else "",
            "product": self.product.slug if self.product else "",
            "topic": self.topic.slug if self.topic else "",
            "package": self.package.urn if self.package else "",
            "language": self.language,
            "older": older or "",
        }
        words = urlencode({name: value for name, value in values.items() if value})
        return reverse("community") + (f"?{words}" if words else "")


def read_list(request: HttpRequest, products: Mapping[str, Product]) -> ListQuery:
    """The list an address asks for. What means nothing is left out and named in `unknown`."""
    given, unknown = request.GET, []
    shown = tuple(Tab) if request.user.is_authenticated else ListQuery.tabs_shown

    def known(name: str, values) -> str:
        value = given.get(name, "")
        if value and value not in values:
            unknown.append(value[:50])
            return ""
        return value

    tab = known("tab", {each.value for each in shown})
    product = products.get(known("product", products))
    topic = _one(Topic.objects.select_related("product"), "slug", given.get("topic", ""), unknown)
    package = _one(AccessPackage.objects, "urn", given.get("package", ""), unknown)
    language = known("language", Language.values)
    older = read_number(given.get("older", ""))
    if given.get("older") and older is None:
        unknown.append(given["older"][:50])
    if topic and product and topic.product_id != product.pk:
        topic = None  # left over from the product that was chosen before
    return ListQuery(
        tab=Tab(tab or Tab.NEW),
        product=product,
        topic=topic,
        package=package,
        language=language,
        older=older,
        unknown=tuple(unknown),
        tabs_shown=shown,
    )


def _one(rows, field: str, value: str, unknown: list[str]):
    """The word of the vocabulary with this key; None without one, or when there is none."""
    if not value:
        return None
    found = None if "\x00" in value else rows.filter(**{field: value[:200]}).first()
    if found is None:
        unknown.append(value[:50])
    return found
