"""Small helpers for tests that read pages of the desk."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from accounts.models import User
from triage.tickets.models import Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: User, language: str = "en") -> Client:
    """A browser of this person, with pages in the language."""
    client = Client()
    client.force_login(user, BACKEND)
    client.cookies["language"] = language
    return client


def address(ticket: Ticket, part: str = "", query: str = "") -> str:
    """The address of a case or of something under it."""
    path = f"/desk/saker/{ticket.reference}/" + (f"{part}/" if part else "")
    return f"{path}?{query}" if query else path


def text_of(response) -> str:
    """The words of a page without its markup."""
    html = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hidden(response, name: str) -> str:
    """The value of a hidden field on the page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"no field {name}"
    return unescape(found.group(1))


def answer_fields(response, **fields) -> dict:
    """What the browser would send from the answer form of a page, with some fields filled in."""
    return {
        "seen_version": hidden(response, "seen_version"),
        "submission_key": hidden(response, "submission_key"),
        "then": "stay",
        "body": "Slik gjør du.",
        **fields,
    }
