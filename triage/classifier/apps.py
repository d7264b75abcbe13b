from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClassifierConfig(AppConfig):
    """Suggests type, product and team for a case."""

    name = "triage.classifier"
    verbose_name = _("classification")

    def ready(self) -> None:
        """Handle the rows that opened cases leave, and do what recurs."""
        from triage.classifier import alarms, following, nightly, solved  # noqa: F401  need models
