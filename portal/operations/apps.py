from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What administrators look after: mail, outbox, people."""

    name = "portal.operations"
    label = "portal_operations"
