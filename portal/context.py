"""What every page of ours may show."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.navigation import menu


def site(request: HttpRequest) -> dict:
    """Names of the site and its owner, the languages to choose from, and the menu."""
    if not hasattr(request, "user"):
        return {"site_owner": settings.SITE_OWNER, "languages": settings.LANGUAGES}
    return {
        "site_owner": settings.SITE_OWNER,
        "languages": settings.LANGUAGES,
        "navigation": SimpleLazyObject(lambda: menu(request)),
    }
