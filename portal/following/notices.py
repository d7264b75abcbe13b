"""The page of notices: unread ones first, one page at a time."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.community import notice_list
from portal.account.expired import signed_in
from portal.following.presenters import notice_rows
from portal.positions import read_number


@signed_in()
@require_safe
def own_notices(request: HttpRequest) -> HttpResponse:
    """One page of one's notices: what is unread, then what is read, newest first in each."""
    position = read_position(request.GET.get("after", ""))
    page = notice_list.page_for(request.user, after=position, now=timezone.now())
    rows = notice_rows(page.notices, request.user)
    context = {
        "unread": [row for row in rows if row.is_unread],
        "read": [row for row in rows if not row.is_unread],
        "newest": max((row.pk for row in rows if row.is_unread), default=0),
        "next_page": f"?after={page.next.written}" if page.next else "",
        "is_later_page": position is not None,
    }
    return render(request, "following/notices.html", context)


def read_position(text: str) -> notice_list.Position | None:
    """Where a page begins, from an address such as ?after=u_17; None for anything else."""
    part, _sep, number = text.partition("_")
    pk = read_number(number)
    if part not in ("u", "r") or pk is None:
        return None
    return notice_list.Position(unread=part == "u", pk=pk)


@signed_in(page="notices")
@require_POST
def mark_all(request: HttpRequest) -> HttpResponse:
    """Mark as read everything up to the newest notice that was on the page."""
    newest = read_number(request.POST.get("newest", ""))
    if newest is not None:
        notice_list.mark_all_read(user=request.user, newest=newest, now=timezone.now())
        messages.success(request, _("All notices are marked as read."))
    return redirect("notices")


@signed_in(page="notices")
@require_POST
def mark_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one of one's own notices as read."""
    if not notice_list.mark_read(user=request.user, notice_id=pk, now=timezone.now()):
        raise Http404
    return redirect("notices")
