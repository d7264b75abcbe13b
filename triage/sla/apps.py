from django.apps import AppConfig


class SlaConfig(AppConfig):
    """Calendars, policies and clocks."""

    name = "triage.sla"
