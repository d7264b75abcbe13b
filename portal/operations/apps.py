from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What administrators look after: mail, outbox, people."""

    name = "portal.operations"
    label = "portal_operations"

    def ready(self) -> None:
        """Let old mails be removed."""
        from portal.operations import retention  # noqa: F401  registers its job; needs the models
