from django.apps import AppConfig


class SearchToolsConfig(AppConfig):
    """Best bets, synonyms and stop words in the editors' admin, and a page to try them on."""

    name = "cms.search_tools"
