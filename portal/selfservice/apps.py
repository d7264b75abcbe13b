from django.apps import AppConfig
from django.core.signals import request_finished, request_started


class SelfserviceConfig(AppConfig):
    """Home, search, ask for help, my cases: what service owners meet."""

    name = "portal.selfservice"

    def ready(self) -> None:
        """Read the names of calendars once for each request."""
        from portal.selfservice import calendar_names  # needs the apps to be ready

        request_started.connect(calendar_names.request_begins)
        request_finished.connect(calendar_names.request_ends)
