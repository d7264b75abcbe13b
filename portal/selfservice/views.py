"""Pages for readers. The search page has its own module."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.selfservice import accessibility_page, home_page, privacy_page, service_page
from portal.selfservice.search_request import SearchRequest
from portal.selfservice.top_tasks import product_cards


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front page."""
    context = {
        "asked": SearchRequest(),
        "examples": home_page.examples(),
        "waiting": home_page.waiting_cases(request.user),
        "cards": product_cards(request),
        "answered": home_page.answered_questions(request.user),
        "unanswered": home_page.unanswered_questions(request.user),
        "hide_site_search": True,
    }
    return render(request, "selfservice/home.html", context)


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """How we serve you: who, when, through what, and what is promised."""
    context = service_page.parts(
        request.user, now=timezone.now(), version=request.GET.get("versjon", "")
    )
    return render(request, "selfservice/service.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    context = accessibility_page.parts(now=timezone.now())
    return render(request, "selfservice/accessibility.html", context)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is stored about people, why and how long."""
    return render(request, "selfservice/privacy.html", privacy_page.parts())
