"""What every page of ours may show."""

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from cms.community.notice_list import unread_count
from portal.navigation import menu

MOST_COUNTED = 100  # unread notices; more are said to be many


def site(request: HttpRequest) -> dict:
    """Names of the site and its owner, the languages, the menu, and how many notices wait."""
    if not hasattr(request, "user"):
        return {"site_owner": settings.SITE_OWNER, "languages": settings.LANGUAGES}
    return {
        "site_owner": settings.SITE_OWNER,
        "languages": settings.LANGUAGES,
        "navigation": SimpleLazyObject(lambda: menu(request)),
        "unread_notices": SimpleLazyObject(lambda: _unread(request.user)),
    }


def _unread(user) -> str:
    """How many notices the person has not read, as it is shown; empty for none and visitors."""
    if not user.is_authenticated:
        return ""
    count = unread_count(user, now=timezone.now(), most=MOST_COUNTED)
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")
