"""Official answers to look at again: own teams' first, confirmed in one press."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms.community import official, services
from cms.community.anchors import anchor_of
from cms.community.models import Answer
from cms.community.policies import Action, can
from portal.bridges.paging import page_of
from portal.community.access import visible_answer
from portal.community.presenters import address_of
from portal.desk.access import for_desk

OWN, OTHERS = "egne", "andre"
PAGE = 25
EXCERPT = 220  # characters


@dataclass(frozen=True, kw_only=True)
class ToConfirm:
    """One official answer, why it has to be looked at, and what this person may do to it."""

    pk: int
    title: str
    language: str
    address: str
    edit: str
    excerpt: str
    team: str
    product: str
    confirmed_at: datetime
    confirm_by: date
    is_late: bool
    article: str
    article_address: str
    article_changed_at: datetime | None
    may_confirm: bool


@never_cache
@for_desk
@require_GET
def to_confirm(request: HttpRequest) -> HttpResponse:
    """The list; own teams' by default, those of others in a tab of their own."""
    today = timezone.localdate()
    teams = list(request.user.team_lines)
    own, others = official.counts_to_confirm(today, teams)
    tab = request.GET.get("lag", "")
    if tab not in (OWN, OTHERS):
        tab = OWN if teams else OTHERS
    rows = official.to_confirm(today)
    rows = (
        rows.filter(official_team__in=teams)
        if tab == OWN
        else rows.exclude(official_team__in=teams)
    )
    rows = rows.select_related("question__product", "question__article", "official_team")
    found = page_of(
        rows,
        after=request.GET.get("etter", ""),
        field="confirm_by",
        length=PAGE,
        descending=False,
    )
    context = {
        "tab": tab,
        "own": own,
        "others": others,
        "has_teams": bool(teams),
        "rows": [_row(each, request.user, today) for each in found.rows],
        "next": found.next,
        "begins_after": found.begins_after,
    }
    return render(request, "bridges/official.html", context)


def _row(answer: Answer, user, today: date) -> ToConfirm:
    question = answer.question
    page = question.article
    changed = page if page and page.live and page.last_published_at else None
    if changed and changed.last_published_at <= answer.confirmed_at:
        changed = None
    return ToConfirm(
        pk=answer.pk,
        title=question.title,
        language=question.language,
        address=address_of(question) + anchor_of(question, answer.pk),
        edit=_edit_address(answer),
        excerpt=Truncator(" ".join(strip_tags(answer.html).split())).chars(EXCERPT),
        team=answer.official_team.name,
        product=question.product.name,
        confirmed_at=answer.confirmed_at,
        confirm_by=answer.confirm_by,
        # A changed article brings the day forward to the day it is noticed: then it says why.
        is_late=answer.confirm_by < today or changed is None,
        article=changed.title if changed else "",
        article_address=changed.get_url() or "" if changed else "",
        article_changed_at=changed.last_published_at if changed else None,
        may_confirm=can(user, Action.CONFIRM, answer),
    )


def _edit_address(answer: Answer) -> str:
    """The page an answer is changed on; the question's own while there is none."""
    try:
        return reverse("community_edit_answer", args=[answer.pk])
    except NoReverseMatch:
        return address_of(answer.question) + anchor_of(answer.question, answer.pk)


@for_desk
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for the team that the answer still holds."""
    answer = _official_answer(request, pk)
    services.confirm_answer(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, _("Confirmed: the answer still holds."))
    return _back_to_list(request)


@never_cache
@for_desk
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, and let the team stand behind the answer no more."""
    answer = _official_answer(request, pk)
    if not can(request.user, Action.CONFIRM, answer):
        raise PermissionDenied(_("Only the team that gave the official answer can do this."))
    if request.method != "POST":
        context = {"row": _row(answer, request.user, timezone.localdate()), "html": answer.html}
        return render(request, "bridges/withdraw_mark.html", context)
    official.withdraw_mark(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, _("The answer is no longer official. It stays as a member’s answer."))
    return _back_to_list(request)


def _official_answer(request: HttpRequest, pk: int) -> Answer:
    """An official answer in sight. Raises Http404 for any other."""
    answer = visible_answer(request.user, pk)
    if not answer.is_official or not answer.is_in_sight:
        raise Http404
    return answer


def _back_to_list(request: HttpRequest) -> HttpResponse:
    tab = request.POST.get("lag", "")
    where = reverse("bridge_official")
    return redirect(f"{where}?lag={tab}" if tab in (OWN, OTHERS) else where)
