"""Texts proposed for everybody: written beside the original, from a case or a question."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Team
from cms.community.exceptions import CommunityError
from cms.community.linking import may_link
from portal.account.expired import signed_in
from portal.bridges import proposing, sources
from portal.bridges.checklist import finding, found_in, has_unseen
from portal.bridges.forms import LONGEST_SHORT_ANSWER, ProposalForm, proposal_form
from portal.bridges.masking import Found, counts
from portal.bridges.models import Proposal
from portal.bridges.proposing import ProposalError
from portal.bridges.sources import Source
from portal.community.access import visible_question
from portal.community.forms import new_key
from portal.community.presenters import address_of
from portal.desk.access import for_desk, staff_ticket
from portal.desk.presenters import case_address
from triage.tickets.states import Status

FEWEST_CHARACTERS = 60  # a shorter paragraph is a greeting, or leads on to the next


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
    form = proposal_form(kind)(request.POST, teams=_teams(request.user, source))
    if not form.is_valid():
        return _show_form(request, source, kind, form, found, back, status=422)
    remaining = _remaining(form, source, keep)
    if has_unseen(request, remaining):
        form.add_error(None, _("Something in the text may tell who it is about. Look at it again."))
        return _show_form(request, source, kind, form, found, back, remaining, status=422)
    try:
        proposal = proposing.propose(
            kind=kind,
            words=form.words(),
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


def _kept(request: HttpRequest, found: Sequence[Found]) -> frozenset[str]:
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
    return proposal_form(kind)(initial=initial, teams=_teams(request.user, source))


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
    return [each for each in found_in(data, source) if each.key not in keep]


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
        "found": [finding(each, replaced=each.key not in keep) for each in found],
        "remaining": [finding(each, replaced=False) for each in remaining],
        "back": back,
    }
    return render(request, "bridges/propose.html", context, status=status)
