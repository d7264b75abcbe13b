from django.apps import AppConfig


class FollowingPagesConfig(AppConfig):
    """Notices, following, digests, and stopping mail."""

    name = "portal.following"
    label = "portal_following"
