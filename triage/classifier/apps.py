from django.apps import AppConfig


class ClassifierConfig(AppConfig):
    """Suggests type, product and line for a ticket."""

    name = "triage.classifier"
