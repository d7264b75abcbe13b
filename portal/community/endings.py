"""Where a page of the community leads on to."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from cms.guidance.models import ArticlePage

HOUSE_RULES = "community-husregler"
LONGEST_CARRIED = 300


def help_address(words: str = "") -> str:
    """The address of the private way to ask, with the words one has written carried along."""
    address = reverse("ask")
    return f"{address}?{urlencode({'q': words[:LONGEST_CARRIED]})}" if words else address


def house_rules(user) -> str:
    """The address of the house rules, when there is such an article; else empty."""
    page = ArticlePage.objects.live().visible_to(user).filter(slug=HOUSE_RULES).defer("body")
    found = page.first()
    return found.get_url() or "" if found else ""
