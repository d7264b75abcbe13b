"""Tens of thousands of texts made to do harm: nothing harmful survives, and none takes long."""

import re
from html import unescape
from html.parser import HTMLParser

import nh3
import pytest

from markup.inserts import Picture
from markup.markdown import ATTRIBUTES, LONGEST, PICTURE, RELATION, SCHEMES, TAGS, plain, render
from tests.growth import TIMES, grows_in_step
from tests.markup.nasty import nasty_text

INPUTS = 50_000
OWN = "/community/filer/1/"
PICTURES = {"a.png": Picture(address=OWN, alt="Et bilde", width=10, height=10)}
VOID = {"br", "hr", "img"}
SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)


def people(_handles: frozenset[str]) -> dict[str, str]:
    """The one member there is."""
    return {"ola": "/community/medlemmer/ola/"}


class _Reader(HTMLParser):
    """Reads HTML by itself, without the sanitiser's parser, and says what is wrong with it."""

    def __init__(self, *, pictures: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.tags = TAGS | {"img"} if pictures else TAGS
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag not in self.tags:
            self.wrong.append(f"<{tag}>")
        allowed = {"rel"} | ATTRIBUTES["a"] if tag == "a" else ATTRIBUTES.get(tag, set())
        allowed = PICTURE if tag == "img" else allowed
        self.wrong += [f"{tag} {name}" for name, _value in attributes if name not in allowed]
        values = dict(attributes)
        if tag == "a":
            self._look_at_link(values)
        if tag == "img" and values.get("src", OWN) != OWN:
            self.wrong.append(f"picture from {values['src']}")
        if tag not in VOID:
            self.open.append(tag)

    def _look_at_link(self, values) -> None:
        if values.get("rel") != RELATION:
            self.wrong.append("a link that passes on standing")
        # As browsers do: what stands in front is left out, and tabs and line breaks anywhere.
        address = re.sub(r"[\t\n\r]", "", values.get("href") or "").lstrip(
            "".join(map(chr, range(33)))
        )
        for read in (address, unescape(address)):
            scheme = SCHEME.match(read)
            if scheme and scheme[1].lower() not in SCHEMES:
                self.wrong.append(f"address {read[:30]}")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        if tag in VOID or not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of place")

    def handle_comment(self, data):
        self.wrong.append("a comment")

    def handle_decl(self, declaration):
        self.wrong.append("a declaration")

    def unknown_decl(self, data):
        self.wrong.append("a declaration")

    def handle_pi(self, data):
        self.wrong.append("an instruction")


def faults(html: str, *, pictures: bool = False) -> list[str]:
    """What is wrong with a piece of HTML; an empty list when nothing is."""
    reader = _Reader(pictures=pictures)
    reader.feed(html)
    reader.close()
    if reader.open:
        reader.wrong.append(f"never closed: {reader.open}")
    cleaned = nh3.clean(
        html,
        tags=TAGS | {"img"},
        attributes={**ATTRIBUTES, "img": PICTURE},
        url_schemes=SCHEMES,
        link_rel=RELATION,
    )
    if cleaned != html:
        reader.wrong.append("changed by cleaning it again")
    return reader.wrong


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<p onclick=x>a</p>",
        '<a href="https://a.example">x</a>',
        f'<a href="java\nscript:x" rel="{RELATION}">x</a>',
        '<img src="https://elsewhere.example/x.png">',
        "<p>a",
        "<p><em>a</p></em>",
        "<!-- a -->",
        '<p style="color:red">a</p>',
    ],
)
def test_the_reader_of_these_tests_sees_what_is_harmful(html):
    assert faults(html, pictures=True)


def test_nothing_harmful_survives_any_of_the_nasty_texts(thorough):
    """5,000 texts; all 50,000 with --thorough. A fault is told with the number of its text."""
    failures = {}
    for number in range(INPUTS if thorough else INPUTS // 10):
        text = nasty_text(number)
        found = faults(render(text)) + faults(plain(text))
        if number % 4 == 0:
            found += faults(render(text, pictures=PICTURES, people=people), pictures=True)
        if found:
            failures[number] = found
    assert failures == {}


def test_the_nasty_texts_hold_what_they_are_made_for():
    """A generator gone lame would make the test above say nothing."""
    texts = [nasty_text(number) for number in range(2_000)]
    for piece in ("<script", "<svg", "onerror", "javascript:", "srcset", "http-equiv", "](", "```"):
        assert sum(piece in text.lower() for text in texts) > 50, piece
    assert texts[7] == nasty_text(7)


# --- what must not take long --------------------------------------------------------------------

GROWING = {
    "brackets": "[",
    "closed brackets": "[]",
    "brackets never opened": "]",
    "images": "![",
    "links in links": "[a](",
    "links with open titles": '[a](b "',
    "links with angles": "[a](<",
    "links with parentheses": "[a](((((",
    "emphasis never closed": "*a_ ",
    "emphasis both ways": "*_",
    "strong never closed": "**a ",
    "many stars": "*" * 50 + "a ",
    "struck": "~~a ",
    "ticks": "`",
    "ticks apart": "` `` ``` ",
    "backslashes": "\\",
    "quotes": "> ",
    "quotes without space": ">",
    "quotes on lines": "> a\n",
    "deeper quotes": "",
    "lists": "- ",
    "lists on lines": "- a\n",
    "deeper lists": "",
    "numbers": "1. ",
    "lists of kinds": "* a\n1. b\n",
    "empty items": "-\n",
    "tables": "|a|b|\n",
    "table heads": "|a|\n|-|\n",
    "wide table": "",
    "cells": "|",
    "definitions": "",
    "definitions never ended": "[a]: <",
    "definitions with titles": '[a]: b "\n',
    "angles": "<a ",
    "comments": "<!--",
    "declarations": "<!A ",
    "processing": "<?",
    "character data": "<![CDATA[",
    "entities": "&",
    "long entities": "&aaaaaaaaaaaaaaaaaaaaaaaa",
    "numbers of characters": "&#9999999;",
    "addresses": "http://a.no/ ",
    "addresses without space": "http://a.no/",
    "address marks": "://",
    "mail": "a@b.no ",
    "mail without space": "a@b.no",
    "mail marks": "a@",
    "mail in angles": "<a@b.no>",
    "dots": "a.",
    "mentions": "@ola ",
    "mentions without space": "@ola",
    "headings": "# a\n",
    "underlined": "a\n=\n",
    "rules": "---\n",
    "fences": "```\n",
    "open fences": "~~~ a\n> ```\n",
    "spaces": " ",
    "tabs": "\t",
    "lines": "\n",
    "spaces at ends": "a  \n",
    "one long word": "a",
    "combining": "e\u0301",
    "pictures": "![a](a.png)",
}


def grown(name: str, length: int) -> str:
    """A text of this kind and length."""
    if name == "deeper quotes":
        text = "".join(">" * level + " a\n" for level in range(1, 400))
    elif name == "deeper lists":
        text = "".join("  " * level + "- a\n" for level in range(400))
    elif name == "wide table":
        width = length // 4
        text = "|a" * (width // 2) + "\n" + "|-" * (width // 2) + "\n" + "|\n" * width
    elif name == "definitions":
        text = "".join(f"[a{n}]: /x\n" for n in range(length // 24)) + "[a1]" * length
    else:
        text = GROWING[name] * length
    return text[:length]


@pytest.mark.parametrize("name", GROWING)
def test_a_text_eight_times_as_long_takes_about_eight_times_as_long(name):
    texts = {length: grown(name, length) for length in (LONGEST // TIMES, LONGEST)}
    assert grows_in_step(
        lambda length: render(texts[length], pictures=PICTURES, people=people), LONGEST
    )


def test_a_picture_within_the_words_of_another_is_words():
    html = render("![![inni](https://elsewhere.example/a.png 'x')](b.png)", pictures=PICTURES)
    assert html == f'<p>!<a href="b.png" rel="{RELATION}">inni</a></p>\n'
