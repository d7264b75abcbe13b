"""My cases, one case, and what its requester's side does with it."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from portal.account.expired import kept_text, signed_in
from portal.bridges.at_desk import copied_from
from portal.cases import held, listing
from portal.cases.case_page import case_view
from portal.cases.forms import ColleagueForm, ReopenForm, ReplyForm, typed_key
from portal.cases.presenters import draft_lines
from portal.cases.promise import promise_of
from portal.desk.access import reads_as_staff
from portal.downloads import download
from portal.limits import too_many
from portal.oversight.rating import rating_view
from portal.positions import read_number
from triage.intake import drafts
from triage.intake.models import Draft
from triage.intake.taking_up import take_up
from triage.intake.web import send_reply
from triage.sla.clock import current_clocks
from triage.sla.service_model import service_model
from triage.tickets import services
from triage.tickets.clocks import ended_promise, replay
from triage.tickets.exceptions import TicketError
from triage.tickets.models import Attachment, Message, Ticket
from triage.tickets.policies import is_requester_side
from triage.tickets.states import ENDED_STATUSES

WRITES = "120/h"
ADDS = "30/h"
AUTOSAVE = "autosave"


def requester_case(user: User, ticket_id: int) -> Ticket:
    """A case whose requester's side the person is on. Raises Http404 for any other."""
    found = (
        Ticket.objects.visible_to(user)
        .select_related("product", "organisation", "requester", "team", "assignee")
        .filter(pk=ticket_id)
        .first()
    )
    if found is None or not is_requester_side(user, found):
        raise Http404
    return found


# --- the list -----------------------------------------------------------------------------------


@never_cache
@signed_in()
@require_GET
def my_cases(request: HttpRequest) -> HttpResponse:
    """What waits for me first, then what changed last; drafts on top."""
    held.adopt(request)
    page = listing.page(request.user, request.GET, now=timezone.now())
    scope = listing.scope_of(request.GET, request.user)
    context = {
        "page": page,
        "scope": scope,
        "scopes": listing.scope_links(scope) if request.user.contact_organisation_ids else [],
        "drafts": [] if page.begins_after else draft_lines(held.own_drafts(request)),
    }
    return render(request, "cases/my_cases.html", context)


# --- one case -----------------------------------------------------------------------------------


@never_cache
@signed_in()
@require_GET
def my_case(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The page of a case. Staff who did not ask in it are led to the desk's page of it."""
    held.adopt(request)
    seen = Ticket.objects.visible_to(request.user).filter(pk=ticket_id).first()
    if seen is not None and not is_requester_side(request.user, seen):
        if reads_as_staff(request.user, seen):
            return redirect("desk_case", ticket_id=ticket_id)
        raise Http404
    return _case_page(request, requester_case(request.user, ticket_id))


def _case_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    draft: Draft | None = None,
    reply: ReplyForm | None = None,
    reopen: ReopenForm | None = None,
    colleague: ColleagueForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Draw the page, with a form that was sent when there is one."""
    draft = draft or drafts.reply_draft(ticket=ticket, user=request.user)
    written = str(draft.data.get("body", "")) if draft else ""
    context = {
        "case": case_view(ticket, request.user, now=timezone.now()),
        "reply_form": reply or ReplyForm(initial={"body": written}),
        "reopen_form": reopen or ReopenForm(initial={"reason": written}),
        "colleague_form": colleague or ColleagueForm(),
        "key": draft.pk if draft else uuid4(),
        "kept_files": list(draft.files.all()) if draft else [],
        "has_draft": draft is not None,
        "copied_from": copied_from(ticket, request.user),
        "rating": rating_view(ticket, request.user),
    }
    return render(request, "cases/case.html", context, status=status)


@never_cache
@signed_in()
@require_GET
def my_case_receipt(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The receipt of a sent case: its number, the promise, and what happens next."""
    ticket = requester_case(request.user, ticket_id)
    now = timezone.now()
    model = service_model(ticket.policy_id)
    events = list(ticket.events.order_by("at", "pk"))
    clocks = current_clocks(replay(ticket, events, now=now))
    waits = {kind: clock for kind, clock in clocks.items() if clock.running}
    ended = ended_promise(ticket, events)
    context = {"ticket": ticket, "promise": promise_of(waits, model, now=now, ended=ended)}
    return render(request, "cases/receipt.html", context)


# --- writing in it --------------------------------------------------------------------------------


@never_cache
def reply(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Send a reply. It lies in a draft from the moment it arrives until it is in the case."""
    key = typed_key(request.POST)
    if held.person(request) is None:
        return _reply_signed_out(request, ticket_id, key)
    ticket = requester_case(request.user, ticket_id)
    if request.method != "POST":
        return _to_case(ticket)
    if services.already_sent(key):
        return _sent(request, ticket)
    if too_many(request, "case-reply", WRITES):
        form = ReplyForm(request.POST)
        form.add_error(None, _("That was many in a short time. Wait a little, and send again."))
        return _case_page(request, ticket, reply=form, status=429)
    if AUTOSAVE in request.POST and not request.POST.get("body", "").strip():
        return HttpResponse(status=204)
    draft = held.write_reply(request, key, ticket, request.POST.get("body", ""))
    if AUTOSAVE in request.POST:
        return HttpResponse(status=204)
    return _take_reply(request, ticket, draft)


def _reply_signed_out(request: HttpRequest, ticket_id: int, key: UUID) -> HttpResponse:
    """The session ended while writing: words and files wait in a draft until sign-in."""
    page = reverse("my_case", args=[ticket_id])
    if request.method == "POST":
        if AUTOSAVE in request.POST:
            return HttpResponse(status=403)
        ticket = Ticket.objects.filter(pk=ticket_id).first()
        if ticket is not None and not too_many(request, "case-reply", WRITES):
            draft = held.write_reply(request, key, ticket, request.POST.get("body", ""))
            held.keep_files(request, draft)
        held.tell_signed_out(request)
    return redirect_to_login(page)


def _take_reply(request: HttpRequest, ticket: Ticket, draft: Draft) -> HttpResponse:
    """Keep what came along, then do what the pressed button says."""
    refusal = held.keep_files(request, draft)
    form = ReplyForm(request.POST, has_files=draft.files.exists())
    if refusal:
        form.add_error("files", refusal)
        return _case_page(request, ticket, draft=draft, reply=form, status=422)
    if "attach" in request.POST or "remove" in request.POST:
        number = read_number(request.POST.get("remove", ""))
        if number is not None:
            drafts.remove_file(draft=draft, file_id=number, now=timezone.now())
        return redirect(reverse("my_case", args=[ticket.pk]) + "#reply")
    if not form.is_valid():
        return _case_page(request, ticket, draft=draft, reply=form, status=422)
    if ticket.status in ENDED_STATUSES:
        return _ended_meanwhile(request, ticket, draft)
    try:
        send_reply(key=draft.pk, ticket=ticket, by=request.user, now=timezone.now())
    except Draft.DoesNotExist:  # sent or thrown away by another press meanwhile
        return _to_case(ticket)
    except (TicketError, PermissionDenied) as error:
        form.add_error(None, str(error))
        status = 403 if isinstance(error, PermissionDenied) else 409
        fresh = requester_case(request.user, ticket.pk)
        return _case_page(request, fresh, draft=draft, reply=form, status=status)
    return _sent(request, ticket)


def _ended_meanwhile(request: HttpRequest, ticket: Ticket, draft: Draft) -> HttpResponse:
    """The case was solved while the person wrote: the words become a reason to take it up again."""
    messages.warning(
        request,
        _(
            "The case was solved or closed while you wrote. What you wrote is kept below: "
            "take the case up again with it if something is missing."
        ),
    )
    return _case_page(request, ticket, draft=draft, status=409)


def _sent(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    messages.success(request, _("Your reply is sent."))
    return _to_case(ticket)


def _to_case(ticket: Ticket) -> HttpResponse:
    return redirect("my_case", ticket_id=ticket.pk)


@never_cache
@signed_in()
@require_POST
def discard_reply(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Throw away what was written and not sent."""
    ticket = requester_case(request.user, ticket_id)
    draft = drafts.reply_draft(ticket=ticket, user=request.user)
    if draft is not None:
        drafts.discard(draft=draft)
        messages.success(request, _("The draft is thrown away."))
    return _to_case(ticket)


# --- the end of it, and the beginning again -------------------------------------------------------


@never_cache
@signed_in()
def close(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """The person says it is solved, or takes the case back before it was answered."""
    ticket = requester_case(request.user, ticket_id)
    if request.method == "POST":
        try:
            services.close_by_requester(ticket=ticket, by=request.user, now=timezone.now())
        except (TicketError, PermissionDenied) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The case is closed. Thank you for telling us."))
    return _to_case(ticket)


@never_cache
@signed_in()
def reopen(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Take a solved case up again, with a word on what is missing."""
    ticket = requester_case(request.user, ticket_id)
    if request.method != "POST":
        kept = kept_text(request)
        return _case_page(request, ticket, reopen=ReopenForm(initial=kept) if kept else None)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _case_page(request, ticket, reopen=form, status=422)
    draft = drafts.reply_draft(ticket=ticket, user=request.user)
    try:
        goes_on = take_up(
            ticket=ticket,
            by=request.user,
            reason=form.cleaned_data["reason"].replace("\r\n", "\n"),
            now=timezone.now(),
            files=drafts.stored_files(draft) if draft else (),
        )
    except (TicketError, PermissionDenied) as error:
        return _not_reopened(request, ticket, draft, form, error)
    if goes_on.pk != ticket.pk:
        return _goes_on(request, goes_on, draft)
    if draft is not None and draft.files.exists():
        held.write_reply(request, draft.pk, ticket, "")  # the files wait for the next reply
    elif draft is not None:
        drafts.discard(draft=draft)
    messages.success(request, _("The case is taken up again. We have been told."))
    return _to_case(ticket)


def _goes_on(request: HttpRequest, ticket: Ticket, draft: Draft | None) -> HttpResponse:
    """To the new case, into which what was written and its files have gone."""
    if draft is not None:
        drafts.discard(draft=draft)
    messages.success(
        request,
        _("We have opened a new case, %(case)s, that goes on from the one that ended.")
        % {"case": ticket.reference},
    )
    return _to_case(ticket)


def _not_reopened(
    request: HttpRequest, ticket: Ticket, draft: Draft | None, form: ReopenForm, error: Exception
) -> HttpResponse:
    """Somebody was quicker: the reason is kept as a reply that is not sent yet."""
    key = draft.pk if draft is not None else uuid4()
    draft = held.write_reply(request, key, ticket, form.cleaned_data["reason"])
    messages.error(request, str(error))
    fresh = requester_case(request.user, ticket.pk)
    return _case_page(request, fresh, draft=draft, reopen=form, status=409)


# --- colleagues and files -------------------------------------------------------------------------


@never_cache
@signed_in()
def add_colleague(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """Let a colleague from the same organisation follow the case and write in it."""
    ticket = requester_case(request.user, ticket_id)
    if request.method != "POST":
        kept = kept_text(request)
        return _case_page(request, ticket, colleague=ColleagueForm(initial=kept) if kept else None)
    form = ColleagueForm(request.POST)
    if too_many(request, "case-colleague", ADDS):
        form.add_error(None, _("That was many in a short time. Wait a little, and send again."))
        return _case_page(request, ticket, colleague=form, status=429)
    if not form.is_valid():
        return _case_page(request, ticket, colleague=form, status=422)
    email = form.cleaned_data["email"].lower()
    person = User.objects.filter(email=email, is_active=True).first()
    try:
        if person is None:
            raise TicketError.not_a_colleague()
        if person.pk == ticket.requester_id:
            said = _("%(name)s asked, and follows the case already.")
        else:
            services.add_participant(
                ticket=ticket, by=request.user, person=person, now=timezone.now()
            )
            said = _("%(name)s can now follow the case.")
    except (TicketError, PermissionDenied) as error:
        form.add_error("email", str(error))
        return _case_page(request, ticket, colleague=form, status=422)
    messages.success(request, said % {"name": person.display_name})
    return _to_case(ticket)


@never_cache
@signed_in()
@require_GET
def attachment(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """A file from a public message of a case on whose requester's side one is; a download."""
    found = get_object_or_404(
        Attachment.objects.select_related("message"),
        pk=attachment_id,
        message__visibility=Message.Visibility.PUBLIC,
    )
    requester_case(request.user, found.message.ticket_id)
    return download(found)
