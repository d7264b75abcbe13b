"""Saying whether a security case must be reported within its 72 hours."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.account.expired import kept_text, signed_in
from portal.oversight.forms import AssessForm
from triage.oversight import assessments
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Ticket


@signed_in()
def assess_case(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The history of a case's assessments, and the form for one more."""
    ticket = Ticket.objects.visible_to(request.user).filter(pk=ticket_id, security=True).first()
    if ticket is None or not assessments.may_assess(request.user, ticket):
        raise Http404
    if request.method != "POST":
        return _show(request, ticket, AssessForm(initial=kept_text(request)))
    form = AssessForm(request.POST)
    if not form.is_valid():
        return _show(request, ticket, form, status=422)
    try:
        assessments.assess(ticket=ticket, by=request.user, now=timezone.now(), **form.cleaned_data)
    except (TicketError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, ticket, form, status=409)
    messages.success(request, _("The assessment is written down."))
    return redirect("assess_case", ticket_id=ticket.pk)


def _show(
    request: HttpRequest, ticket: Ticket, form: AssessForm, *, status: int = 200
) -> HttpResponse:
    now, due_at = timezone.now(), ticket.opened_at + assessments.REPORT_WITHIN
    history = list(assessments.history(ticket))
    context = {
        "ticket": ticket,
        "history": history,
        "due_at": due_at,
        "is_late": now > due_at and not history,
        "form": form,
    }
    return render(request, "oversight/assess.html", context, status=status)
