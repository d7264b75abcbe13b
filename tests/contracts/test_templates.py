"""Templates bring no script or style of their own: the policy of the pages forbids it."""

import re

import pytest

from tests.contracts.source import ROOT, short, templates

FORBIDDEN = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "inline handler": re.compile(r"<[^>]*\s(?:on[a-z]+|hx-on[\w:-]*)\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "inline script": re.compile(
        r"<script\b(?![^>]*(?:\ssrc=|\snonce=|type=\"application/(?:ld\+)?json\"))", re.I
    ),
    "address elsewhere": re.compile(r"(?:src|<link[^>]*href)\s*=\s*[\"'](?:https?:)?//", re.I),
    "unescaped text": re.compile(r"\{%\s*autoescape\s+off"),
}
# Mails in plain text are not HTML.
IN_MAIL = re.compile(r"/mail/")


def faults(html: str) -> list[str]:
    """What a template does that its page's policy forbids."""
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(html)]


def test_no_template_does_what_the_policy_forbids():
    found = {
        short(path): faults(path.read_text(encoding="utf-8"))
        for path in templates()
        if not IN_MAIL.search(str(path))
    }
    assert len(found) > 50
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p style="color: red">', ["inline style"]),
        ("<style>p {}</style>", ["inline style"]),
        ('<a href="javascript:go()">', ["script address"]),
        ('<button onclick="go()">', ["inline handler"]),
        ('<form hx-on:submit="go()">', ["inline handler"]),
        ("<script>go()</script>", ["inline script"]),
        ('<script src="{% static "a.js" %}" defer></script>', []),
        ('<script type="application/json" id="x">{}</script>', []),
        ('<img src="https://elsewhere.example/a.png">', ["address elsewhere"]),
        ('<button type="button" data-on="x">', []),
    ],
)
def test_what_is_forbidden_is_seen(html, expected):
    assert faults(html) == expected


def test_every_page_extends_one_base_or_is_a_part():
    base = ROOT / "portal" / "templates" / "base.html"
    html = base.read_text(encoding="utf-8")
    assert '<html lang="' in html
    assert 'name="viewport"' in html
