"""What is proposed for everybody: listed, looked at, and decided on by a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Team
from cms.community.exceptions import CommunityError
from cms.community.models import Question
from portal.account.expired import signed_in
from portal.bridges import proposing, sources
from portal.bridges.checklist import finding, found_in, has_unseen, masked_in
from portal.bridges.forms import DeclineForm, ProposalForm, proposal_form
from portal.bridges.masking import Found
from portal.bridges.models import Proposal
from portal.bridges.paging import page_of
from portal.bridges.proposing import ProposalError
from portal.community.forms import new_key
from portal.community.presenters import Mark, address_of, person_name
from portal.desk.access import reads_as_staff
from portal.desk.presenters import case_address
from triage.tickets.models import Ticket

PAGE = 25
WAITING, DECIDED = "venter", "avgjort"
STATES = {
    Proposal.State.PENDING: Mark(
        word=gettext_lazy("Waiting for approval"), icon="Hourglass", tone="warning"
    ),
    Proposal.State.APPROVED: Mark(
        word=gettext_lazy("Approved"), icon="CheckmarkCircle", tone="info"
    ),
    Proposal.State.DECLINED: Mark(word=gettext_lazy("Declined"), icon="Minus", tone="neutral"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A proposal in the list."""

    title: str
    language: str
    kind: str
    state: Mark
    address: str
    by: str
    at: datetime
    product: str


# --- the list ----------------------------------------------------------------------------------


@never_cache
@signed_in()
@require_http_methods(["GET", "HEAD"])
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for approval, or have been decided on."""
    user = request.user
    if not (user.is_moderator or user.is_editor or user.is_support):
        raise PermissionDenied(_("Only those who work here can see what is proposed."))
    tab = request.GET.get("vis", "")
    tab = tab if tab in (WAITING, DECIDED) else WAITING
    rows = proposing.visible_proposals(user).select_related("by", "product")
    pending = rows.filter(state=Proposal.State.PENDING)
    rows = pending if tab == WAITING else rows.exclude(state=Proposal.State.PENDING)
    found = page_of(
        rows,
        after=request.GET.get("etter", ""),
        field="at",
        length=PAGE,
        descending=tab == DECIDED,
    )
    context = {
        "tab": tab,
        "waiting": pending.count(),
        "rows": [_row(each) for each in found.rows],
        "next": found.next,
        "begins_after": found.begins_after,
    }
    return render(request, "bridges/proposals.html", context)


def _row(proposal: Proposal) -> Row:
    return Row(
        title=proposal.title,
        language=proposal.language,
        kind=str(proposal.get_kind_display()),
        state=STATES[Proposal.State(proposal.state)],
        address=reverse("bridge_proposal", args=[proposal.pk]),
        by=person_name(proposal.by),
        at=proposal.at,
        product=proposal.product.name,
    )


# --- one of them -------------------------------------------------------------------------------


def _visible(request: HttpRequest, pk: int) -> Proposal:
    """The proposal with what its page shows. Raises Http404 when it is not for this person."""
    rows = proposing.visible_proposals(request.user).select_related(
        "by", "product", "team", "decided_by", "ticket", "question", "published", "page"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@never_cache
@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """The text as it would be published, to be changed, approved or declined."""
    found = _visible(request, pk)
    if request.method != "POST":
        return _show(request, found, _form_of(found, request))
    form = _form_of(found, request, data=request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    if found.state == Proposal.State.PENDING and has_unseen(request, _remaining_in(found, form)):
        form.add_error(None, _("Something in the text may tell who it is about. Look at it again."))
        return _show(request, found, form, status=422)
    try:
        done = proposing.approve(
            proposal=found, words=form.words(), by=request.user, now=timezone.now()
        )
    except (ProposalError, CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        status = 403 if isinstance(error, PermissionDenied) else 409
        return _show(request, found, form, status=status)
    if done.kind == Proposal.Kind.QUESTION:
        messages.success(request, _("Published: the question stands in the community now."))
    else:
        messages.success(request, _("The draft is made. Nobody reads it before it is published."))
    return redirect("bridge_proposal", pk=found.pk)


@signed_in()
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why it is not published."""
    found = _visible(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show(request, found, _form_of(found, request), declining=form, status=422)
    try:
        proposing.decline(
            proposal=found,
            by=request.user,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except ProposalError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Declined. The one who proposed it sees why."))
    return redirect("bridge_proposal", pk=found.pk)


def _remaining_in(found: Proposal, form: ProposalForm) -> list[Found]:
    """What the text still tells as it stands in the form, known from what it was made of.

    Whoever approves is shown what the proposer let stand too, and what has been written since.
    """
    texts = {name: str(form[name].value() or "") for name in ("title", "body", "answer")}
    if found.ticket is not None:
        return found_in(texts, sources.from_ticket(found.ticket))
    best = sources.best_answer(found.question)
    return found_in(texts, sources.from_question(found.question, best))


def _form_of(found: Proposal, request: HttpRequest, *, data=None) -> ProposalForm:
    names = ("title", "body", "answer", "language", "product", "team", "section")
    initial = {name: getattr(found, name) for name in names} | {"form_key": new_key()}
    teams = Team.objects.filter(pk=found.team_id)
    return proposal_form(found.kind)(data, initial=initial, teams=teams)


def _show(
    request: HttpRequest,
    found: Proposal,
    form: ProposalForm,
    *,
    declining: DeclineForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    pending = found.state == Proposal.State.PENDING
    may_approve = pending and proposing.may_decide(user, found.kind)
    context = {
        "proposal": found,
        "state": STATES[Proposal.State(found.state)],
        "by": person_name(found.by),
        "decided_by": person_name(found.decided_by),
        "is_article": found.kind == Proposal.Kind.ARTICLE,
        "form": form,
        "declining": declining or DeclineForm(),
        "may_approve": may_approve,
        "may_decline": may_approve or (pending and found.by_id == user.pk),
        "own": found.by_id == user.pk,
        "remaining": [finding(each, replaced=False) for each in _remaining_in(found, form)]
        if may_approve
        else [],
        "masked": masked_in(found),
        **_where(found, user),
    }
    return render(request, "bridges/proposal.html", context, status=status)


def _where(found: Proposal, user) -> dict[str, object]:
    """Where it came from and what became of it, as far as this person may see each."""
    ticket = found.ticket
    if ticket is not None and not _reads(user, ticket):
        ticket = None
    named = [pk for pk in (found.question_id, found.published_id) if pk]
    shown = Question.objects.visible_to(user).in_bulk(named)
    return {
        "case": ticket,
        "case_address": case_address(ticket) if ticket else "",
        "source": sources.from_ticket(ticket) if ticket else None,
        "question_address": _address(shown.get(found.question_id)),
        "published_address": _address(shown.get(found.published_id)),
        "page_address": reverse("wagtailadmin_pages:edit", args=[found.page_id])
        if found.page_id and (user.is_editor or user.is_administrator)
        else "",
        "page_made": found.page_id is not None,
    }


def _address(question: Question | None) -> str:
    return address_of(question) if question else ""


def _reads(user, ticket: Ticket) -> bool:
    seen = Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()
    return seen and reads_as_staff(user, ticket)
