from django.apps import AppConfig


class LimitingConfig(AppConfig):
    """Counts how often the same visitor does the same thing."""

    name = "portal.limiting"

    def ready(self) -> None:
        """Register the job that forgets counts."""
        from portal.limiting import counting  # noqa: F401  registers itself; needs the app registry
