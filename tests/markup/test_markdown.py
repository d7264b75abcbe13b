"""Markdown from people: what is kept, what is made harmless, what is stopped."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from markup.markdown import ATTRIBUTES, LONGEST, TAGS, plain, render

# --- what people write --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hei **alle**", "<p>Hei <strong>alle</strong></p>\n"),
        ("en\nto", "<p>en<br>\nto</p>\n"),
        ("en\r\nto", "<p>en<br>\nto</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("`x < y`", "<p><code>x &lt; y</code></p>\n"),
        ("```json\n{}\n```", '<pre><code class="language-json">{}\n</code></pre>\n'),
        ("~~bort~~", "<p><s>bort</s></p>\n"),
        ("run.py og altinn.no", "<p>run.py og altinn.no</p>\n"),
        ("a // b", "<p>a // b</p>\n"),
        ("", ""),
        ("   \n \n", ""),
    ],
)
def test_text_is_rendered(text, html):
    assert render(text) == html


def test_table_is_rendered_without_inline_style():
    html = render("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert "<td>1</td>" in html
    assert "style" not in html


def test_address_in_text_becomes_a_link_that_passes_on_no_standing():
    assert render("Se https://veiviser.example/a?b=1&c=2") == (
        '<p>Se <a href="https://veiviser.example/a?b=1&amp;c=2" rel="nofollow ugc noopener">'
        "https://veiviser.example/a?b=1&amp;c=2</a></p>\n"
    )


def test_image_becomes_a_link_so_that_nothing_is_fetched_from_elsewhere():
    html = render("![bilde](https://elsewhere.example/x.png)")
    assert "<img" not in html
    assert 'href="https://elsewhere.example/x.png"' in html


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("# a\n## b\n# c", ["h3", "h4", "h3"]),
        ("#### a\n###### b", ["h3", "h4"]),
        ("### a\n# b\n### c", ["h3", "h3", "h4"]),
        ("# a\n## b\n### c\n#### d\n##### e", ["h3", "h4", "h5", "h6", "h6"]),
        ("#\n## b", ["h3"]),
    ],
)
def test_headings_stand_under_the_pages_own_without_gaps(text, tags):
    assert re.findall(r"<(h\d)>", render(text)) == tags


# --- what must not come through -----------------------------------------------------------------


class _Elements(HTMLParser):
    """Collects the elements and attributes of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict]]:
    parser = _Elements()
    parser.feed(html)
    parser.close()
    return parser.found


def assert_safe(html: str) -> None:
    for tag, attributes in elements(html):
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        address = attributes.get("href") or ""
        if tag == "a":
            assert attributes["rel"] == "nofollow ugc noopener"
        scheme = re.match(r"[\s\x00-\x20]*([a-z][a-z0-9+.\-\s]*):", address, re.IGNORECASE)
        assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<style>body{display:none}</style>",
    "<iframe src=https://elsewhere.example></iframe>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    '[a](https://a.example "\\" onmouseover=alert(1) x=\\"")',
    "<javascript:alert(1)>",
    "![a](javascript:alert(1))",
    "[a]: javascript:alert(1)\n[a]",
    '```"><script>alert(1)</script>\n```',
    "```json onclick=alert(1)\n```",
    "<a href='javascript:alert(1)'>x</a>",
    "<form action=https://elsewhere.example><input name=password></form>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<!--><img src onerror=alert(1)>-->",
    "| <script> |\n|---|\n| <img src onerror=x> |",
    "\x00<script>\x00alert(1)</script>",
    "[a](//elsewhere.example)",
    "https://a.example/<script>alert(1)</script>",
    'https://a.example/"onmouseover="alert(1)',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_shown_as_text(attack):
    assert_safe(render(attack))
    assert_safe(plain(attack))


PIECES = st.sampled_from(
    [*ATTACKS, "[", "](", ")", "**", "_", "`", "```", "\n", "\n\n", "> ", "- ", "1. ", "# ", "|"]
    + ["|-|", "<", ">", '"', "'", "&", ";", ":", "://", "javascript", "http", "\\", "\t", "    "]
    + ["<a ", "href=", "onclick=", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "\u202e", "æ"]
)
MARKDOWN = st.lists(st.one_of(PIECES, st.text(max_size=12)), max_size=40).map("".join)


def _fuzz(examples: int) -> None:
    @settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(MARKDOWN)
    def nothing_harmful_survives(text: str) -> None:
        html = render(text)
        assert_safe(html)
        assert_safe(plain(text))
        assert render(text) == html

    nothing_harmful_survives()


def test_nothing_harmful_survives_any_text(thorough):
    _fuzz(50_000 if thorough else 400)


# --- what must not take long --------------------------------------------------------------------

TABLE = "|" * 100 + "\n" + "|-" * 99 + "|\n" + "|\n" * 9000
PATHOLOGICAL = {
    "open brackets": "[" * LONGEST,
    "open images": "![" * LONGEST,
    "links in links": "[a](" * LONGEST,
    "ticks of all lengths": " ".join("`" * length for length in range(1, 200)),
    "emphasis both ways": "*_" * LONGEST,
    "emphasis never closed": "*a **a " * LONGEST,
    "wide table": TABLE,
    "address marks": "://" * LONGEST,
    "addresses": "http://a.no/ " * LONGEST,
    "mail marks": "a@" * LONGEST,
    "angles": "<a " * LONGEST,
    "entities": "&" * LONGEST,
    "definitions": "".join(f"[a{n}]: /x\n" for n in range(900)) + "[a1]" * LONGEST,
    "list in list": "".join("  " * level + "- a\n" for level in range(140)),
    "lists after lists": "* a\n1. b\n" * LONGEST,
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_pathological_text_stays_within_bounds(name):
    html = render(PATHOLOGICAL[name][:LONGEST])
    assert_safe(html)
    assert len(html) <= 12 * LONGEST


def test_too_long_text_is_shown_whole_without_layout():
    html = render("**a** " * LONGEST)
    assert html.count("**a**") == LONGEST
    assert "<strong>" not in html


def test_text_nested_too_deep_is_shown_whole_without_layout():
    html = render(">" * 30 + " innerst")
    assert "innerst" in html
    assert "<blockquote>" not in html


def test_text_nested_as_deep_as_people_do_keeps_its_layout():
    assert render(">" * 8 + " innerst").count("<blockquote>") == 8


def test_plain_text_keeps_paragraphs_and_lines():
    assert plain("a <b>\nc\n\n\nd") == "<p>a &lt;b&gt;<br>\nc</p>\n<p>d</p>\n"


@pytest.mark.parametrize(
    "written", ["a&#12;b", "a&#x0c;b", "a\x0cb", "a\ufffeb", "a\uffffb", "a\x08b"]
)
def test_characters_no_xml_may_hold_are_left_out_however_they_are_written(written):
    assert render(written) == "<p>ab</p>\n"
