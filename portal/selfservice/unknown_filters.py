"""A value of a filter that a search names and nobody has: said, with those that may be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from django.utils.translation import gettext_lazy

from portal.selfservice import search_words
from portal.selfservice.search_page_parts import Names
from portal.selfservice.search_request import SearchRequest
from search.asking import understand
from search.parser import COMMON_NAMES
from search.registry import registry
from search.text.tokens import fold_case
from search.types import UnknownValue

NEAREST = 3
NOT_THERE: Mapping[str, str] = {
    "kinds": gettext_lazy(
        "There is no kind of hit called “%(written)s”, so we searched for the words as they stand."
    ),
    "products": gettext_lazy(
        "There is no product called “%(written)s”, so we searched for the words as they stand."
    ),
    "languages": gettext_lazy(
        "There is no language called “%(written)s” here, so we searched for the words as they "
        "stand."
    ),
    "audiences": gettext_lazy(
        "There is no group of readers called “%(written)s”, so we searched for the words as they "
        "stand."
    ),
    "authorities": gettext_lazy(
        "There is no authority called “%(written)s”, so we searched for the words as they stand."
    ),
}


@dataclass(frozen=True, kw_only=True)
class Meant:
    """A value as a link that searches in it instead."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class UnknownFilter:
    """A sentence about what was written. `meant` are values spelled nearly so when `is_near`,
    else all there are.
    """

    said: str
    meant: list[Meant]
    is_near: bool


def unknown_filter(asked: SearchRequest, *, user, names: Names) -> UnknownFilter | None:
    """The first value in the words that its filter has not; None when each is one."""
    found = next(iter(understand(asked.words).unknown), None)
    if found is None:
        return None
    known = _known(found.filter, user)
    near = {known[each] for each in get_close_matches(fold_case(found.value), known, n=NEAREST)}
    meant = {value: names.of(found.filter, value) for value in near or set(known.values())}
    return UnknownFilter(
        said=str(NOT_THERE[found.filter]) % {"written": found.value},
        meant=[
            Meant(name=name, address=_instead(found, value, asked).address)
            for value, name in sorted(meant.items(), key=lambda item: item[1])
        ],
        is_near=bool(near),
    )


def _known(filter_name: str, user) -> dict[str, str]:
    """What may be written in a filter and the values it stands for; kinds the person may find."""
    known = {**registry.names(), **COMMON_NAMES}.get(filter_name, {})
    if filter_name != "kinds":
        return dict(known)
    searched = search_words.kinds_searched(user)
    return {name: value for name, value in known.items() if value in searched}


def _instead(found: UnknownValue, value: str, asked: SearchRequest) -> SearchRequest:
    """The same search in a value there is, without the one there is not."""
    without = f"{asked.words[: found.start]} {asked.words[found.end :]}"
    filters = replace(asked.filters, **{found.filter: frozenset({value})})
    return replace(asked.with_words(" ".join(without.split())), filters=filters)
