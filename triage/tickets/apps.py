from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets, messages, attachments and the event log."""

    name = "triage.tickets"

    def ready(self) -> None:
        """Sweep for breaches now and then, and make cases findable."""
        from search.registry import registry  # the registry is filled when all apps are loaded
        from triage.tickets import leaving, rule_changes, sweeping  # noqa: F401  register themselves
        from triage.tickets.indexing import TicketSource

        registry.register(TicketSource())
