from django.apps import AppConfig


class ExperimentsConfig(AppConfig):
    """Trials with and without suggestions, by random assignment of cases."""

    name = "triage.experiments"

    def ready(self) -> None:
        """Register the recurring job."""
        from triage.experiments import services  # noqa: F401  once models are loaded
