"""What a text may show besides words: pictures that were sent along, and links to people.

Both work on what the parser found, so that code stays code and nothing is looked for in addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

MOST_PICTURES = 50  # each "![" is looked at together with all the text after it
_MENTION = re.compile(r"(?<![\w@/.-])@([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(?![\w@-])", re.I)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of our own: its address, what it shows, and its size in pixels."""

    address: str
    alt: str
    width: int
    height: int


def place_pictures(tokens: Sequence[Token], pictures: Mapping[str, Picture]) -> None:
    """Show the pictures a text names; what is no picture of ours becomes a link to it."""
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = [new for child in token.children for new in _placed(child, pictures)]


def _placed(token: Token, pictures: Mapping[str, Picture]) -> Iterator[Token]:
    if token.type != "image":
        yield token
        return
    picture = pictures.get(str(token.attrGet("src") or ""))
    if picture is None:
        yield from _linked(token)
        return
    words = Token("text", "", 0, content=token.content.strip() or picture.alt)
    token.children = [words]
    token.attrs = {
        "src": picture.address,
        "alt": "",  # filled by the renderer from the children
        "width": picture.width,
        "height": picture.height,
        "loading": "lazy",
    }
    yield token


def _linked(token: Token) -> Iterator[Token]:
    """An exclamation mark and a link, as where pictures are not read at all."""
    yield Token("text", "", 0, content="!")
    attributes = {"href": token.attrGet("src") or ""}
    if token.attrGet("title"):
        attributes["title"] = token.attrGet("title")
    yield Token("link_open", "a", 1, attrs=attributes)
    for child in token.children or ():
        # A picture in the words of another is only its own words.
        yield Token("text", "", 0, content=child.content) if child.type == "image" else child
    yield Token("link_close", "a", -1)


def mentions_in(tokens: Sequence[Token]) -> frozenset[str]:
    """The handles that stand in a text, in small letters; not those in code or within links."""
    return frozenset(
        found[1].lower()
        for token in tokens
        if token.type == "inline"
        for child, in_link in _texts(token.children or ())
        if child.type == "text" and not in_link
        for found in _MENTION.finditer(child.content)
    )


def link_mentions(tokens: Sequence[Token], addresses: Mapping[str, str]) -> None:
    """Make links of the handles that have an address; the others stay words."""
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = [
                new
                for child, in_link in _texts(token.children)
                for new in (
                    _with_links(child, addresses)
                    if child.type == "text" and not in_link
                    else (child,)
                )
            ]


def _texts(children: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """Each token, and whether it stands within a link."""
    depth = 0
    for child in children:
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        yield child, depth > 0


def _with_links(token: Token, addresses: Mapping[str, str]) -> Iterator[Token]:
    done = 0
    for found in _MENTION.finditer(token.content):
        address = addresses.get(found[1].lower())
        if address is None:
            continue
        yield Token("text", "", 0, content=token.content[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield Token("text", "", 0, content=found[0])
        yield Token("link_close", "a", -1)
        done = found.end()
    yield Token("text", "", 0, content=token.content[done:])
