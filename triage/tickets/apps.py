from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Tickets, messages, attachments and the event log."""

    name = "triage.tickets"
