from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    """How good the guesses at the desk are, for those who work with them."""

    name = "portal.evaluation"
    label = "evaluation_pages"
