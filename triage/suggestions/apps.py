from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    """Suggests articles, questions and earlier tickets for a text."""

    name = "triage.suggestions"
