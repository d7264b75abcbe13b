from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Calendars, policies and clocks."""

    name = "triage.sla"

    def ready(self) -> None:
        """Keep the teams that the rules name."""
        from triage.sla import named_teams  # noqa: F401  registers itself
