from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets, messages, attachments and the event log."""

    name = "triage.tickets"

    def ready(self) -> None:
        """Sweep for breaches now and then."""
        from triage.tickets import sweeping  # noqa: F401  registers itself; needs the app registry
