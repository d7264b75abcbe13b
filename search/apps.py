from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding: text analysis, ranking, engines and indexing."""

    name = "search"

    def ready(self) -> None:
        """Handle what the outbox has for the index."""
        from search import indexing, querylog  # noqa: F401  register themselves; need the registry
