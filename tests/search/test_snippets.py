"""Highlighted titles and snippets: escaped, marked, and cut at words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.snippets import ELLIPSIS, highlight, snippet
from search.text.tokens import tokens

WANTED = {"nøkkel": 0, "script": 1, "scope": 2}


def matcher(text):
    """Knows three words."""
    return [
        (token.start, token.end, WANTED[token.words[0]])
        for token in tokens(text)
        if token.words[0] in WANTED
    ]


def snippet_of(texts, matcher):
    """A snippet of texts that are all read in one way."""
    return snippet([(text, matcher) for text in texts])


def bare(html: str) -> str:
    """The HTML without our own marks."""
    return html.replace("<mark>", "").replace("</mark>", "")


def test_found_words_are_marked():
    assert highlight("Bytt nøkkel nå", matcher) == "Bytt <mark>nøkkel</mark> nå"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="nøkkel">',
        "nøkkel & scope < 3 > 2 'a' \"b\"",
        "</mark><mark>nøkkel",
        "&lt;script&gt;",
    ],
)
def test_whatever_the_text_holds_only_our_marks_are_markup(text):
    for html in (highlight(text, matcher), snippet_of([text], matcher)):
        assert "<" not in bare(html) and ">" not in bare(html)
        assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", bare(html))


def test_a_snippet_is_the_stretch_with_most_different_words():
    filler = "Ord uten betydning her. " * 30
    html = snippet_of([f"{filler}En nøkkel. {filler}Nøkkel og nøkkel til scope. {filler}"], matcher)
    assert "<mark>scope</mark>" in html
    assert html.startswith(ELLIPSIS) and html.endswith(ELLIPSIS)


def test_an_earlier_text_wins_a_tie():
    assert "Først" in snippet_of(["Først nøkkel", "Siden nøkkel"], matcher)


def test_without_a_match_the_beginning_of_the_first_text_is_shown():
    assert snippet_of(["", "Begynnelsen her."], matcher) == "Begynnelsen her."
    assert snippet_of(["", ""], matcher) == ""
    assert snippet_of(["V-00004", "Begynnelsen her."], matcher) == "Begynnelsen her."
    assert snippet_of(["V-00004", ""], matcher) == "V-00004"


def test_a_long_beginning_is_cut_between_words():
    html = snippet_of(["sammensatt " * 100], matcher)
    assert html.endswith(f"sammensatt {ELLIPSIS}")
    assert len(html) < 260


@given(st.lists(st.text(max_size=400), min_size=1, max_size=3))
def test_any_text_gives_escaped_html(texts):
    def every_other(text):
        odd = (each for each in tokens(text) if len(each.words[0]) % 2)
        return [(each.start, each.end, 1) for each in odd]

    html = snippet_of(texts, every_other)
    assert "<" not in bare(html)
    assert html.count("<mark>") == html.count("</mark>")
    assert list(tokens(bare(html))) is not None


def test_what_stands_on_lines_of_its_own_is_told_apart():
    body = "Bytt nøkkel\nFørst lager du en ny.\nKrav:\nscope\nmiljø"

    html = snippet_of([body], matcher)

    assert html == (
        "Bytt <mark>nøkkel</mark> · Først lager du en ny. Krav: <mark>scope</mark> · miljø"
    )
