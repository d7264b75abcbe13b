"""A product that a search names and nobody has: said, with the products that may be meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches

from portal.selfservice.search_request import SearchRequest
from search.asking import understand
from search.registry import registry
from search.text.tokens import fold_case
from taxonomy.models import Product

NEAREST = 3


@dataclass(frozen=True, kw_only=True)
class Meant:
    """A product as a link that searches in it instead."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class UnknownProduct:
    """What was written. `meant` are those spelled nearly so when `is_near`, else all there are."""

    written: str
    meant: list[Meant]
    is_near: bool


def unknown_product(asked: SearchRequest) -> UnknownProduct | None:
    """The first product in the words that is none; None when each is one."""
    unknown = understand(asked.words).unknown
    found = next((each for each in unknown if each.filter == "products"), None)
    if found is None:
        return None
    known = registry.names()["products"]
    near = {known[each] for each in get_close_matches(fold_case(found.value), known, n=NEAREST)}
    products = Product.objects.filter(slug__in=near or known.values())
    without = asked.words[: found.start] + asked.words[found.end :]
    return UnknownProduct(
        written=found.value,
        meant=[_meant(product, asked, without) for product in products],
        is_near=bool(near),
    )


def _meant(product: Product, asked: SearchRequest, words: str) -> Meant:
    instead = asked.with_words(" ".join(words.split()))
    filters = replace(asked.filters, products=frozenset({product.slug}))
    return Meant(name=product.name, address=replace(instead, filters=filters).address)
