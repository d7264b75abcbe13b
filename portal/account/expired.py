"""A form sent after the session has ended: nothing is done, and what was written is kept.

The text waits in the visitor's session, for the address it was sent to, until it is shown again.
Identity numbers come to rest nowhere, so not there either. Pages only for those signed in are kept
in no cache: whoever sits down at the machine afterwards cannot go back to them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.limits import too_many
from search.text.redaction import mask_identity_numbers

KEPT = "kept_fields"
MOST_KEPT = "60/h"  # forms
LONGEST_KEPT = 50_000  # characters of a whole form; line breaks come as two from browsers

View = Callable[..., HttpResponse]


def signed_in(*, page: str = "") -> Callable[[View], View]:
    """Let only those signed in through; others sign in and come back.

    They come back to the same address, or to `page` (the name of an address) when the view only
    answers the press of a button.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.user.is_authenticated:
                response = view(request, *args, **kwargs)
                add_never_cache_headers(response)
                return response
            if request.method == "POST":
                _keep(request)
            return redirect_to_login(reverse(page) if page else request.get_full_path())

        return guarded

    return decorate


def keep_text(request: HttpRequest) -> bool:
    """Keep what was written in the form that was sent, for `kept_form` at the same address.

    False when it is not kept: from visitors who are not signed in only so much is, so that nobody
    fills the database.
    """
    language = get_language() or "nb"
    fields = {
        name: [mask_identity_numbers(value, language).text for value in values]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "password" not in name
    }
    length = sum(len(value) for values in fields.values() for value in values)
    if length > LONGEST_KEPT or too_many(request, "kept-form", MOST_KEPT):
        return False
    request.session[KEPT] = {"path": request.path, "fields": fields}
    return True


def _keep(request: HttpRequest) -> None:
    keep_text(request)
    messages.warning(
        request, _("You had been signed out, so nothing was changed. Sign in and send once more.")
    )


def kept_form(request: HttpRequest) -> QueryDict | None:
    """The form of this address as it was sent after the session had ended; given out once."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    form = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        form.setlist(name, values)
    return form


def kept_text(request: HttpRequest) -> dict[str, str]:
    """The same as the text of each field, for forms that are begun with it."""
    form = kept_form(request)
    return form.dict() if form else {}
