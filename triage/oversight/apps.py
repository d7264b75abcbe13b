from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    """What is looked into after the work: satisfaction, answers' quality, who opened what."""

    name = "triage.oversight"
    verbose_name = _("oversight")

    def ready(self) -> None:
        """Let old readings go, and warn of the 72 hours."""
        from triage.oversight import (  # noqa: F401  needs the app registry
            readings,
            report_warnings,
        )
