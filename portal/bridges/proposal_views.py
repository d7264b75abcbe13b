"""Texts proposed for everybody: written beside the original, listed, and decided on by a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Team
from cms.community.exceptions import CommunityError
from cms.community.linking import may_link
from cms.community.models import Question
from portal.account.expired import signed_in
from portal.bridges import proposing, sources
from portal.bridges.forms import (
    LONGEST_SHORT_ANSWER,
    ArticleForm,
    DeclineForm,
    ProposalForm,
)
from portal.bridges.masking import Found, Kind, counts, find
from portal.bridges.models import Proposal
from portal.bridges.paging import page_of
from portal.bridges.proposing import ProposalError, Words
from portal.bridges.sources import Source
from portal.community.access import visible_question
from portal.community.forms import new_key
from portal.community.presenters import Mark, address_of, person_name
from portal.desk.access import for_desk, reads_as_staff, staff_ticket
from portal.desk.presenters import case_address
from triage.tickets.models import Ticket
from triage.tickets.states import Status

PAGE = 25
FEWEST_CHARACTERS = 60  # a shorter paragraph is a greeting, or leads on to the next
WAITING, DECIDED = "venter", "avgjort"
KIND_NAMES = {
    Kind.IDENTITY: gettext_lazy("Identity number, account or key"),
    Kind.EMAIL: gettext_lazy("E-mail address"),
    Kind.CASE: gettext_lazy("Case number"),
    Kind.ORGANISATION_NUMBER: gettext_lazy("Organisation number"),
    Kind.PHONE: gettext_lazy("Phone number"),
    Kind.ORGANISATION: gettext_lazy("Organisation"),
    Kind.NAME: gettext_lazy("Name"),
    Kind.PERHAPS_NAME: gettext_lazy("Perhaps a name"),
}
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
class Finding:
    """One thing found, for the checklist."""

    key: str
    kind: str
    text: str
    times: str
    replacement: str
    replaced: bool
    fixed: bool


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


# --- making one -----------------------------------------------------------------------------------


@never_cache
@for_desk
@require_http_methods(["GET", "HEAD", "POST"])
def propose_from_case(request: HttpRequest, ticket_id: int, kind: str) -> HttpResponse:
    """A question with its answer, or an article, from a solved case."""
    if kind not in Proposal.Kind.values:
        raise Http404
    ticket = staff_ticket(request.user, ticket_id)
    if not request.user.is_support:
        raise PermissionDenied(_("Only those who work here can propose this."))
    if ticket.status != Status.RESOLVED or ticket.security:
        messages.error(request, str(ProposalError.not_ended()))
        return redirect(case_address(ticket))
    return _propose(request, sources.from_ticket(ticket), kind, back=case_address(ticket))


@never_cache
@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def propose_from_question(request: HttpRequest, pk: int) -> HttpResponse:
    """An article from an answered question."""
    question = visible_question(request.user, pk)
    if not may_link(request.user):
        raise PermissionDenied(_("Only those who work here can propose this."))
    answer = sources.best_answer(question)
    if answer is None:
        messages.info(request, _("No answer has solved the question, and none is official yet."))
        return redirect(address_of(question))
    source = sources.from_question(question, answer)
    return _propose(request, source, Proposal.Kind.ARTICLE, back=address_of(question))


def _propose(request: HttpRequest, source: Source, kind: str, *, back: str) -> HttpResponse:
    """The original beside the form, and the proposal when it is sent."""
    found = source.found()
    keep = _kept(request, found)
    if request.method != "POST" or "again" in request.POST:
        return _show_form(request, source, kind, _fresh(request, source, kind, keep), found, back)
    form = _form_class(kind)(request.POST, teams=_teams(request.user, source))
    if not form.is_valid():
        return _show_form(request, source, kind, form, found, back, status=422)
    remaining = _remaining(form, source, keep)
    if _unseen(request, remaining):
        form.add_error(None, _("Something in the text may tell who it is about. Look at it again."))
        return _show_form(request, source, kind, form, found, back, remaining, status=422)
    try:
        proposal = proposing.propose(
            kind=kind,
            words=_words(form),
            by=request.user,
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
            ticket=source.ticket,
            question=source.question,
            found=counts(each for each in found if each.key not in keep),
        )
    except (ProposalError, CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show_form(request, source, kind, form, found, back, status=409)
    _say_proposed(request, proposal)
    return redirect("bridge_proposal", pk=proposal.pk)


def _say_proposed(request: HttpRequest, proposal: Proposal) -> None:
    if proposal.state == Proposal.State.APPROVED:
        messages.success(request, _("The draft is made. Nobody reads it before it is published."))
    else:
        messages.success(request, _("Proposed. Nothing is published before somebody approves it."))


def _form_class(kind: str) -> type[ProposalForm]:
    return ArticleForm if kind == Proposal.Kind.ARTICLE else ProposalForm


def _kept(request: HttpRequest, found: Sequence[Finding]) -> frozenset[str]:
    """The keys of what is not to be replaced: the boxes that were unticked."""
    if "checked" not in request.POST:
        return frozenset()
    return frozenset({each.key for each in found} - set(request.POST.getlist("replace")))


def _fresh(request: HttpRequest, source: Source, kind: str, keep) -> ProposalForm:
    """The form with the text made anew from the original."""
    texts = source.proposed(keep)
    if kind == Proposal.Kind.ARTICLE:
        texts["body"] = _in_short(texts["answer"])
    initial = {
        **texts,
        "title": texts["title"][:150],
        "language": source.language,
        "product": source.product,
        "team": source.team,
        "form_key": request.POST.get("form_key") or new_key(),
    }
    return _form_class(kind)(initial=initial, teams=_teams(request.user, source))


def _in_short(answer: str) -> str:
    """The first sentences that may be the answer: no greeting, and no more than there is room for.

    A person writes it better; this is where they begin.
    """
    paragraphs = [" ".join(part.split()) for part in answer.split("\n\n")]
    said = next((part for part in paragraphs if len(part) >= FEWEST_CHARACTERS), "")
    if len(said) <= LONGEST_SHORT_ANSWER:
        return said
    whole, end, _rest = said[:LONGEST_SHORT_ANSWER].rpartition(". ")
    return f"{whole}{end}".strip()


def _teams(user, source: Source) -> QuerySet[Team]:
    """Teams one can speak for; an editor chooses among all, since the team only owns the draft."""
    if source.question is not None and not user.is_support:
        return Team.objects.order_by("line", "name")
    return Team.objects.filter(pk__in=list(user.team_lines)).order_by("line", "name")


def _remaining(form: ProposalForm, source: Source, keep) -> list[Found]:
    """What the text as it stands still tells, besides what somebody chose to keep."""
    data = form.cleaned_data
    return [each for each in _found_in(data, source) if each.key not in keep]


def _found_in(texts: Mapping[str, str], source: Source) -> list[Found]:
    text = "\n\n".join([texts["title"], texts["body"], texts["answer"]])
    return find(text, source.known, source.language)


def _unseen(request: HttpRequest, remaining: Sequence[Found]) -> bool:
    """Whether anything is found in the text that the person has not been shown."""
    seen = set(request.POST.getlist("seen"))
    return any(each.key not in seen for each in remaining)


def _words(form: forms.Form) -> Words:
    data = form.cleaned_data
    names = ("title", "body", "answer", "language", "product", "team")
    return Words(**{name: data[name] for name in names}, section=data.get("section"))


def _show_form(
    request: HttpRequest,
    source: Source,
    kind: str,
    form: ProposalForm,
    found: Sequence[Found],
    back: str,
    remaining: Sequence[Found] = (),
    *,
    status: int = 200,
) -> HttpResponse:
    keep = _kept(request, found)
    context = {
        "form": form,
        "source": source,
        "is_article": kind == Proposal.Kind.ARTICLE,
        "at_once": kind == Proposal.Kind.ARTICLE and proposing.may_decide(request.user, kind),
        "found": [_finding(each, replaced=each.key not in keep) for each in found],
        "remaining": [_finding(each, replaced=False) for each in remaining],
        "back": back,
    }
    return render(request, "bridges/propose.html", context, status=status)


def _finding(found: Found, *, replaced: bool) -> Finding:
    times = ngettext("once", "%(count)s times", found.count) % {"count": found.count}
    return Finding(
        key=found.key,
        kind=str(KIND_NAMES[found.kind]),
        # An identity number is shown nowhere, not even to whoever takes it out.
        text="" if found.kind == Kind.IDENTITY else found.text,
        times=times,
        replacement=found.replacement,
        replaced=replaced,
        fixed=found.kind == Kind.IDENTITY,
    )


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
    if found.state == Proposal.State.PENDING and _unseen(request, _remaining_in(found, form)):
        form.add_error(None, _("Something in the text may tell who it is about. Look at it again."))
        return _show(request, found, form, status=422)
    try:
        done = proposing.approve(
            proposal=found, words=_words(form), by=request.user, now=timezone.now()
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
        return _found_in(texts, sources.from_ticket(found.ticket))
    best = sources.best_answer(found.question)
    return _found_in(texts, sources.from_question(found.question, best))


def _form_of(found: Proposal, request: HttpRequest, *, data=None) -> ProposalForm:
    names = ("title", "body", "answer", "language", "product", "team", "section")
    initial = {name: getattr(found, name) for name in names} | {"form_key": new_key()}
    teams = Team.objects.filter(pk=found.team_id)
    return _form_class(found.kind)(data, initial=initial, teams=teams)


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
        "remaining": [_finding(each, replaced=False) for each in _remaining_in(found, form)]
        if may_approve
        else [],
        "masked": [(KIND_NAMES[kind], count) for kind, count in _masked(found)],
        **_where(found, user),
    }
    return render(request, "bridges/proposal.html", context, status=status)


def _masked(found: Proposal) -> list[tuple[Kind, int]]:
    return [(kind, found.found[kind]) for kind in Kind if found.found.get(kind)]


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
