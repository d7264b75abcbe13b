"""The page of one case, and what is done from it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from portal.bridges.at_desk import task_of
from portal.bridges.forms import PublicAnswerForm
from portal.desk import case_page, composing, forms, predictions, steps, suggested
from portal.desk.access import for_desk, reads_as_staff, staff_ticket, visible_ticket
from portal.desk.filters import QueueQuery, read_query
from portal.desk.presenters import case_address, queue_address
from portal.downloads import download
from portal.positions import read_number
from triage.oversight import readings
from triage.tickets import queries, services
from triage.tickets.exceptions import ChangedSince, TicketError
from triage.tickets.files import FileRefused, StoredFile
from triage.tickets.models import Attachment, Message, ReplyTemplate, Ticket
from triage.tickets.policies import actions_for

STAY_COOKIE = "desk_stay"
YEAR = 365 * 24 * 3600


def _query(request: HttpRequest) -> QueueQuery | None:
    """The view one came from; None when one came straight to the case."""
    return read_query(request) if request.GET.get("view") else None


def address_of(request: HttpRequest, ticket: Ticket) -> str:
    """The address of the case, with the view one came from."""
    return case_address(ticket, _query(request))


@never_cache
@for_desk
@require_GET
def case(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The page of a case. Who only asked it is sent to their own page of it."""
    ticket = visible_ticket(request.user, ticket_id)
    if not reads_as_staff(request.user, ticket):
        return redirect("my_case", ticket_id=ticket.pk)
    readings.note_opened(ticket=ticket, by=request.user, now=timezone.now())
    tab = "note" if request.GET.get("tab") == "note" else "answer"
    return show(request, ticket, tab=tab)


def show(
    request: HttpRequest,
    ticket: Ticket,
    *,
    tab: str,
    answer: forms.AnswerForm | None = None,
    note: forms.NoteForm | None = None,
    public: PublicAnswerForm | None = None,
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    """Draw the page, with a form that was sent when there is one.

    `public` is the answer to a question of the community, `preview` what it will look like.
    """
    now = timezone.now()
    query = _query(request)
    context = case_page.context(request.user, ticket, now=now)
    stays = request.COOKIES.get(STAY_COOKIE) == "1"
    context |= case_page.composer(ticket, context["actions"], tab=tab, go_next=not stays)
    if answer is not None:
        context["answer_form"] = answer
    if note is not None:
        context["note_form"] = note
    if public is not None:  # what was written is shown also when it can no longer be published
        context |= {"tab": "answer", "may_answer": True}
    if context["bridges"].is_task and context["tab"] == "answer":
        key = {"form_key": forms.new_key()}
        context["public_form"] = public or PublicAnswerForm(initial=key, user=request.user)
        context["preview"] = preview
    open_form = context["note_form" if context["tab"] == "note" else "answer_form"]
    token = open_form["kept_files"].value() if open_form else ""
    context |= {
        "query": query,
        "address_query": f"?{query.address}" if query else "",
        "kept": composing.kept_files(token or "", user=request.user),
        "now": now,
    }
    return render(request, "desk/case.html", context, status=status)


# --- writing ------------------------------------------------------------------------------------


@for_desk
def answer(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Send an answer, or put a text into it; what was written is kept whatever happens."""
    ticket = staff_ticket(request.user, ticket_id)
    if request.method != "POST":
        return redirect(address_of(request, ticket))
    if task_of(ticket) is not None:
        messages.error(request, _("This is a question of the community: answer it in public."))
        return redirect(address_of(request, ticket))
    actions = actions_for(request.user, ticket)
    form = forms.AnswerForm(request.POST, request.FILES, ticket=ticket, actions=actions)
    if "template" in request.POST or "insert" in request.POST:
        return _put_in(request, ticket, form)
    if "unfit" in request.POST or "fits" in request.POST:
        _say_fit(request, ticket)
        return _put_in(request, ticket, form)
    position = (ticket.queue_at, ticket.pk)
    if not form.is_valid():
        return _again(request, ticket, form, status=422)
    try:
        _send_answer(request, ticket, form)
    except (TicketError, PermissionDenied, IntegrityError) as error:
        if not services.already_sent(form.cleaned_data["submission_key"]):
            return _refused(request, ticket_id, form, error)
    _note_used(request, ticket, form)
    messages.success(request, _("%(case)s: the answer is sent.") % {"case": ticket.reference})
    go_next = form.cleaned_data["go_next"]
    response = redirect(next_address(request, ticket, position, moves_on=go_next))
    response.set_cookie(
        STAY_COOKIE,
        "0" if go_next else "1",
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _send_answer(request: HttpRequest, ticket: Ticket, form: forms.AnswerForm) -> None:
    data = form.cleaned_data
    message = {
        "ticket": ticket,
        "by": request.user,
        "body": data["body"],
        "now": timezone.now(),
        "files": _files(request, form),
        "seen_version": data["seen_version"],
        "submission_key": data["submission_key"],
    }
    if data["then"] == form.WAIT:
        services.ask_back(**message)
    elif data["then"] == form.SOLVE:
        services.resolve(**message, solution_code=data["solution_code"])
    else:
        services.reply(**message, counts_as_answer=not data["holding"])


def _note_used(request: HttpRequest, ticket: Ticket, form: forms.AnswerForm) -> None:
    suggested.note_used(
        ticket,
        request.user,
        body=form.cleaned_data["body"],
        key=str(form.cleaned_data["submission_key"]),
        now=timezone.now(),
    )


@for_desk
def note(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Write an internal note."""
    ticket = staff_ticket(request.user, ticket_id)
    if request.method != "POST":
        return redirect(_with_note_tab(address_of(request, ticket)))
    form = forms.NoteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, ticket, form, status=422)
    try:
        services.add_note(
            ticket=ticket,
            by=request.user,
            body=form.cleaned_data["body"],
            now=timezone.now(),
            files=_files(request, form),
            submission_key=form.cleaned_data["submission_key"],
        )
    except (TicketError, PermissionDenied, IntegrityError) as error:
        if not services.already_sent(form.cleaned_data["submission_key"]):
            return _refused(request, ticket_id, form, error)
    messages.success(request, _("%(case)s: the note is saved.") % {"case": ticket.reference})
    return redirect(address_of(request, ticket))


def _with_note_tab(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}tab=note"


def _files(request: HttpRequest, form: forms.MessageForm) -> list[StoredFile]:
    """Files kept from an earlier try and those sent now. Raises FileRefused for too many."""
    files = _files_so_far(request, form)
    if len(files) > settings.ATTACHMENT_MAX_COUNT:
        raise FileRefused(
            _("You can send at most %(count)s files at a time.")
            % {"count": settings.ATTACHMENT_MAX_COUNT}
        )
    return files


def _files_so_far(request: HttpRequest, form: forms.MessageForm) -> list[StoredFile]:
    kept = composing.kept_files(form.data.get("kept_files", ""), user=request.user)
    return [*kept, *form.cleaned_data.get("files", [])]


def _again(
    request: HttpRequest, ticket: Ticket, form: forms.MessageForm, *, status: int, **values
) -> HttpResponse:
    """Show the page with what was written; files that came along are kept."""
    data = form.data.copy()
    data["kept_files"] = composing.keep(_files_so_far(request, form), user=request.user)
    for name, value in values.items():
        data[name] = value
    form.data = data
    is_note = isinstance(form, forms.NoteForm)
    return show(
        request,
        ticket,
        tab="note" if is_note else "answer",
        note=form if is_note else None,
        answer=None if is_note else form,
        status=status,
    )


def _refused(
    request: HttpRequest, ticket_id: int, form: forms.MessageForm, error: Exception
) -> HttpResponse:
    """Say why nothing was sent, beside what was written and the case as it stands now."""
    form.add_error(None, _sentence(error))
    ticket = visible_ticket(request.user, ticket_id)
    status = 403 if isinstance(error, PermissionDenied) else 409
    values = {"seen_version": ticket.version} if isinstance(error, ChangedSince) else {}
    return _again(request, ticket, form, status=status, **values)


def _sentence(error: Exception) -> str:
    """What is told about an anticipated failure."""
    if isinstance(error, IntegrityError):
        return _("This could not be saved. Try once more.")
    return str(error)


def _say_fit(request: HttpRequest, ticket: Ticket) -> None:
    """Take a suggestion away from the case, or let it come back. Raises Http404 for another."""
    if not request.user.is_support:
        raise PermissionDenied(_("The desk is for those who answer cases."))
    fits = "fits" in request.POST
    document = request.POST["fits" if fits else "unfit"]
    try:
        said = suggested.say_fit(ticket, request.user, document, fits=fits, now=timezone.now())
    except LookupError:
        raise Http404 from None
    words = (
        _("“%(title)s” is suggested for this case again.")
        if fits
        else _("“%(title)s” is no longer suggested for this case.")
    )
    messages.success(request, words % {"title": said.title})


def _put_in(request: HttpRequest, ticket: Ticket, sent: forms.AnswerForm) -> HttpResponse:
    """Add a template's text, or a suggested one, to what is written; nothing is sent."""
    sent.is_valid()
    initial = {name: request.POST.get(name, "") for name in sent.fields if name != "files"}
    added = request.POST.get("insert", "")[: forms.LONGEST_TEXT]
    template = None
    if "template" in request.POST:
        slug = request.POST.get("reply_template", "").replace("\x00", "")
        template = ReplyTemplate.objects.filter(slug=slug).first()
    if template is not None:
        added = composing.filled(template, ticket, request.user)
        initial["holding"] = initial["holding"] or not template.counts_as_answer
    initial["body"] = composing.joined([initial["body"], added])
    initial["kept_files"] = composing.keep(_files_so_far(request, sent), user=request.user)
    form = forms.AnswerForm(
        initial=initial, ticket=ticket, actions=actions_for(request.user, ticket)
    )
    return show(request, ticket, tab="answer", answer=form)


# --- the next one -------------------------------------------------------------------------------


def next_address(request: HttpRequest, ticket: Ticket, position: tuple, *, moves_on: bool) -> str:
    """Where to go when done: the next case of the view, the view, or the case itself."""
    query = _query(request)
    if query is None or not moves_on:
        return case_address(ticket, query)
    waiting = query.tickets(now=timezone.now()).exclude(pk=ticket.pk)
    following = queries.after(waiting, *position).first() or waiting.first()
    if following is None:
        return queue_address(query)
    return case_address(following, query)


# --- one action each ----------------------------------------------------------------------------


@never_cache
@for_desk
def do_step(request: HttpRequest, ticket_id: int, step: str) -> HttpResponse:
    """The page of one action, and the action itself when it is sent."""
    chosen = steps.BY_SLUG.get(step)
    if chosen is None:
        raise Http404
    ticket = staff_ticket(request.user, ticket_id)
    if request.method != "POST":
        return _step_page(request, chosen, ticket)
    form = steps.form_for(chosen, ticket, request.user, request.POST)
    if form is not None and not form.is_valid():
        return _step_page(request, chosen, ticket, form, status=422)
    if form is not None and form.to_confirm:
        return _step_page(request, chosen, ticket, form)
    position = (ticket.queue_at, ticket.pk)
    try:
        data = form.cleaned_data if form is not None else {}
        seen = read_number(request.POST.get(predictions.SEEN, ""))
        goes_on = steps.do(
            chosen, ticket, by=request.user, data=data, now=timezone.now(), seen=seen
        )
    except (TicketError, PermissionDenied) as error:
        return _step_refused(request, chosen, ticket, form, error)
    if goes_on.pk != ticket.pk:
        return _to_new_case(request, ticket, goes_on)
    messages.success(request, f"{ticket.reference}: {chosen.done}")
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return redirect("desk")
    return redirect(next_address(request, ticket, position, moves_on=chosen.ends))


def _to_new_case(request: HttpRequest, ended: Ticket, ticket: Ticket) -> HttpResponse:
    """After a case was taken up again so late that a new one was opened."""
    said = _("%(ended)s ended too long ago to be opened again. It goes on in %(case)s, a new case.")
    names = {"ended": ended.reference, "case": ticket.reference}
    messages.success(request, said % names)
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return redirect("desk")
    return redirect(case_address(ticket))


def _step_page(
    request: HttpRequest,
    step: steps.Step,
    ticket: Ticket,
    form: forms.StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    offered = steps.possible(ticket, actions_for(request.user, ticket), request.user)
    if form is None and step not in offered:
        messages.error(request, steps.NOT_NOW)
        return redirect(address_of(request, ticket))
    query = _query(request)
    context = {
        "step": step,
        "question": steps.question_of(step, ticket, now=timezone.now()),
        "ticket": ticket,
        "form": form or steps.form_for(step, ticket, request.user, asked=request.GET),
        "query": query,
        "address_query": f"?{query.address}" if query else "",
        "back": address_of(request, ticket),
    }
    return render(request, "desk/step.html", context, status=status)


def _step_refused(
    request: HttpRequest,
    step: steps.Step,
    ticket: Ticket,
    form: forms.StepForm | None,
    error: Exception,
) -> HttpResponse:
    """Say why it was not done: beside what was written, or on the case."""
    if form is None:
        messages.error(request, str(error))
        return redirect(address_of(request, ticket))
    form.add_error(None, str(error))
    status = 403 if isinstance(error, PermissionDenied) else 409
    return _step_page(request, step, ticket, form, status=status)


# --- attachments --------------------------------------------------------------------------------


@for_desk
@require_GET
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A file of a case the person may read, always as a download."""
    found = get_object_or_404(
        Attachment.objects.select_related("message__ticket"), pk=attachment_id
    )
    ticket = visible_ticket(request.user, found.message.ticket_id)
    internal = found.message.visibility == Message.Visibility.INTERNAL
    if internal and not reads_as_staff(request.user, ticket):
        raise Http404
    readings.note_fetched(attachment=found, by=request.user, now=timezone.now())
    return download(found)
