from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Reports for managers."""

    name = "portal.insight"
