"""Which language a page is shown in, and the button that changes it.

A person's own choice comes first (their account, else the cookie), then what the browser asks
for, then bokmål. Addresses are the same in every language: nb and nn are properties of a text.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

CODES = frozenset(code for code, _label in settings.LANGUAGES)
BROWSER_NAMES = {"no": "nb", "no-no": "nb", "nb-no": "nb", "nn-no": "nn"}


def from_browser(header: str) -> str | None:
    """The first language of an Accept-Language header that we have, by the browser's order."""
    weighted = []
    for position, part in enumerate(header.lower().split(",")[:20]):
        name, _sep, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        weighted.append((-weight, position, name))
    for _weight, _position, name in sorted(weighted):
        code = BROWSER_NAMES.get(name, name.split("-")[0])
        if code in CODES:
            return code
    return None


def choose(request: HttpRequest) -> str:
    """The language code for this request; always one of ours."""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if cookie in CODES:
        return cookie
    if request.user.is_authenticated:
        return request.user.language
    header = request.headers.get("Accept-Language", "")
    return from_browser(header) or settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the chosen language; comes after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in its language and say so in the header."""
        code = choose(request)
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language in a cookie and on the account, then go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    code = request.POST.get("language", "")
    if code not in CODES:
        return response
    if request.user.is_authenticated and request.user.language != code:
        request.user.language = code
        request.user.save(update_fields=["language"])
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        httponly=True,
    )
    return response
