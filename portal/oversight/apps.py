from django.apps import AppConfig


class OversightPagesConfig(AppConfig):
    """Pages for saying how it went, reading answers again, and assessing security cases."""

    name = "portal.oversight"
    label = "oversight_pages"
