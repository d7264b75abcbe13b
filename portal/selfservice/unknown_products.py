"""A product that a search names and nobody has: said, with the products that may be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches

from portal.selfservice.search_request import SearchRequest
from search.parser import FILTER_KEYS
from search.registry import registry
from search.text.tokens import fold_case
from taxonomy.models import Product

NAMED = re.compile(
    r'(?<!\S)(?P<key>[^\W\d_]{2,20}):(?:"(?P<quoted>[^"]+)"|(?P<plain>[^\s":]+))(?!\S)'
)
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
    written = [
        found
        for found in NAMED.finditer(asked.words)
        if FILTER_KEYS.get(fold_case(found["key"])) == "products"
    ]
    known = registry.names().get("products", {}) if written else {}
    for found in written:
        name = found["quoted"] or found["plain"]
        folded = " ".join(fold_case(name).split())
        if folded not in known:
            near = {known[each] for each in get_close_matches(folded, known, n=NEAREST)}
            products = Product.objects.filter(slug__in=near or known.values())
            without = asked.words[: found.start()] + asked.words[found.end() :]
            return UnknownProduct(
                written=name,
                meant=[_meant(product, asked, without) for product in products],
                is_near=bool(near),
            )
    return None


def _meant(product: Product, asked: SearchRequest, words: str) -> Meant:
    instead = asked.with_words(" ".join(words.split()))
    filters = replace(asked.filters, products=frozenset({product.slug}))
    return Meant(name=product.name, address=replace(instead, filters=filters).address)
