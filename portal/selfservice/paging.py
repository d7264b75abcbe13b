"""Links between pages of hits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from search.types import Page

AROUND = 1  # pages shown on either side of this one


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """A link to a page; number 0 stands for those left out between two."""

    number: int
    address: str
    current: bool


@dataclass(frozen=True, kw_only=True)
class Pager:
    """The page before, the pages by number, and the page after; "" where there is none."""

    before: str
    links: list[PageLink]
    after: str


def pager(page: Page, address: Callable[[int], str]) -> Pager | None:
    """Links to the other pages; None when there is one only."""
    if page.pages < 2:
        return None
    links = []
    last = 0
    for number in range(1, page.pages + 1):
        if number in (1, page.pages) or abs(number - page.number) <= AROUND:
            if number > last + 1:
                links.append(PageLink(number=0, address="", current=False))
            links.append(
                PageLink(number=number, address=address(number), current=number == page.number)
            )
            last = number
    return Pager(
        before=address(page.number - 1) if page.number > 1 else "",
        links=links,
        after=address(page.number + 1) if page.number < page.pages else "",
    )
