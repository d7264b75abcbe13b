"""The main menu: what this person can reach, and where they are."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of the menu."""

    label: str
    address: str
    current: bool


def _entries(user) -> Iterator[tuple[str, str]]:
    """Label and address of everything the person has access to, in the order shown."""
    yield _("Guidance"), reverse("wagtail_serve", args=[""])
    yield _("Community"), reverse("community")
    yield _("Ask for help"), reverse("ask")
    if user.is_authenticated:
        yield _("My cases"), reverse("my_cases")
        if user.is_support:
            yield _("The desk"), reverse("desk")
        if user.is_moderator:
            yield _("Moderation"), reverse("moderation")
        if user.is_manager:
            yield _("Reports"), reverse("reports")
            yield _("Service model"), reverse("rules")
        if user.is_editor or user.is_administrator:
            yield pgettext("main menu", "Editing"), reverse("wagtailadmin_home")
        if user.is_administrator:
            yield _("Operations"), reverse("operations")


def menu(request: HttpRequest) -> list[MenuItem]:
    """The menu for this request; the entry whose address begins the path is current."""
    return [
        MenuItem(label=label, address=address, current=request.path.startswith(address))
        for label, address in _entries(request.user)
    ]
