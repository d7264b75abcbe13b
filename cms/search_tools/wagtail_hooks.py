"""What the search's tools add to Wagtail's admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.search_tools.changes import FORMATTERS
from cms.search_tools.reports import ChangesReport
from cms.search_tools.views import TrySearch, may_see_words
from cms.search_tools.viewsets import SearchToolsGroup


class WordsMenuItem(MenuItem):
    """Shown to those who may see what the search is taught."""

    def is_shown(self, request) -> bool:
        """Whether the person may."""
        return may_see_words(request.user)


@hooks.register("register_admin_viewset")
def register_search_tools() -> SearchToolsGroup:
    """Best bets, synonyms and stop words."""
    return SearchToolsGroup()


@hooks.register("register_admin_urls")
def register_pages() -> list:
    """Addresses of the page for trying and the list of changes."""
    return [
        path("sok/prov/", TrySearch.as_view(), name="search_tools_try"),
        path("sok/endringer/", ChangesReport.as_view(), name="search_tools_changes"),
        path(
            "sok/endringer/resultat/",
            ChangesReport.as_view(results_only=True),
            name="search_tools_changes_results",
        ),
    ]


@hooks.register("register_search_tools_menu_item")
def try_menu_item() -> MenuItem:
    """The page for trying, beside the lists."""
    return WordsMenuItem(
        _("Try a search"),
        reverse("search_tools_try"),
        name="try-search",
        icon_name="search",
        order=10,
    )


@hooks.register("register_search_tools_menu_item")
def changes_menu_item() -> MenuItem:
    """The list of changes, beside the lists."""
    return WordsMenuItem(
        _("Changes"),
        reverse("search_tools_changes"),
        name="search-tools-changes",
        icon_name="history",
        order=11,
    )


@hooks.register("register_log_actions")
def register_changes(actions) -> None:
    """How the changes are told."""
    for action, formatter in FORMATTERS.items():
        actions.register_action(action)(formatter)
