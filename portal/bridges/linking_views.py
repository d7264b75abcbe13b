"""Saying which article answers a question, and which questions an article has answered."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.visibility import tokens_for
from cms.community.linking import link_article, may_link
from cms.community.models import Question
from cms.guidance.models import ArticlePage
from portal.account.expired import signed_in
from portal.addresses import addresses
from portal.bridges.paging import Slice, page_of
from portal.community.access import visible_question
from portal.community.presenters import Mark, address_of, state_mark
from portal.positions import read_number
from search.asking import search
from search.contract import EngineUnavailable
from search.registry import number_of
from search.types import Filters

log = structlog.get_logger(__name__)

FOUND = 8
LONGEST_QUERY = 200
PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An article that may be the answer."""

    pk: int
    title: str
    language: str
    address: str


@dataclass(frozen=True, kw_only=True)
class LinkedQuestion:
    """A question an article has answered."""

    pk: int
    title: str
    language: str
    address: str
    product: str
    state: Mark


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def article_of_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Find an article and say that it answers the question; or that none does."""
    question = visible_question(request.user, pk)
    _check_may_link(request)
    if request.method == "POST":
        return _link(request, question)
    query = request.GET.get("q", question.title)[:LONGEST_QUERY]
    choices, away = _choices(request, query)
    linked = ArticlePage.objects.filter(pk=question.article_id).defer("body").first()
    context = {
        "question": question,
        "back": address_of(question),
        "query": query,
        "choices": [each for each in choices if each.pk != question.article_id],
        "away": away,
        "linked": _choice(linked, linked.get_url()) if linked else None,
        "draft": linked is not None and not linked.live,
    }
    return render(request, "bridges/article.html", context)


def _check_may_link(request: HttpRequest) -> None:
    if not may_link(request.user):
        raise PermissionDenied(_("Only editors and support staff can link an article."))


def _choices(request: HttpRequest, query: str) -> tuple[list[Choice], bool]:
    """Articles found by the words, best first, and whether the search was away."""
    if not query.strip():
        return [], False
    user = request.user
    try:
        page = search(
            query,
            user=user,
            visibility=tokens_for(user),
            language=get_language() or "nb",
            now=timezone.now(),
            place="bridges",
            filters=Filters(kinds=frozenset({"article"})),
            size=FOUND,
            facets=False,
            log=False,
        )
    except EngineUnavailable:
        log.warning("no search while linking an article")
        return [], True
    known = addresses([hit.id for hit in page.hits], user=user)
    return [
        Choice(
            pk=number_of(hit.id) or 0,
            title=hit.title,
            language=hit.language,
            address=known[hit.id],
        )
        for hit in page.hits
        if hit.id in known
    ], False


def _choice(page: ArticlePage, address: str | None) -> Choice:
    return Choice(pk=page.pk, title=page.title, language=page.language, address=address or "")


def _link(request: HttpRequest, question: Question) -> HttpResponse:
    number = read_number(request.POST.get("article", ""))
    article = None
    if "remove" not in request.POST:
        rows = ArticlePage.objects.visible_to(request.user)
        article = rows.filter(pk=number).defer("body").first() if number else None
        if article is None:
            messages.error(request, _("Choose an article first."))
            return redirect("bridge_article", pk=question.pk)
    link_article(question=question, article=article, by=request.user, now=timezone.now())
    if article is None:
        messages.success(request, _("No article is linked to the question any more."))
    else:
        messages.success(
            request, _("The question leads to the article now, and it to the question.")
        )
    if request.POST.get("from") == "article" and number:
        return redirect("bridge_questions", page_id=number)
    return redirect(address_of(question))


@signed_in()
@require_http_methods(["GET", "HEAD"])
def questions_of_article(request: HttpRequest, page_id: int) -> HttpResponse:
    """Every question the article was given as the answer to, newest first; a link can be taken
    away."""
    _check_may_link(request)
    article = get_object_or_404(
        ArticlePage.objects.visible_to(request.user).defer("body"), id=page_id
    )
    rows = (
        Question.objects.visible_to(request.user)
        .filter(article=article.pk)
        .select_related("product")
        .defer("body", "html")
    )
    found: Slice = page_of(rows, after=request.GET.get("etter", ""), field="asked_at", length=PAGE)
    context = {
        "article": _choice(article, article.get_url()),
        "rows": [_linked(each) for each in found.rows],
        "next": found.next,
        "begins_after": found.begins_after,
        "edit": reverse("wagtailadmin_pages:edit", args=[article.pk])
        if request.user.is_editor
        else "",
    }
    return render(request, "bridges/questions.html", context)


def _linked(question: Question) -> LinkedQuestion:
    return LinkedQuestion(
        pk=question.pk,
        title=question.title,
        language=question.language,
        address=address_of(question),
        product=question.product.name,
        state=state_mark(question),
    )
