"""Who may look after the installation: administrators, nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


def for_administrators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let administrators in; visitors are asked to sign in and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            wanted = request.get_full_path() if request.method == "GET" else "/drift/"
            return redirect_to_login(wanted)
        if not request.user.is_administrator:
            raise PermissionDenied(_("Operations are for administrators."))
        return view(request, *args, **kwargs)

    return guarded
