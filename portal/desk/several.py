"""One step for several cases chosen in the queue: each is done, or left with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from portal.desk import steps
from portal.desk.access import for_desk
from portal.desk.filters import QueueQuery, read_query
from portal.desk.forms import StepForm
from portal.desk.presenters import queue_address
from portal.positions import read_moment, read_number
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Ticket
from triage.tickets.policies import actions_for
from triage.tickets.queries import PAGE_SIZE
from triage.tickets.states import Action

MOST_REASONS = 5  # told one by one
CHANGED = gettext_lazy("It has changed since you chose it. Look at it, and choose it again.")


@dataclass(frozen=True, kw_only=True)
class Left:
    """A case that is as it was, and why."""

    ticket: Ticket
    why: str


@never_cache
@for_desk
@require_POST
def several(request: HttpRequest) -> HttpResponse:
    """Do a step for the chosen cases; first a page where the step asks for something."""
    query = read_query(request)
    step = steps.BY_SLUG.get(request.POST.get("step", ""))
    if step is None or not step.for_several:
        raise Http404
    tickets = _chosen(request)
    if not tickets:
        messages.info(request, _("Choose one or more cases first."))
        return redirect(queue_address(query))
    if step.has_page and "sure" not in request.POST:
        form = steps.form_for(step, tickets[0], request.user, of_several=True)
        return _page(request, step, tickets, query, form)
    first = steps.form_for(step, tickets[0], request.user, request.POST, of_several=True)
    answers = {tickets[0]: first} | {
        each: steps.form_for(step, each, request.user, request.POST, of_several=True, beside=first)
        for each in tickets[1:]
    }
    if first is not None and first.is_valid() and first.to_confirm:  # the same one for all
        return _page(request, step, tickets, query, first)
    if first is not None and not any(form.is_valid() for form in answers.values()):
        return _page(request, step, tickets, query, first, status=422)
    shown_at = read_moment(request.POST.get("shown_at", ""))
    done, left = _do(step, answers, shown_at=shown_at, by=request.user, now=timezone.now())
    _tell(request, step, done, left)
    return redirect(queue_address(query))


def _chosen(request: HttpRequest) -> list[Ticket]:
    """The chosen cases the person may see, due first; no more than a page of the queue has."""
    numbers = {read_number(value) for value in request.POST.getlist("case")[:PAGE_SIZE]} - {None}
    found = Ticket.objects.visible_to(request.user).filter(pk__in=numbers)
    found = found.select_related("product", "topic", "team", "organisation", "requester")
    return list(found.order_by("queue_at", "pk"))


def _do(
    step: steps.Step,
    answers: dict[Ticket, StepForm | None],
    *,
    shown_at: datetime | None,
    by: User,
    now: datetime,
) -> tuple[list[Ticket], list[Left]]:
    """Do the step for each case by itself; return those done, and those left with the reason.

    `shown_at` is when the queue showed the cases: what happened in one since then is read first.
    """
    done, left = [], []
    for ticket, form in answers.items():
        if form is not None and form.is_valid() and form.cleaned_data.get("of") == ticket:
            continue  # the one the others are merged into
        changed = shown_at is not None and ticket.changed_at > shown_at
        why = str(CHANGED) if changed else _refused(step, ticket, form, by=by, now=now)
        if why:
            left.append(Left(ticket=ticket, why=why))
        else:
            done.append(ticket)
    return done, left


def _refused(
    step: steps.Step, ticket: Ticket, form: StepForm | None, *, by: User, now: datetime
) -> str:
    """Do the step for one case; returns why it was not done, "" when it was."""
    if step not in steps.possible(ticket, actions_for(by, ticket), by):
        return str(steps.NOT_NOW)
    if form is not None and not form.is_valid():
        return " ".join(error for errors in form.errors.values() for error in errors)
    try:
        steps.do(step, ticket, by=by, data=form.cleaned_data if form else {}, now=now)
    except (TicketError, PermissionDenied) as error:
        return str(error)
    return ""


def _tell(request: HttpRequest, step: steps.Step, done: Sequence, left: Sequence[Left]) -> None:
    if done:
        said = ngettext(
            "%(step)s: done with %(count)s case.",
            "%(step)s: done with %(count)s cases.",
            len(done),
        )
        messages.success(request, said % {"step": step.label, "count": len(done)})
    for each in left[:MOST_REASONS]:
        said = _("%(case)s is as it was. %(why)s")
        messages.warning(request, said % {"case": each.ticket.reference, "why": each.why})
    more = len(left[MOST_REASONS:])
    if more:
        said = ngettext(
            "%(count)s more case is as it was.", "%(count)s more cases are as they were.", more
        )
        messages.warning(request, said % {"count": more})


def _page(
    request: HttpRequest,
    step: steps.Step,
    tickets: Sequence[Ticket],
    query: QueueQuery,
    form: StepForm | None,
    status: int = 200,
) -> HttpResponse:
    """The page of a step for several, with what it asks of the first of them."""
    merges = step.action == Action.MARK_DUPLICATE
    context = {
        "step": step,
        "tickets": tickets,
        "form": form,
        "question": step.question_of_several,
        "candidates": tickets if merges and form and not form.to_confirm else [],
        "shown_at": request.POST.get("shown_at", ""),
        "query": query,
        "back": queue_address(query),
    }
    return render(request, "desk/several.html", context, status=status)
