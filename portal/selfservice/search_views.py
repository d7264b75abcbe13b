"""The search page, and the titles offered while somebody writes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.visibility import tokens_for
from portal.limits import too_many
from portal.selfservice import guidance_tree, leads, search_page_parts, suggesting
from portal.selfservice.carrying import ask_links
from portal.selfservice.case_lookup import case_address
from portal.selfservice.search_request import SearchRequest, read_request
from portal.selfservice.unknown_filters import unknown_filter
from portal.visitors import is_person, place_of, visitor_of
from search.asking import search
from search.contract import EngineUnavailable
from search.types import Page

SUGGESTIONS_RATE = "120/m"
MASKED = gettext_lazy(
    "What you wrote looked like a national identity number. We took it out and have not stored it."
)


@never_cache
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Hits for the words; without words, where to begin.

    An identity number is taken out of the address too, so that it stays in no history or link.
    """
    asked = read_request(request.GET, translation.get_language())
    if asked.masked:
        messages.warning(request, MASKED)
        return redirect(f"{reverse('search')}?{asked.address}")
    case = case_address(asked.words, request.user)
    if case:
        return redirect(case)
    context = {"asked": asked, "hide_site_search": True, **ask_links(asked.words)}
    if asked.is_empty:
        context["tree"] = guidance_tree.sections(request)
        context["popular"] = suggesting.popular(user=request.user)
        return render(request, "selfservice/search_start.html", context)
    try:
        page = _find(request, asked)
    except EngineUnavailable:
        context["tree"] = guidance_tree.sections(request)
        return render(request, "selfservice/search_away.html", context, status=503)
    if asked.page > max(page.pages, 1):
        return redirect(f"{reverse('search')}?{asked.on_page(max(page.pages, 1)).address}")
    shared = {"user": request.user, "names": search_page_parts.Names()}
    context["unknown_filter"] = unknown_filter(asked, **shared)
    context["result"] = search_page_parts.result(page, asked, **shared)
    if not page.total:
        context["leads"] = leads.leads_on(asked, user=request.user)
        context["tree"] = guidance_tree.sections(request)
    return render(request, "selfservice/search.html", context)


def _find(request: HttpRequest, asked: SearchRequest) -> Page:
    """The page asked for; raises EngineUnavailable."""
    return search(
        asked.words,
        user=request.user,
        visibility=tokens_for(request.user),
        language=translation.get_language(),
        now=timezone.now(),
        place=place_of(request),
        filters=asked.filters,
        page=asked.page,
        sort=asked.sort,
        log=is_person(request),
        visitor=visitor_of(request),
    )


@never_cache
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles and popular searches that begin like what is written, for the search box's script."""
    if too_many(request, "search-suggestions", SUGGESTIONS_RATE):
        return JsonResponse({"suggestions": []}, status=429)
    found = suggesting.offers(request.GET.get("q", ""), user=request.user)
    return JsonResponse({"suggestions": found})
