from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    """Articles, their owners, review dates and page feedback."""

    name = "cms.guidance"
