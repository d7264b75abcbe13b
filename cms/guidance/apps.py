from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidanceConfig(AppConfig):
    """Articles, their owners, review dates and page feedback."""

    name = "cms.guidance"
    verbose_name = _("guidance")

    def ready(self) -> None:
        """Register the recurring jobs, make articles findable, and remember addresses."""
        from cms import indexing  # as below
        from cms.guidance import (  # needs the app registry
            addresses,
            feedback,  # noqa: F401
            publishing,  # noqa: F401
        )
        from search.registry import registry  # as above

        registry.register(indexing.ArticleSource())
        registry.register_names("products", indexing.product_names)
        registry.register_names("audiences", indexing.audience_names)
        indexing.connect()
        addresses.connect()
