"""What somebody wrote in a form that came to nothing, to be given back to them."""

from __future__ import annotations

import re

from django.http import HttpRequest

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
