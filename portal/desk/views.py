"""The queue."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.bridges.beside_queue import lists_beside
from portal.desk import presenters, steps
from portal.desk.access import for_desk
from portal.desk.filters import read_query
from portal.desk.models import OwnView
from portal.desk.own_views import own_view_of, still_shows
from portal.positions import read_moment
from triage.tickets import queries, services


@never_cache
@for_desk
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """One view of the queue, due first."""
    now = timezone.now()
    query = read_query(request)
    tickets, more = query.page(now=now)
    own = list(OwnView.objects.visible_to(request.user))
    current = own_view_of(own, request.GET.urlencode(), query.address)
    view = presenters.view_name(request.user, query.view)
    state = queries.desk_state(query.tickets(now=now), now=now)
    context = {
        "query": query,
        "name": current.name if current else view,
        "view": view,
        "views": presenters.view_links(request.user, "" if current else query.view, now=now),
        "own_views": [(each, still_shows(each, request.user)) for each in own],
        "own_view": current,
        "state": presenters.state_line(state, now=now),
        "rows": presenters.rows(query, tickets, now=now),
        "empty": presenters.EMPTY[query.view],
        "chosen": [(item, query.address_with(without=item.name)) for item in query.filters],
        "choices": presenters.choices(query),
        "for_several": steps.FOR_SEVERAL,
        "beside": lists_beside(request.user),
        "next_page": query.address_with(after=tickets[-1]) if more else "",
        "now": now,
    }
    return render(request, "desk/queue.html", context)


@for_desk
@require_GET
def news(request: HttpRequest) -> HttpResponse:
    """How many cases came into a view since it was looked at; asked for by script now and then."""
    since = read_moment(request.GET.get("since", "").replace(" ", "+"))
    if since is None:
        return JsonResponse({"error": "since"}, status=400)
    query = read_query(request)
    count = queries.come_since(query.tickets(now=timezone.now()), since)
    words = presenters.news_line(count)
    etag = '"' + hashlib.sha256(f"{since} {words}".encode()).hexdigest()[:20] + '"'
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = JsonResponse({"count": count, "words": words})
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


@for_desk
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the ticket that is due first among those nobody has, and open it."""
    query = read_query(request)
    ticket = services.next_unassigned(by=request.user, now=timezone.now())
    if ticket is None:
        messages.info(request, _("There is no case to take: somebody has every one of them."))
        return redirect(presenters.queue_address(query))
    messages.success(request, _("%(case)s is yours.") % {"case": ticket.reference})
    return redirect(presenters.case_address(ticket, query))


@for_desk
@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the desk and the links that do the same."""
    return render(request, "desk/keys.html")
