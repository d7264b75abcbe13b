"""Pages for what went wrong: what happened, what was kept, what to do.

None of them may fail itself: the search on the missing page is let go when anything it needs is
away, and the page for our own faults needs neither database, session nor built static files.
"""

from __future__ import annotations

import re

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.visibility import tokens_for
from cms.guidance.queries import moved_from
from portal import language
from portal.limits import too_many
from portal.selfservice.carrying import ask_links
from portal.selfservice.search_page_parts import HitRow, hit_rows
from portal.selfservice.search_request import clean
from portal.written import page_of_form, written
from search.asking import search
from search.contract import SearchError

log = structlog.get_logger(__name__)

SHOWN_HITS = 5
SEARCHES = "30/m"  # of missing pages, for one visitor: programs that try addresses get none
LONGEST_WORDS = 100
NOT_WORDS = re.compile(r"\d+|V-\d+|[0-9a-f-]{20,}", re.IGNORECASE)
FILE = re.compile(r"\.[a-z0-9]{1,5}$", re.IGNORECASE)

# For when not even the template can be drawn.
LAST_RESORT = (
    "<!doctype html><html lang=nb><meta charset=utf-8><title>Noe gikk galt hos oss</title>"
    "<h1>Noe gikk galt hos oss</h1><p>Feilen er vår. Gå tilbake, så viser nettleseren det du "
    'skrev. Prøv igjen om noen minutter.</p><p><a href="/">Gå til forsiden</a></p>'
)


def words_of(path: str) -> str:
    """The words in an address, to search for when the page is missing; numbers are no words."""
    parts = [part for part in path.split("/") if part and not NOT_WORDS.fullmatch(part)]
    last = FILE.sub("", parts[-1]) if parts else ""
    return clean(re.sub(r"[-_+.]+", " ", last))[:LONGEST_WORDS]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A missing page, with what a search for the words in its address finds.

    An article that has been moved is led to.
    """
    moved = _moved_to(request)
    if moved:
        return redirect(moved)
    words = words_of(request.path)
    context = {
        "words": words,
        "hits": _hits(request, words),
        "hide_site_search": True,
        **ask_links(""),
    }
    return render(request, "errors/404.html", context, status=404)


def _moved_to(request: HttpRequest) -> str:
    """Where the article now is that one came for; "" when nothing tells."""
    if request.method != "GET" or not request.path.startswith(reverse("wagtail_serve", args=[""])):
        return ""
    try:
        article = moved_from(request.path, request.user)
    except DatabaseError:
        return ""
    return article.url if article else ""


def _hits(request: HttpRequest, words: str) -> list[HitRow]:
    """The best hits for the words; none for files, for hurried programs, or without an engine."""
    if not words or FILE.search(request.path) or request.method != "GET":
        return []
    try:
        if too_many(request, "missing-page", SEARCHES):
            return []
        page = search(
            words,
            user=request.user,
            visibility=tokens_for(request.user),
            language=translation.get_language(),
            now=timezone.now(),
            place="missing",
            size=SHOWN_HITS,
            facets=False,
            log=False,
        )
        return hit_rows(page, request.user)
    except (SearchError, DatabaseError):
        log.warning("the missing page is shown without a search")
        return []


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page this person may not see."""
    reason = str(exception or "")
    return render(request, "errors/403.html", {"reason": reason}, status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request we could not make sense of."""
    context = {"largest": settings.ATTACHMENT_MAX_MB}
    return render(request, "errors/400.html", context, status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault; drawn without the database, which may be what failed."""
    try:
        with translation.override(_language(request)):
            context = {"at": timezone.now(), "LANGUAGE_CODE": translation.get_language()}
            return HttpResponse(render_to_string("errors/500.html", context), status=500)
    except Exception:  # whatever it is, a person gets a page
        log.exception("the page for our own faults could not be drawn")
        return HttpResponse(LAST_RESORT, status=500)


def _language(request: HttpRequest) -> str:
    """The language by cookie or browser; the account, which needs the database, is not asked."""
    chosen = getattr(request, "LANGUAGE_CODE", "")
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    for code in (chosen, cookie):
        if code in language.CODES:
            return code
    header = request.headers.get("Accept-Language", "")
    return language.from_browser(header) or settings.LANGUAGE_CODE


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from an expired page: what was written is shown so that nothing is lost."""
    context = {"kept": written(request), "back": page_of_form(request)}
    return render(request, "errors/csrf.html", context, status=403)
