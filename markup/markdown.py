"""Markdown from people, as HTML that is safe to put on a page.

HTML in the text is shown as text, images become links (nothing is fetched from elsewhere) unless
they are pictures of our own, and what the parser made passes a sanitiser that knows the few
elements a post needs. Texts built to
take long are drawn as plain paragraphs instead: nothing a person wrote is lost, only its layout.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from markup.inserts import (
    MOST_PICTURES,
    Picture,
    link_mentions,
    mentions_in,
    place_pictures,
)

LONGEST = 20_000  # characters; longer texts are drawn without Markdown
DEEPEST = 20  # levels of lists and quotes inside one another, where the parser stops reading
MOST_CELLS = 10_000  # table cells: a short row is filled up to the width of the table's first
MOST_ADDRESSES = 300  # each "://" is looked at together with all the text before it

TOP_HEADING = 3  # the page's title is h1 and the part of the page h2
LOWEST_HEADING = 6

BLOCKS = {"p", "hr", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "li"}
TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
TAGS = BLOCKS | TABLES | {"a", "br", "code", "em", "s", "strong"}
ATTRIBUTES = {"a": {"href", "title"}, "code": {"class"}, "ol": {"start"}}
PICTURE = {"src", "alt", "width", "height", "loading"}
SCHEMES = {"http", "https", "mailto"}
RELATION = "nofollow ugc noopener"
# May stand in no HTML and no XML; written as "&#12;" they come past what cleans the text.
_NO_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


# Gives the addresses of those among the handles that belong to somebody.
People = Callable[[frozenset[str]], Mapping[str, str]]
NO_PICTURES: Mapping[str, Picture] = {}


def render(
    text: str, *, pictures: Mapping[str, Picture] = NO_PICTURES, people: People | None = None
) -> str:
    """Safe HTML for a Markdown text: rendered once, when the text is saved.

    Headings begin at h3 and never skip a level, single line breaks are kept, addresses become
    links with `rel` "nofollow ugc noopener". `pictures` may be shown by the names they have here;
    `people` is asked once for those whose @handle stands in the text. Never raises, whatever the
    text is.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST:
        return plain(text)
    parser = _parser_for(text, pictures)
    tokens = parser.parse(text)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        return plain(text)
    place_pictures(tokens, pictures)
    handles = mentions_in(tokens) if people else frozenset()
    if handles:
        link_mentions(tokens, people(handles))
    html = parser.renderer.render(_with_headings_demoted(tokens), parser.options, {})
    return _sanitise(html, {picture.address for picture in pictures.values()})


def plain(text: str) -> str:
    """The text as escaped paragraphs with its line breaks; for text that is not Markdown."""
    paragraphs = (part.strip("\n") for part in text.split("\n\n"))
    lines = (escape(part).replace("\n", "<br>\n") for part in paragraphs if part.strip())
    return _sanitise("".join(f"<p>{line}</p>\n" for line in lines))


@cache
def _parser(tables: bool, links: bool, pictures: bool) -> MarkdownIt:
    parser = MarkdownIt(
        "commonmark", {"html": False, "linkify": links, "breaks": True, "maxNesting": DEEPEST}
    )
    parser.enable(["strikethrough"]).disable(["html_block", "html_inline"])
    if not pictures:
        parser.disable(["image"])
    if tables:
        parser.enable(["table"])
    if links:
        parser.enable(["linkify"])
        # File names such as run.py are not addresses, and "//" alone begins a comment in code.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
        parser.linkify.add("//", None).add("ftp:", None)
    return parser


def _parser_for(text: str, pictures: Mapping[str, Picture]) -> MarkdownIt:
    """The parser without the rules this text would make slow."""
    lines = text.split("\n")
    widest = max(line.count("|") for line in lines)
    tables = widest * len(lines) <= MOST_CELLS
    links = text.count("://") <= MOST_ADDRESSES
    return _parser(tables, links, bool(pictures) and text.count("![") <= MOST_PICTURES)


def _with_headings_demoted(tokens: list[Token]) -> list[Token]:
    """Headings moved under the page's own, without gaps between levels; empty ones left out."""
    kept: list[Token] = []
    above: list[int] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if token.type == "heading_open":
            _open, inline, close = tokens[position : position + 3]
            position += 3
            if inline.content.strip():
                token.tag = close.tag = _demoted(int(token.tag[1]), above)
                kept += [token, inline, close]
            continue
        kept.append(token)
        position += 1
    return kept


def _demoted(level: int, above: list[int]) -> str:
    """The element for a heading of `level`, given the levels it stands under (kept up to date)."""
    while above and above[-1] >= level:
        above.pop()
    above.append(level)
    return f"h{min(TOP_HEADING + len(above) - 1, LOWEST_HEADING)}"


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Of classes only the language of a block of code is kept."""
    if (tag, name) != ("code", "class"):
        return value
    return value if value.startswith("language-") and _is_word(value) else None


def _is_word(value: str) -> bool:
    return len(value) <= 40 and all(char.isalnum() or char in "-+#._" for char in value)


def _sanitise(html: str, addresses: Collection[str] = ()) -> str:
    """Only what a post needs; pictures only from `addresses`."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return value if value in addresses else None
        return _attribute(tag, name, value)

    safe = nh3.clean(
        html,
        tags=TAGS | {"img"} if addresses else TAGS,
        attributes={**ATTRIBUTES, "img": PICTURE} if addresses else ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=SCHEMES,
        link_rel=RELATION,
    )
    return without_control_characters(safe)


def without_control_characters(text: str) -> str:
    """The text without characters that no XML may hold: one of them spoils a whole feed."""
    return _NO_CHARACTERS.sub("", text)
