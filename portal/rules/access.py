"""Who sees and changes the service model's rules: managers and administrators."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.account.expired import signed_in
from triage.tickets.rule_changes import may_change_rules


def for_rule_makers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let those in who answer for the service model; what others typed survives signing in."""

    @signed_in()
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not may_change_rules(request.user):
            raise PermissionDenied(_("The service model is for managers."))
        return view(request, *args, **kwargs)

    return guarded
