"""What the search's tools add to Wagtail's admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.search_tools.changes import FORMATTERS
from cms.search_tools.misses import ArticlesReport, SearchesReport
from cms.search_tools.reports import ChangesReport
from cms.search_tools.views import TrySearch, may_see_words, offer_words, write_draft
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
        path("sok/bruk/", SearchesReport.as_view(), name="search_tools_searches"),
        path(
            "sok/bruk/resultat/",
            SearchesReport.as_view(results_only=True),
            name="search_tools_searches_results",
        ),
        path("sok/bruk/<int:pk>/utkast/", write_draft, name="search_tools_draft"),
        path("sok/bruk/<int:pk>/tilby/", offer_words, name="search_tools_offer"),
        path("sok/artikler/", ArticlesReport.as_view(), name="search_tools_articles"),
        path(
            "sok/artikler/resultat/",
            ArticlesReport.as_view(results_only=True),
            name="search_tools_articles_results",
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


@hooks.register("register_search_tools_menu_item")
def searches_menu_item() -> MenuItem:
    """What people search for, before what can be done about it."""
    return WordsMenuItem(
        _("What people search for"),
        reverse("search_tools_searches"),
        name="searches",
        icon_name="view",
        order=-2,
    )


@hooks.register("register_search_tools_menu_item")
def articles_menu_item() -> MenuItem:
    """Articles that are found and do not help."""
    return WordsMenuItem(
        _("Found, and not useful"),
        reverse("search_tools_articles"),
        name="searches-articles",
        icon_name="comment",
        order=-1,
    )


@hooks.register("register_log_actions")
def register_changes(actions) -> None:
    """How the changes are told."""
    for action, formatter in FORMATTERS.items():
        actions.register_action(action)(formatter)
