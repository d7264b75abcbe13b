"""What calendars are called on pages: their own names are for data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

KNOWN = {
    "service_hours": gettext_lazy("Service hours"),
    "always": gettext_lazy("Always open"),
    "delivery_days": gettext_lazy("Days for deliveries"),
}


def calendar_name(name: str) -> str:
    """A known calendar's name in the language of the page, else its own with spaces."""
    return str(KNOWN.get(name) or name.replace("_", " ").replace("-", " ").capitalize())
