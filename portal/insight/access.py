"""Who may read reports: managers and administrators.

Not the desk: a second-line team sees some of the cases only, and half a figure misleads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


def for_managers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let managers and administrators in; visitors are asked to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_manager:
            raise PermissionDenied(_("Reports are for managers."))
        return view(request, *args, **kwargs)

    return guarded
