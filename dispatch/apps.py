from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """What leaves after a commit: outbox, mail, tasks, recurring work."""

    name = "dispatch"
