"""What a browser would send of a form as a page holds it."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client


def fields(client: Client, address: str, **changed: str) -> dict[str, str | list[str]]:
    """The form of a page as it stands, with some fields typed over."""
    return {**filled(client.get(address).content.decode()), **changed}


def filled(html: str) -> dict[str, str | list[str]]:
    """The fields of the form of a page; boxes with the same name are gathered in a list."""
    form = html[html.index('<form method="post" novalidate') :]
    form = form[: form.index("</form>")]
    found: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        known = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind, name = known.get("type"), known.get("name")
        if name is None or (kind in ("checkbox", "radio") and "checked" not in tag):
            continue
        value = unescape(known.get("value", "on" if kind == "checkbox" else ""))
        if kind == "checkbox" and value != "on":
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        first = re.search(r'<option value="([^"]*)"', inside)
        found[name] = (chosen or first)[1]
    for name, inside in re.findall(
        r'<textarea name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = unescape(inside).strip()
    found.pop("csrfmiddlewaretoken", None)
    return found
