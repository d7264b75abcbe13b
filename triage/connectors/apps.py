from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Outside systems, behind the outbox."""

    name = "triage.connectors"
