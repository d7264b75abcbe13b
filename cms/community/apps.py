from django.apps import AppConfig


class CommunityConfig(AppConfig):
    """Questions and answers between users of the platform."""

    name = "cms.community"

    def ready(self) -> None:
        """Make questions findable, and tell people of what happens."""
        from cms.community import cleaning, jobs, looking_over, notices  # noqa: F401  as below
        from cms.indexing import QuestionSource  # needs the app registry
        from search.registry import registry  # as above

        registry.register(QuestionSource())
