"""Anchors of headings: the same text always gives the same address, unique on its page. Pure."""

import re
from dataclasses import dataclass, field
from html import unescape

_HEADING = re.compile(r"<h(?P<level>[23])(?P<rest>[^>]*)>(?P<inner>.*?)</h(?P=level)>", re.S)
_BLOCK_TAG = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|br|hr|div)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ö": "o", "ä": "a", "é": "e", "ô": "o"})
# Ids the page itself uses; a heading never takes one.
RESERVED = ("main", "site-search", "feedback", "related", "contents", "answer")
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading with its level (2 or 3) and its anchor."""

    level: int
    text: str
    anchor: str


def plain(html: str) -> str:
    """The text of a piece of HTML, tags removed and space tidied."""
    return " ".join(lines(html))


def lines(html: str) -> list[str]:
    """The text of each paragraph, heading and point of a piece of HTML that has any, tidied."""
    texts = (unescape(_TAG.sub("", each)) for each in _BLOCK_TAG.split(html))
    return [tidy for text in texts if (tidy := " ".join(text.replace("\xa0", " ").split()))]


def slug_of(text: str) -> str:
    """Lower-case letters and digits with hyphens between, æøå written out; never empty."""
    words = re.findall(r"[a-z0-9]+", text.lower().translate(_LETTERS))
    slug = ""
    for word in words:
        if slug and len(slug) + 1 + len(word) > LONGEST:
            break
        slug = f"{slug}-{word}" if slug else word[:LONGEST]
    return slug or "del"


@dataclass
class Anchors:
    """Gives each heading of one page its anchor, in reading order."""

    taken: set[str] = field(default_factory=lambda: set(RESERVED))
    headings: list[Heading] = field(default_factory=list)

    def next_for(self, text: str) -> str:
        """The anchor for a heading; the second of the same text gets -2, and so on."""
        base = slug_of(text)
        anchor, number = base, 1
        while anchor in self.taken:
            number += 1
            anchor = f"{base}-{number}"
        self.taken.add(anchor)
        return anchor

    def apply(self, html: str) -> str:
        """The same HTML with an id on every heading that says something, noted in `headings`."""
        return _HEADING.sub(self._with_id, html)

    def _with_id(self, match: re.Match) -> str:
        text = plain(match["inner"])
        if not text:
            return ""
        anchor = self.next_for(text)
        level = int(match["level"])
        self.headings.append(Heading(level=level, text=text, anchor=anchor))
        return f'<h{level} id="{anchor}">{match["inner"]}</h{level}>'
