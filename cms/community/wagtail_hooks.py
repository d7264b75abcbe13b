"""What the community adds to Wagtail's admin."""

from wagtail import hooks

from cms.community.viewsets import HintViewSet


@hooks.register("register_admin_viewset")
def register_hints() -> HintViewSet:
    """The hints, kept by editors."""
    return HintViewSet()
