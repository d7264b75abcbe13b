from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Ask for help and follow one's cases: what service owners meet when guidance is not enough."""

    name = "portal.cases"
