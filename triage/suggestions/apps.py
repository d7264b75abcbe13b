from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SuggestionsConfig(AppConfig):
    """Suggests articles, questions and solved cases for a text."""

    name = "triage.suggestions"
    verbose_name = _("suggestions")

    def ready(self) -> None:
        """Let only solved cases be suggested."""
        from triage.suggestions import answering, learning, solved  # noqa: F401  need the app registry

        answering.register("ticket", solved.solved_cases)
