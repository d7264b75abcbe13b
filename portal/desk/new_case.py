"""A case registered on behalf of somebody who rang or was met."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.desk.access import for_desk
from portal.desk.forms import new_key
from portal.desk.new_case_form import NewCaseForm
from portal.desk.presenters import case_address
from triage.intake.services import NewCase, NoFirstLine, open_ticket
from triage.tickets import services
from triage.tickets.models import Ticket
from triage.tickets.policies import can
from triage.tickets.states import Action


@never_cache
@for_desk
def new_case(request: HttpRequest) -> HttpResponse:
    """The form, and the case when it is sent."""
    if request.method != "POST":
        form = NewCaseForm(initial={"submission_key": new_key()})
        return render(request, "desk/new_case.html", {"form": form})
    form = NewCaseForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "desk/new_case.html", {"form": form}, status=422)
    try:
        ticket = _open(request, form.cleaned_data)
    except NoFirstLine:
        form.add_error(None, _("No team is the first line yet, so no case can be opened."))
        return render(request, "desk/new_case.html", {"form": form}, status=409)
    messages.success(request, _("%(case)s is opened.") % {"case": ticket.reference})
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return redirect("desk")
    return redirect(case_address(ticket))


def _open(request: HttpRequest, data: dict) -> Ticket:
    """Open the case and give it to the one who registers it, when that was asked for."""
    now = timezone.now()
    requester = data["requester"]
    ticket = open_ticket(
        NewCase(
            subject=data["subject"],
            body=data["body"].replace("\r\n", "\n"),
            requester=requester,
            contact_name="" if requester else data["contact_name"],
            contact_email="" if requester else data["contact_email"],
            organisation=data["organisation"],
            product=data["product"],
            case_type=data["case_type"],
            language=data["language"],
            channel=data["channel"],
            files=data["files"],
            registered_by=request.user,
            submission_key=data["submission_key"],
        ),
        now=now,
    )
    if data["take"] and ticket.assignee_id is None and can(request.user, ticket, Action.TAKE):
        services.take_ticket(ticket=ticket, by=request.user, now=now)
    return ticket
