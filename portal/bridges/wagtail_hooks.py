"""How long the community has before the desk takes a question up, in the editors' admin."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from portal.bridges.drafts_panel import DraftsPanel
from portal.bridges.models import DEFAULT_HOURS, WaitingRule


class WaitingRuleViewSet(ModelViewSet):
    """Working hours for each product; administrators only, as for all settings."""

    model = WaitingRule
    icon = "time"
    menu_label = _("Time for the community")
    menu_order = 620
    add_to_admin_menu = True
    list_display = ["product", "hours"]
    ordering = ["product__position"]
    search_fields = ["product__name_nb"]
    search_backend_name = None
    copy_view_enabled = False
    panels = [
        FieldPanel(
            "product",
            help_text=_("Products that are not listed here have %(hours)s working hours.")
            % {"hours": DEFAULT_HOURS},
        ),
        FieldPanel(
            "hours",
            help_text=_(
                "Counted in the opening hours of the service model. Questions that wait now "
                "follow within a minute."
            ),
        ),
    ]


@hooks.register("register_admin_viewset")
def register_waiting_rules() -> WaitingRuleViewSet:
    """The times for the community."""
    return WaitingRuleViewSet("waiting-rules")


@hooks.register("construct_homepage_panels")
def add_drafts_panel(request, panels: list) -> None:
    """Drafts made from questions and cases, for those who write."""
    panels.append(DraftsPanel(request.user))
