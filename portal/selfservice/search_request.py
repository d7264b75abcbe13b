"""What a person asks the search page for, read from its address. Every address can be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from urllib.parse import urlencode

from django.http import QueryDict

from search.asking import understand
from search.text.redaction import mask_identity_numbers
from search.types import Filters, Sort

LONGEST_WORDS = 1000  # characters; more is cut, and the page says so
MOST_VALUES = 12  # of one filter
VALUE = re.compile(r"[\w-]{1,80}")
PARAMETERS: Mapping[str, str] = {
    "kinds": "kind",
    "products": "product",
    "languages": "language",
    "audiences": "audience",
    "authorities": "authority",
}


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """Words, filters, order and page number; `masked` and `cut` tell what was done to the words.

    Filters that were written among the words, such as `type:question`, are with the others;
    `typed` is what was written.
    """

    words: str = ""
    typed: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.BEST
    page: int = 1
    masked: bool = False
    cut: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.words and not self.filters

    @property
    def address(self) -> str:
        """The part of the address after the question mark."""
        pairs = [("q", self.words)] if self.words else []
        for name, parameter in PARAMETERS.items():
            pairs += [(parameter, value) for value in sorted(getattr(self.filters, name))]
        if self.sort != Sort.BEST:
            pairs.append(("sort", self.sort))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return urlencode(pairs)

    def on_page(self, number: int) -> SearchRequest:
        """The same on another page."""
        return replace(self, page=number)

    def sorted_by(self, sort: Sort) -> SearchRequest:
        """The same in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def with_words(self, words: str) -> SearchRequest:
        """Other words, the same filters and order, from the first page."""
        return replace(self, words=words, page=1)

    def without_filters(self) -> SearchRequest:
        """The same words in everything."""
        return replace(self, filters=Filters(), page=1)

    def toggled(self, name: str, value: str) -> SearchRequest:
        """With a value of a filter added, or taken away when it is chosen."""
        values = {value} ^ getattr(self.filters, name)
        return replace(self, filters=replace(self.filters, **{name: frozenset(values)}), page=1)


def read_request(sent: QueryDict, language: str) -> SearchRequest:
    """What an address asks for; identity numbers in the words are masked in `language`."""
    written = clean(sent.get("q", ""))
    masked = mask_identity_numbers(written[:LONGEST_WORDS], language)
    query = understand(masked.text)
    chosen = {
        each.name: getattr(query.filters, each.name)
        | frozenset(
            value
            for value in sent.getlist(PARAMETERS[each.name])[:MOST_VALUES]
            if VALUE.fullmatch(value)
        )
        for each in fields(Filters)
    }
    return SearchRequest(
        words=query.unfiltered,
        typed=masked.text.strip(),
        filters=Filters(**chosen),
        sort=Sort.NEWEST if sent.get("sort") == Sort.NEWEST else Sort.BEST,
        page=_page(sent.get("page", "")),
        masked=masked.count > 0,
        cut=len(written) > LONGEST_WORDS,
    )


def clean(text: str) -> str:
    """Text on one line without control characters and halves of characters."""
    kept = ("" if unicodedata.category(char) == "Cs" else char for char in text)
    plain = (" " if unicodedata.category(char) == "Cc" else char for char in kept if char)
    return " ".join("".join(plain).split())


def _page(text: str) -> int:
    """A page number from 1; 1 for anything else."""
    return max(int(text), 1) if re.fullmatch(r"[0-9]{1,4}", text) else 1
