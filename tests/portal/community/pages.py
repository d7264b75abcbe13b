"""Small helpers for tests that read pages of the community."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(user=None, language: str = "en") -> Client:
    """A browser of this person, or of a visitor, with pages in the language."""
    client = Client()
    if user is not None and user.is_authenticated:
        client.force_login(user, BACKEND)
    client.cookies["language"] = language
    return client


def html_of(response) -> str:
    return response.content.decode()


def text_of(response) -> str:
    """The words of a page without its markup."""
    html = re.sub(r"<(script|style|svg|template).*?</\1>", " ", html_of(response), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def main_of(response) -> str:
    """The words of a page's own content, without header and footer."""
    html = html_of(response).partition("<main")[2].partition("</main>")[0]
    html = re.sub(r"<(script|style|svg|template).*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<main" + html)).split())


def value_of(response, name: str) -> str:
    """The value of an input on the page."""
    html = html_of(response)
    found = re.search(rf'<input[^>]*name="{name}"[^>]*?value="([^"]*)"', html)
    assert found, f"no field {name}"
    return unescape(found.group(1))


def key_of(response) -> str:
    """The key of the form on the page."""
    return value_of(response, "form_key")
