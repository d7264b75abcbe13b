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
from taxonomy.models import Product

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """A tab, narrowed by product and language; `unknown` holds what the address had no sense in."""

    tab: Tab = Tab.NEW
    product: Product | None = None
    language: str = ""
    older: int | None = None
    unknown: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter leaves something out."""
        return bool(self.product or self.language)

    def beginning(self) -> str:
        """The address of the list's first page."""
        return self._address(older=None)

    def older_than(self, last: int) -> str:
        """The address of the page after the question with this id."""
        return self._address(older=last)

    def without_filters(self) -> str:
        """The address of the same tab with every product and language."""
        return replace(self, product=None, language="").beginning()

    def tabs(self) -> list[TabLink]:
        """Every tab, with these filters."""
        return [
            TabLink(
                name=str(name),
                address=replace(self, tab=tab).beginning(),
                current=tab == self.tab,
            )
            for tab, name in TAB_NAMES.items()
        ]

    def _address(self, *, older: int | None) -> str:
        values = {
            "tab": self.tab.value if self.tab != Tab.NEW else "",
            "product": self.product.slug if self.product else "",
            "language": self.language,
            "older": older or "",
        }
        words = urlencode({name: value for name, value in values.items() if value})
        return reverse("community") + (f"?{words}" if words else "")


def read_list(request: HttpRequest, products: Mapping[str, Product]) -> ListQuery:
    """The list an address asks for. What means nothing is left out and named in `unknown`."""
    given = request.GET
    unknown = []

    def known(name: str, values) -> str:
        value = given.get(name, "")
        if value and value not in values:
            unknown.append(value[:50])
            return ""
        return value

    tab = known("tab", {each.value for each in Tab})
    product = known("product", products)
    language = known("language", Language.values)
    older = given.get("older", "")
    is_id = older.isascii() and older.isdecimal() and len(older) < 20 and int(older) <= LARGEST_ID
    if older and not is_id:
        unknown.append(older[:50])
    return ListQuery(
        tab=Tab(tab or Tab.NEW),
        product=products.get(product),
        language=language,
        older=int(older) if is_id else None,
        unknown=tuple(unknown),
    )
