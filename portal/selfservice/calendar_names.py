"""What calendars are called on pages: their own names are for data.

Names people gave are read once for each request, however many of them a page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from django.conf import settings
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from portal.selfservice.models import CalendarName

KNOWN = {
    "service_hours": gettext_lazy("Service hours"),
    "always": gettext_lazy("Always open"),
    "delivery_days": gettext_lazy("Days for deliveries"),
}
# Within a request a list, with the names once they are read; None outside of one.
_read: ContextVar[list[Mapping[str, str]] | None] = ContextVar("calendar_names", default=None)


def calendar_name(name: str) -> str:
    """What people named it, else its own name."""
    return _given().get(name) or own_name(name)


def own_name(name: str) -> str:
    """The name of a calendar that nobody named: a known one in the language of the page."""
    return str(KNOWN.get(name) or name.replace("_", " ").replace("-", " ").capitalize())


def all_names(name: str) -> frozenset[str]:
    """Everything a calendar is called in any language, by letters and digits alone."""
    given = _given().get(name)
    if given:
        return frozenset({letters(given)})
    found = {letters(name)}
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found.add(letters(own_name(name)))
    return frozenset(found)


def letters(name: str) -> str:
    """A name as addresses have it, so that two that look alike are the same."""
    return slugify(name, allow_unicode=True).replace("_", "-")


def _given() -> Mapping[str, str]:
    kept = _read.get()
    if kept:
        return kept[0]
    rows = CalendarName.objects.order_by("at", "pk").values_list("calendar", "name")
    names = dict(rows)
    if kept is not None:
        kept.append(names)
    return names


def request_begins(**_kwargs) -> None:
    """Read names anew when they are asked for, and keep them until the request has ended."""
    _read.set([])


def request_ends(**_kwargs) -> None:
    """Keep nothing between requests: another process may have named a calendar."""
    _read.set(None)
