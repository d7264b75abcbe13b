from django.apps import AppConfig


class CommunityPagesConfig(AppConfig):
    """Pages of the community."""

    name = "portal.community"
    label = "portal_community"
