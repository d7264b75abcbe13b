from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The triage queue and the ticket workspace."""

    name = "portal.desk"
