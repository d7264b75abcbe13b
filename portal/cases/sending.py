"""Steps 2 and 3 of asking for help: the details, the last look, and sending."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.cases import held, offers
from portal.cases.drafting import draft_or_answer
from portal.cases.forms import DetailsForm
from portal.cases.presenters import summary
from portal.cases.promise import promise_for
from portal.limits import too_many
from portal.positions import read_number
from portal.visitors import names_of
from search import querylog
from triage.intake import drafts
from triage.intake.content import CaseContent, read_content
from triage.intake.models import Draft
from triage.intake.services import NoFirstLine
from triage.intake.web import NotComplete, send_case
from triage.suggestions import effect
from triage.tickets.models import Ticket

SENDS = "30/h"
WRITES = "240/h"
AUTOSAVE = "autosave"


@never_cache
def ask_details(request: HttpRequest, key: UUID) -> HttpResponse:
    """Step 2: what kind of case it is, details, attachments, organisation."""
    if held.person(request) is None:
        return _details_signed_out(request, key)
    draft, answer = draft_or_answer(request, key)
    if draft is None:
        return answer
    content = read_content(draft.data)
    if not content.has_words:
        messages.info(request, _("Begin with what it is about."))
        return redirect("ask_draft", key=draft.pk)
    if request.method == "POST":
        return _take_details(request, draft, content)
    initial = DetailsForm.initial_values(content, request.user)
    return _details_page(request, draft, DetailsForm(initial=initial, **_of(request, content)))


def _of(request: HttpRequest, content: CaseContent) -> dict:
    return {"content": content, "user": request.user}


def _details_signed_out(request: HttpRequest, key: UUID) -> HttpResponse:
    """The session ended while writing, or nobody has signed in yet: keep all and ask for it."""
    if request.method == "POST":
        if AUTOSAVE in request.POST:
            return HttpResponse(status=403)
        if not too_many(request, "ask-write", WRITES):
            draft = held.write(request, key, DetailsForm.raw_values(request.POST, CaseContent()))
            held.keep_files(request, draft)
            held.tell_signed_out(request)
    return redirect_to_login(request.get_full_path())


def _details_page(
    request: HttpRequest, draft: Draft, form: DetailsForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "key": draft.pk,
        "kept_files": list(draft.files.order_by("pk")),
        "asks_details": bool(form.asked),
    }
    return render(request, "cases/details.html", context, status=status)


def _take_details(request: HttpRequest, draft: Draft, content: CaseContent) -> HttpResponse:
    """Keep what was chosen, typed and attached; then do what the pressed button says."""
    if too_many(request, "ask-write", WRITES):
        form = DetailsForm(request.POST, **_of(request, content))
        form.add_error(None, _("That was many in a short time. Wait a little, and send again."))
        return _details_page(request, draft, form, status=429)
    held.write(request, draft.pk, DetailsForm.raw_values(request.POST, content))
    if AUTOSAVE in request.POST:
        return HttpResponse(status=204)
    refusal = held.keep_files(request, draft)
    form = DetailsForm(request.POST, **_of(request, content))
    if refusal:
        if "attach" in request.POST:
            form.errors.clear()  # nothing but the file was to be looked at
        form.add_error("files", refusal)
        return _details_page(request, draft, form, status=422)
    if "attach" in request.POST or "remove" in request.POST:
        _remove_file(request, draft)
        return redirect(reverse("ask_details", args=[draft.pk]) + "#files")
    if not form.is_valid():
        return _details_page(request, draft, form, status=422)
    held.write(request, draft.pk, form.values())
    return redirect("ask_check", key=draft.pk)


def _remove_file(request: HttpRequest, draft: Draft) -> None:
    number = read_number(request.POST.get("remove", ""))
    if number is not None:
        drafts.remove_file(draft=draft, file_id=number, now=timezone.now())


@never_cache
def ask_check(request: HttpRequest, key: UUID) -> HttpResponse:
    """Step 3: everything as it will be sent, who will see it, and the promise; then sending."""
    if held.person(request) is None:
        return redirect_to_login(request.get_full_path())
    draft, answer = draft_or_answer(request, key)
    if draft is None:
        return answer
    content = read_content(draft.data)
    if not content.is_complete:
        step = "ask_details" if content.has_words else "ask_draft"
        messages.info(request, _("Something is still missing."))
        return redirect(step, key=draft.pk)
    if request.method == "POST":
        return _send(request, draft, content)
    return _check_page(request, draft, content)


def _check_page(
    request: HttpRequest, draft: Draft, content: CaseContent, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "key": draft.pk,
        "summary": summary(content, request.user),
        "kept_files": list(draft.files.order_by("pk")),
        "promise": promise_for(content, request.user, now=now),
    }
    return render(request, "cases/check.html", context, status=status)


def _send(request: HttpRequest, draft: Draft, content: CaseContent) -> HttpResponse:
    """Open the case; whatever fails, the draft is still there and the reason is said."""
    if too_many(request, "ask-send", SENDS):
        messages.error(
            request, _("You have sent many cases in a short time. The draft is kept. Wait an hour.")
        )
        return _check_page(request, draft, content, status=429)
    key = str(draft.pk)
    try:
        ticket = send_case(key=draft.pk, by=request.user, now=timezone.now())
    except NotComplete as error:
        messages.error(request, str(error))
        return redirect("ask_details", key=draft.pk)
    except NoFirstLine:
        messages.error(
            request, _("Nobody can take the case right now. The draft is kept: try again later.")
        )
        return _check_page(request, draft, content, status=503)
    except Draft.DoesNotExist:  # another press of the button has thrown it away meanwhile
        return draft_or_answer(request, draft.pk)[1]
    effect.note("sent", [], place=offers.PLACE, key=key, now=timezone.now())
    querylog.note_asked(visitors=names_of(request), now=timezone.now())
    return _receipt(ticket)


def _receipt(ticket: Ticket) -> HttpResponse:
    return redirect("my_case_receipt", ticket_id=ticket.pk)
