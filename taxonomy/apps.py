from django.apps import AppConfig


class TaxonomyConfig(AppConfig):
    """The words articles, questions and tickets share."""

    name = "taxonomy"
