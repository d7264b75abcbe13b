from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuggestionsConfig(AppConfig):
    """Suggests articles, questions and solved cases for a text."""

    name = "triage.suggestions"
    verbose_name = _("suggestions")

    def ready(self) -> None:
        """Handle the rows that opened cases leave, and let only solved cases be suggested."""
        # They need models.
        from triage.suggestions import after_opening, answering, learning, solved  # noqa: F401

        answering.register("ticket", solved.solved_cases)
