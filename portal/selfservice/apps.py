from django.apps import AppConfig


class SelfserviceConfig(AppConfig):
    """Home, search, ask for help, my cases: what service owners meet."""

    name = "portal.selfservice"
