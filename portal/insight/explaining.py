"""Entering why a deadline was missed, and what is done about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.account.expired import kept_text, signed_in
from portal.desk.words import span
from portal.insight import words
from portal.insight.access import for_managers
from portal.insight.forms import BreachForm
from portal.insight.returning import way_back
from triage.reporting import breaches, deadlines
from triage.reporting.breaches import WrittenMeanwhile
from triage.reporting.models import BreachCause
from triage.sla.policy import INTERNAL
from triage.tickets.models import Ticket, TicketClock


def _back(request: HttpRequest) -> str:
    """The report or the list the person came from, else the missed deadlines."""
    return way_back(request) or f"{reverse('report', args=['forutsigbarhet'])}#brudd"


def _missed_clock(request: HttpRequest, ticket: int, kind: str, number: int, now) -> TicketClock:
    """The missed deadline, if the person may open its case. Raises Http404."""
    seen = Ticket.objects.visible_to(request.user).filter(pk=ticket)
    clock = get_object_or_404(
        TicketClock.objects.exclude(kind=INTERNAL).select_related(
            "ticket__team", "ticket__organisation"
        ),
        ticket__in=seen,
        kind=kind,
        number=number,
    )
    if not breaches.is_missed(clock, now):
        raise Http404
    return clock


def _page(
    request: HttpRequest,
    clock: TicketClock,
    form: BreachForm,
    entries: list[BreachCause],
    *,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "clock": clock,
        "ticket": clock.ticket,
        "deadline": words.kind(clock.kind),
        "commitment": words.commitment(clock.commitment),
        "late": span(deadlines.lateness(clock, now)),
        "is_open": clock.met_at is None and clock.stopped_at is None,
        "form": form,
        "entries": entries,
        "back": _back(request),
    }
    return render(request, "insight/breach.html", context, status=status)


def _initial(entries: list[BreachCause]) -> dict:
    standing = next((entry for entry in entries if entry.current), None)
    if standing is None:
        return {"seen": 0}
    return {
        "cause": standing.cause,
        "explanation": standing.explanation,
        "measure": standing.measure,
        "seen": standing.pk,
    }


@signed_in()
@for_managers
@require_http_methods(["GET", "POST"])
def breach(request: HttpRequest, ticket: int, kind: str, number: int) -> HttpResponse:
    """The cause of one missed deadline: what stands, what stood, and the form."""
    now = timezone.now()
    clock = _missed_clock(request, ticket, kind, number, now)
    entries = list(breaches.history(clock))
    if request.method == "GET":
        return _page(
            request, clock, BreachForm(initial=_initial(entries) | kept_text(request)), entries
        )
    form = BreachForm(request.POST)
    if not form.is_valid():
        return _page(request, clock, form, entries, status=422)
    fields = dict(form.cleaned_data)
    try:
        breaches.enter_cause(
            clock=clock, by=request.user, now=now, seen=fields.pop("seen") or 0, **fields
        )
    except WrittenMeanwhile as problem:
        form = BreachForm({**request.POST.dict(), "seen": problem.current.pk})
        form.add_error(None, _written_meanwhile(problem.current))
        return _page(request, clock, form, list(breaches.history(clock)), status=409)
    messages.success(request, _("The cause is saved."))
    return redirect(_back(request))


def _written_meanwhile(entry: BreachCause) -> str:
    name = entry.entered_by.display_name if entry.entered_by else _("Somebody")
    return _(
        "%(name)s entered a cause while you were writing. It stands under the form. What you "
        "wrote is kept here; save again to let yours stand instead."
    ) % {"name": name}
