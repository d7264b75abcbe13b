from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Reporting posts, the moderators' pages, and the house rules."""

    name = "portal.moderation"
