from django.apps import AppConfig


class RulePagesConfig(AppConfig):
    """The service model's own pages: calendars, promises, and what changing them does."""

    name = "portal.rules"
    label = "rule_pages"
