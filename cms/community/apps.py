from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Questions and answers between users of the platform."""

    name = "cms.community"
