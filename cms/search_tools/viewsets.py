"""Best bets, synonyms and stop words in the editors' admin."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from cms.search_tools.forms import BestBetForm, StopWordForm, SynonymForm
from cms.search_tools.views import (
    AddStopWord,
    AddWords,
    DeleteWords,
    EditWords,
    ListOfBets,
    ListOfWords,
    PageColumn,
)
from search.models import BestBet, StopWord, Synonym


def updated() -> UpdatedAtColumn:
    """When a row was changed; the admin's own heading stays in the language of the start-up."""
    return UpdatedAtColumn(label=_("Updated"))


class WordsViewSet(ModelViewSet):
    """What the three lists have in common."""

    index_view_class = ListOfWords
    add_view_class = AddWords
    edit_view_class = EditWords
    delete_view_class = DeleteWords
    search_backend_name = None
    copy_view_enabled = False
    list_per_page = 50


class BestBetViewSet(WordsViewSet):
    """Phrases and the pages they lead to."""

    model = BestBet
    name = "best-bets"
    icon = "pick"
    menu_label = _("Best bets")
    index_view_class = ListOfBets
    list_display = [
        "__str__",
        PageColumn("page", label=_("Page")),
        "where",
        "position",
        updated(),
    ]
    list_filter = ["where"]
    search_fields = ["phrases"]
    edit_handler = ObjectList(
        [
            FieldPanel("phrases"),
            FieldPanel("page"),
            MultiFieldPanel(
                [FieldPanel("where"), FieldPanel("position")], heading=_("When and where")
            ),
        ],
        base_form_class=BestBetForm,
    )


class SynonymViewSet(WordsViewSet):
    """Other names for things."""

    model = Synonym
    name = "synonyms"
    icon = "resubmit"
    menu_label = _("Synonyms")
    list_display = ["__str__", updated()]
    list_filter = ["direction"]
    search_fields = ["words", "others"]
    edit_handler = ObjectList(
        [
            FieldPanel("words"),
            FieldPanel("others"),
            FieldPanel("direction"),
        ],
        base_form_class=SynonymForm,
    )


class StopWordViewSet(WordsViewSet):
    """Words to pass over."""

    model = StopWord
    name = "stop-words"
    icon = "minus"
    menu_label = _("Stop words")
    add_view_class = AddStopWord
    list_display = ["word", updated()]
    search_fields = ["word"]
    edit_handler = ObjectList([FieldPanel("word")], base_form_class=StopWordForm)


class SearchToolsGroup(ViewSetGroup):
    """The menu entry of the search's tools."""

    menu_label = _("Search tools")
    menu_name = "search-tools"
    menu_icon = "search"
    menu_order = 270
    submenu_hook = "register_search_tools_menu_item"
    items = (BestBetViewSet, SynonymViewSet, StopWordViewSet)
