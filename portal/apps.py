from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The site: everything that has an address for people or machines."""

    name = "portal"

    def ready(self) -> None:
        """Register the system checks."""
        from portal import checks  # noqa: F401  registers itself; needs the app registry
