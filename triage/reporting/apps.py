from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportingConfig(AppConfig):
    """Measures computed from the log of cases, and closed months kept as they were."""

    name = "triage.reporting"
    verbose_name = _("reports")

    def ready(self) -> None:
        """Register the recurring jobs."""
        from triage.reporting import closing, trying_rules  # noqa: F401  need the models
