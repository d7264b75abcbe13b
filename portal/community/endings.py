"""Where a page of the community leads on to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

LONGEST_CARRIED = 300


def help_address(words: str = "") -> str:
    """The address of the private way to ask, with the words one has written carried along."""
    address = reverse("ask")
    return f"{address}?{urlencode({'q': words[:LONGEST_CARRIED]})}" if words else address
