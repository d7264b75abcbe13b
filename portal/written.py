"""A form that came to nothing: what somebody wrote in it, and the page to go back to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

NEVER_SHOWN = ("csrfmiddlewaretoken", "login", "next", "kept_files")
SHORTEST = 20  # characters: what is longer has been written, not chosen
KEY_OR_MOMENT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.+-]+Z?")


def written(request: HttpRequest) -> list[str]:
    """The texts of a form, without secrets and what the page put into it itself."""
    return [
        value
        for name, values in request.POST.lists()
        if name not in NEVER_SHOWN and "password" not in name
        for value in values
        if len(value) > SHORTEST and not KEY_OR_MOMENT.fullmatch(value)
    ]


def page_of_form(request: HttpRequest) -> str:
    """The address of the page the form stood on: addresses of buttons cannot be opened."""
    referer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        parts = urlsplit(referer)
        path = "/" + parts.path.lstrip("/")  # two slashes would lead to another site
        return f"{path}?{parts.query}" if parts.query else path
    return request.get_full_path()
