from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The doors a case comes in by, and the drafts before it."""

    name = "triage.intake"
