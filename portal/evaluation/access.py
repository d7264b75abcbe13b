"""Who sees how good the guesses are: the desk that meets them, managers and administrators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.account.expired import signed_in


def for_staff(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let staff in; visitors are asked to sign in and come back."""

    @signed_in()
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        user = request.user
        if not (user.is_support or user.is_manager or user.is_administrator):
            raise PermissionDenied(_("This page is for those who handle cases."))
        return view(request, *args, **kwargs)

    return guarded
