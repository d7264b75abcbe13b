from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Sample content and people, for trying the site and for measuring it."""

    name = "portal.demo"
