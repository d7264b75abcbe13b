from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The doors a case comes in by, and the drafts before it."""

    name = "triage.intake"

    def ready(self) -> None:
        """Remove old drafts now and then."""
        from triage.intake import cleaning  # noqa: F401  registers itself; needs the app registry
