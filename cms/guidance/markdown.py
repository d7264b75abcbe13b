"""Sample articles' Markdown turned into the blocks of an article's body.

Knows headings, paragraphs, lists, bold, italic, code, links (`article:slug` leads to an article),
tables, fenced code and the containers `steps`, `warning` and `info`. Anything else is an error, so
that no sample loses a part in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from django.utils.html import escape
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

CONTAINERS = ("steps", "warning", "info")
CODE_KINDS = {"", "text", "bash", "http", "json", "xml", "yaml", "python", "java", "csharp"}
TAGS = {"strong": "b", "em": "i"}
SUPPORTED = {
    "heading", "paragraph", "bullet_list", "ordered_list", "list_item", "strong", "em", "link",
}  # fmt: skip

# Finds the id of the article with a slug; raises for an unknown one.
FindArticle = Callable[[str], int]


class UnsupportedMarkdown(ValueError):
    """The text holds something the blocks cannot show; the message says what and where."""


@dataclass(frozen=True, kw_only=True)
class Converter:
    """Turns one article's Markdown into raw stream data with ids that stay the same."""

    slug: str
    find_article: FindArticle

    def convert(self, text: str) -> list[dict]:
        """The blocks of the text in order."""
        blocks: list[dict] = []
        running: list[Token] = []
        tokens = _parser().parse(text)
        position = 0
        while position < len(tokens):
            end = _end_of(tokens, position)
            piece = tokens[position:end]
            if piece[0].type == "fence" or piece[0].type.startswith(("container", "table")):
                self._flush(running, blocks)
                self._add(blocks, *self._special(piece))
            else:
                running += piece
            position = end
        self._flush(running, blocks)
        return blocks

    def _flush(self, running: list[Token], blocks: list[dict]) -> None:
        if running:
            self._add(blocks, "text", self.html(running))
            running.clear()

    def _add(self, blocks: list[dict], kind: str, value) -> None:
        blocks.append({"type": kind, "value": value, "id": self._id(len(blocks), kind)})

    def _id(self, *parts) -> str:
        return str(uuid5(NAMESPACE_URL, "/".join(map(str, (self.slug, *parts)))))

    def _special(self, piece: Sequence[Token]) -> tuple[str, object]:
        first = piece[0]
        if first.type == "fence":
            return "code", self._code(first)
        if first.type == "table_open":
            return "table", self._table(piece)
        kind, _space, title = first.info.strip().partition(" ")
        inner = piece[1:-1]
        if kind == "steps":
            return "steps", [
                {"type": "item", "value": html, "id": self._id("step", first.map[0], number)}
                for number, html in enumerate(self._items(inner, first))
            ]
        return kind, {"title": title, "text": self.html(inner)}

    def _code(self, token: Token) -> dict:
        language = token.info.strip()
        if language not in CODE_KINDS:
            raise self._problem(f"code of the kind {language!r}", token)
        return {"language": language or "text", "code": token.content.rstrip("\n")}

    def _items(self, tokens: Sequence[Token], container: Token) -> Iterator[str]:
        """The HTML of each item of the one ordered list in a container of steps."""
        if not tokens or tokens[0].type != "ordered_list_open":
            raise self._problem("steps that are not one numbered list", container)
        if _end_of(tokens, 0) != len(tokens):
            raise self._problem("something after the list of steps", container)
        position = 1
        while position < len(tokens) - 1:
            end = _end_of(tokens, position)
            yield self.html(tokens[position + 1 : end - 1], tight=False)
            position = end

    def _table(self, tokens: Sequence[Token]) -> dict:
        head: list[str] = []
        rows: list[list[str]] = []
        for position, token in enumerate(tokens):
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                head.append(tokens[position + 1].content)
            elif token.type == "td_open":
                cell = self._inline(tokens[position + 1])
                rows[-1].append(f"<p>{cell}</p>")
        return {
            "caption": "",
            "columns": [{"type": "text", "heading": text.strip("*`")} for text in head],
            "rows": [{"values": row} for row in rows if row],
        }

    def html(self, tokens: Sequence[Token], *, tight: bool = True) -> str:
        """Rich text as Wagtail stores it; with `tight`, items of tight lists lose their <p>."""
        return "".join(self._html_of(token, tight) for token in tokens)

    def _html_of(self, token: Token, tight: bool) -> str:
        if token.type == "inline":
            return self._inline(token)
        name, _underscore, edge = token.type.rpartition("_")
        if name not in SUPPORTED or edge not in ("open", "close"):
            raise self._problem(token.type, token)
        if token.hidden and tight:
            return ""
        if name == "heading" and token.tag not in ("h2", "h3"):
            raise self._problem(f"a heading {token.tag}", token)
        return f"<{token.tag}>" if edge == "open" else f"</{token.tag}>"

    def _inline(self, token: Token) -> str:
        return "".join(self._inline_part(child) for child in token.children or [])

    def _inline_part(self, token: Token) -> str:
        kind = token.type
        if kind in ("text", "softbreak"):
            return escape(token.content) if kind == "text" else " "
        if kind == "code_inline":
            return f"<code>{escape(token.content)}</code>"
        name, _underscore, edge = kind.rpartition("_")
        if name in TAGS:
            return f"<{TAGS[name]}>" if edge == "open" else f"</{TAGS[name]}>"
        if kind == "link_open":
            return self._link(str(token.attrGet("href") or ""))
        if kind == "link_close":
            return "</a>"
        raise self._problem(kind, token)

    def _link(self, address: str) -> str:
        if address.startswith("article:"):
            page = self.find_article(address.removeprefix("article:"))
            return f'<a linktype="page" id="{page}">'
        return f'<a href="{escape(address)}">'

    def _problem(self, what: str, token: Token) -> UnsupportedMarkdown:
        line = f", line {token.map[0] + 1} of the text" if token.map else ""
        return UnsupportedMarkdown(f"{self.slug}: {what} is not supported{line}.")


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    for name in CONTAINERS:
        parser.use(container_plugin, name)
    return parser


def _end_of(tokens: Sequence[Token], position: int) -> int:
    """The position after the piece that begins here."""
    depth = 0
    for end in range(position, len(tokens)):
        depth += tokens[end].nesting
        if depth == 0:
            return end + 1
    return len(tokens)
