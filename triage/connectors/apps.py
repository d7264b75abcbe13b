from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    """Outside systems, behind the outbox."""

    name = "triage.connectors"

    def ready(self) -> None:
        """Accept what is meant for the CRM."""
        from triage.connectors.outgoing import hold_for_crm  # needs the app registry

        hold_for_crm()
