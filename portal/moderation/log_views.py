"""The log of what moderators do, and undoing it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from cms.community.exceptions import CommunityError
from cms.community.history import DONE, moderators_in_log, read_log
from cms.community.models import CommunityEvent
from cms.community.undo import undo
from portal.account.expired import signed_in
from portal.moderation.access import for_moderators
from portal.moderation.presenters import log_lines
from portal.moderation.words import KIND_NAMES
from portal.positions import read_number


@require_safe
@for_moderators
def log(request: HttpRequest) -> HttpResponse:
    """One page, the newest first."""
    moderators = moderators_in_log()
    chosen = {
        "moderator": _person(request, "moderator"),
        "medlem": _person(request, "medlem"),
    }
    kind = request.GET.get("hva", "")
    kind = kind if kind in DONE else ""
    page = read_log(
        moderator=chosen["moderator"],
        member=chosen["medlem"],
        kind=kind,
        older_than=read_number(request.GET.get("eldre", "")),
    )
    context = {
        "page": "log",
        "lines": log_lines(page.events),
        "moderators": moderators,
        "moderator": chosen["moderator"],
        "member": chosen["medlem"],
        "kind": kind,
        "kinds": [(code, KIND_NAMES[code]) for code in KIND_NAMES],
        "is_narrowed": bool(kind or chosen["moderator"] or chosen["medlem"]),
        "older": _older(kind, chosen, page.older) if page.older else "",
        "here": request.get_full_path(),
    }
    return render(request, "moderation/log.html", context)


@signed_in(page="moderation_log")
@require_POST
def undo_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring things back as they were before an event."""
    if not request.user.is_moderator:
        raise PermissionDenied(_("Only moderators can open this page."))
    event = CommunityEvent.objects.filter(pk=pk, kind__in=DONE).select_related("member").first()
    if event is None:
        raise Http404
    try:
        undo(event=event, by=request.user, now=timezone.now())
    except (CommunityError, PermissionDenied) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is undone."))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("moderation_log")
    return redirect(back)


def _person(request: HttpRequest, name: str) -> User | None:
    number = read_number(request.GET.get(name, ""))
    return User.objects.filter(pk=number).first() if number is not None else None


def _older(kind: str, chosen: dict[str, User | None], older: int) -> str:
    words = {name: user.pk for name, user in chosen.items() if user is not None}
    if kind:
        words["hva"] = kind
    return "?" + urlencode(words | {"eldre": older})
