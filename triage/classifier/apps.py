from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassifierConfig(AppConfig):
    """Suggests type, product and team for a case."""

    name = "triage.classifier"
    verbose_name = _("classification")

    def ready(self) -> None:
        """Do what recurs."""
        # They need models.
        from triage.classifier.decisions import solved  # noqa: F401
        from triage.classifier.monitoring import alarms  # noqa: F401
        from triage.classifier.training import nightly  # noqa: F401
