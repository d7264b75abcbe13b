from django.apps import AppConfig


class BridgesConfig(AppConfig):
    """Ways between questions of the community, cases of the desk and articles of the guidance."""

    name = "portal.bridges"
    label = "bridges"

    def ready(self) -> None:
        """Follow the log of the community, and register what recurs."""
        from portal.bridges import following_log, jobs  # noqa: F401  need the app registry

        following_log.connect()
