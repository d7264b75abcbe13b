"""Who may moderate. Everybody else is told so, whatever the address is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.account.expired import signed_in

View = Callable[..., HttpResponse]


def for_moderators(view: View) -> View:
    """Let moderators in; visitors sign in and come back, with what they wrote kept."""

    @signed_in()
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_moderator:
            raise PermissionDenied(_("Only moderators can open this page."))
        return view(request, *args, **kwargs)

    return guarded
