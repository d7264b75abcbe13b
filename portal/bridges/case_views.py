"""Between a question and a case: the desk's public answer, and a private case from a question."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.community.exceptions import CommunityError
from cms.community.models import Question
from cms.community.texts import many_lines
from markup.markdown import render as draw
from portal.account.expired import kept_text, signed_in
from portal.bridges import copying, tasks
from portal.bridges.at_desk import task_of
from portal.bridges.forms import PublicAnswerForm, ToCaseForm
from portal.bridges.tools import may_copy
from portal.community.access import visible_question
from portal.community.forms import new_key
from portal.community.presenters import address_of, reachable
from portal.desk import case_views, composing
from portal.desk.access import for_desk, staff_ticket
from portal.limits import too_many
from triage.intake.services import NoFirstLine
from triage.tickets.exceptions import TicketError
from triage.tickets.models import ReplyTemplate, Ticket

COPIES = "20/h"

# --- the desk answers in public -------------------------------------------------------------------


@never_cache
@for_desk
def publish(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Publish what was written in a task as an official answer, or show it first."""
    ticket = staff_ticket(request.user, ticket_id)
    if task_of(ticket) is None:
        raise Http404
    if not request.user.is_support:
        raise PermissionDenied(_("Only those who work in a team can answer for it."))
    if request.method != "POST":
        return redirect(case_views.address_of(request, ticket))
    form = PublicAnswerForm(request.POST, user=request.user)
    if "insert" in request.POST or "template" in request.POST:
        return _put_in(request, ticket)
    if not form.is_valid():
        return _again(request, ticket, form, status=422)
    if "preview" in request.POST:
        return _again(request, ticket, form, status=200, preview=True)
    position = (ticket.queue_at, ticket.pk)
    try:
        _publish(request, ticket, form)
    except (CommunityError, TicketError, PermissionDenied) as error:
        form.add_error(None, str(error))
        status = 403 if isinstance(error, PermissionDenied) else 409
        return _again(request, ticket, form, status=status)
    return redirect(case_views.next_address(request, ticket, position, moves_on=True))


def _publish(request: HttpRequest, ticket: Ticket, form: PublicAnswerForm) -> None:
    data = form.cleaned_data
    answer = tasks.publish_answer(
        ticket=ticket,
        by=request.user,
        team=data["team"],
        body=data["body"],
        now=timezone.now(),
        key=data["form_key"],
    )
    if answer.is_in_sight:
        words = _("%(case)s: the answer is published in the community, for everybody to read.")
    else:
        words = _("%(case)s: a moderator has to look at the answer before others see it.")
    messages.success(request, words % {"case": ticket.reference})


def _put_in(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Add a template's or a suggested text to what is written; nothing is published."""
    written = request.POST.get("body", "")
    added = request.POST.get("insert", "")[:20_000]
    if "template" in request.POST:
        slug = request.POST.get("reply_template", "").replace("\x00", "")
        template = ReplyTemplate.objects.filter(slug=slug).first()
        added = composing.filled(template, ticket, request.user) if template else ""
    initial = {"team": request.POST.get("team"), "form_key": request.POST.get("form_key")}
    initial["body"] = composing.joined([written, added])
    return _again(request, ticket, PublicAnswerForm(initial=initial, user=request.user), status=200)


def _again(
    request: HttpRequest,
    ticket: Ticket,
    form: PublicAnswerForm,
    *,
    status: int,
    preview: bool = False,
) -> HttpResponse:
    """The case's page with what was written."""
    shown = ""
    if preview:
        body = many_lines(form.cleaned_data["body"], ticket.language)
        shown = reachable(draw(body))
    ticket.refresh_from_db()
    return case_views.show(request, ticket, tab="answer", public=form, preview=shown, status=status)


# --- a private case from a question ---------------------------------------------------------------


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def to_case(request: HttpRequest, pk: int) -> HttpResponse:
    """What is copied from the question, to be changed first; and the case when it is sent."""
    question = visible_question(request.user, pk)
    if not may_copy(question, request.user):
        return _not_now(request, question)
    choices = copying.choices_for(question, request.user)
    if request.method != "POST":
        initial = {"subject": question.title, "body": question.body, "form_key": new_key()}
        initial |= kept_text(request)
        form = ToCaseForm(initial=initial, asker=question.asker, choices=choices)
        return _case_form(request, question, form)
    form = ToCaseForm(request.POST, asker=question.asker, choices=choices)
    if not form.is_valid():
        return _case_form(request, question, form, status=422)
    if too_many(request, "bridge_to_case", COPIES):
        form.add_error(None, _("You have done this often lately. Wait a little, and send again."))
        return _case_form(request, question, form, status=429)
    try:
        ticket = _copy(request, question, form)
    except NoFirstLine:
        form.add_error(None, _("No team is the first line yet, so no case can be opened."))
        return _case_form(request, question, form, status=409)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _case_form(request, question, form, status=409)
    return _to_the_case(request, question, ticket)


def _copy(request: HttpRequest, question: Question, form: ToCaseForm) -> Ticket:
    data = form.cleaned_data
    return copying.copy_to_case(
        question=question,
        by=request.user,
        subject=data["subject"],
        body=data["body"],
        organisation=data.get("organisation"),
        then=data["then"],
        now=timezone.now(),
        key=data["form_key"],
    )


def _to_the_case(request: HttpRequest, question: Question, ticket: Ticket) -> HttpResponse:
    """To the receipt for the one who asked; a moderator goes back to the question."""
    if ticket.requester_id == request.user.pk:
        return redirect("my_case_receipt", ticket_id=ticket.pk)
    messages.success(
        request, _("The one who asked has a private case now, and has been told by mail.")
    )
    return redirect(address_of(question))


def _not_now(request: HttpRequest, question: Question) -> HttpResponse:
    """Somebody else's question is not theirs to take on; a withdrawn one has its case."""
    if question.asker_id != request.user.pk and not request.user.is_moderator:
        raise PermissionDenied(_("Only the one who asked, or a moderator, can do this."))
    messages.info(request, _("The question is withdrawn. You can ask for help in private instead."))
    return redirect("my_cases")


def _case_form(
    request: HttpRequest, question: Question, form: ToCaseForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "question": question,
        "own": question.asker_id == request.user.pk,
        "back": address_of(question),
        "help": reverse("ask"),
    }
    return render(request, "bridges/to_case.html", context, status=status)
