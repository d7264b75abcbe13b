"""Who may sit at the desk, and what each may read there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.desk import predictions
from portal.written import page_of_form, written
from triage.oversight.models import Reading
from triage.tickets.models import Ticket
from triage.tickets.policies import is_consulted, is_on_desk


def for_desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let support staff and managers in. Who was signed out while writing gets the text back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return _signed_out(request)
        if not (user.is_support or user.is_manager):
            raise PermissionDenied(_("The desk is for those who answer cases."))
        return view(request, *args, **kwargs)

    return guarded


def _signed_out(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    context = {"kept": written(request), "back": page_of_form(request)}
    return render(request, "desk/signed_out.html", context, status=403)


def reads_as_staff(user, ticket: Ticket) -> bool:
    """Whether the person may read internal notes and the log of a ticket they can see."""
    return is_on_desk(user, ticket) or user.is_manager or is_consulted(user, ticket)


def visible_ticket(user, ticket_id: int) -> Ticket:
    """The ticket with what its page shows. Raises Http404 when it is not there for this person.

    `was_read` is whether there is anything to tell of who has looked into it (`readings_of`),
    `last_decision` the number suggestions are shown with.
    """
    found = (
        Ticket.objects.visible_to(user)
        .annotate(
            was_read=Exists(Reading.objects.filter(ticket=OuterRef("pk"))),
            last_decision=predictions.last_decision(),
        )
        .select_related(
            "product",
            "topic",
            "organisation",
            "team",
            "assignee",
            "requester",
            "duplicate_of",
            "continues",
            "continued_by",
        )
        .filter(pk=ticket_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def staff_ticket(user, ticket_id: int) -> Ticket:
    """A ticket the person works with. Raises Http404, or PermissionDenied when they only asked."""
    ticket = visible_ticket(user, ticket_id)
    if not reads_as_staff(user, ticket):
        raise PermissionDenied(_("You cannot do this in this case. Ask the team that has it."))
    return ticket
