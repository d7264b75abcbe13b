"""What can be read out of an article's body: headings, plain text, words of links."""

import re
from collections.abc import Iterator

from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText

from cms.guidance.anchors import Anchors, Heading, plain

_LINK_TO_PAGE = re.compile(
    r"<a\b(?P<attributes>[^>]*\blinktype=\"page\"[^>]*)>(?P<text>.*?)</a>", re.S
)
_ID = re.compile(r"\bid=\"(\d{1,9})\"")


def headings(body: StreamValue) -> list[Heading]:
    """Headings of the running text in reading order; the same anchors as the page shows."""
    anchors = Anchors()
    for block in body:
        if block.block_type == "text":
            anchors.apply(block.value.source)
    return anchors.headings


def body_text(body: StreamValue) -> str:
    """All words of the body without markup, one line per piece."""
    pieces = body.stream_block.get_searchable_content(body)
    return "\n".join(tidy for piece in pieces if (tidy := " ".join(str(piece).split())))


def links_to_pages(body: StreamValue) -> set[tuple[int, str]]:
    """The links to pages of ours in the body: the page's id, and the words of the link."""
    return {
        (int(page[1]), words)
        for source in _sources(body)
        for link in _LINK_TO_PAGE.finditer(source)
        if (page := _ID.search(link["attributes"])) and (words := plain(link["text"]))
    }


def _sources(body: StreamValue) -> Iterator[str]:
    """The stored HTML of every rich text in the body."""
    for block in body:
        yield from _sources_in(block.value)


def _sources_in(value) -> Iterator[str]:
    if isinstance(value, RichText):
        yield value.source
    elif hasattr(value, "row_data"):
        for row in value.row_data:
            for cell in row["values"]:
                yield from _sources_in(cell)
    elif hasattr(value, "values"):
        for part in value.values():
            yield from _sources_in(part)
    elif not isinstance(value, str) and hasattr(value, "__iter__"):
        for part in value:
            yield from _sources_in(part)
