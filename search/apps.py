from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding: text analysis, ranking, engines and indexing."""

    name = "search"

    def ready(self) -> None:
        """Handle what the outbox has for the index."""
        from search import counting, indexing, visits  # noqa: F401  register themselves; need models
