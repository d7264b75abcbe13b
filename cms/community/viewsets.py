"""The hints in the editors' admin."""

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from cms.community.models import Hint


class HintViewSet(ModelViewSet):
    """What to tell in a question about a product, in each language."""

    model: type[Model] = Hint
    name = "community_hints"
    icon = "help"
    menu_label = _("Hints for askers")
    add_to_admin_menu = True
    menu_order = 260
    list_display = ["text_nb", "product", "position"]
    list_filter = ["product"]
    ordering = ["product", "position"]
    search_fields = ["text_nb", "text_nn", "text_en"]
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 50
    inspect_view_enabled = False
    panels = [
        FieldPanel("product"),
        MultiFieldPanel(
            [
                FieldPanel(
                    "text_nb",
                    help_text=_("What those who answer have to know. Half a sentence is enough."),
                ),
                FieldPanel("text_nn"),
                FieldPanel("text_en"),
            ],
            heading=_("Text"),
        ),
        FieldPanel("position", help_text=_("The lowest number comes first in lists.")),
    ]
