"""What calendars and deadlines are called on pages: their own names are for data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from portal.selfservice.promises import TARGET_NAMES
from triage.sla.policy import INTERNAL

KNOWN = {
    "service_hours": gettext_lazy("Service hours"),
    "always": gettext_lazy("Always open"),
    "delivery_days": gettext_lazy("Days for deliveries"),
}
# What runs of a case: what is promised, and what teams have agreed.
DEADLINE_NAMES = {**TARGET_NAMES, INTERNAL: gettext_lazy("Internal deadline of the team")}


def calendar_name(name: str) -> str:
    """A known calendar's name in the language of the page, else its own with spaces."""
    return str(KNOWN.get(name) or name.replace("_", " ").replace("-", " ").capitalize())
