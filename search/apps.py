from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding: text analysis, ranking, engines and indexing."""

    name = "search"
