"""The page of the house rules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from cms.community.rules import rules_in


@require_safe
def house_rules(request: HttpRequest) -> HttpResponse:
    """What we ask of each other in the community, in the language of the page."""
    html = rules_in(get_language() or "nb")
    # Sanitised; a page of its own begins one level higher than a post on one.
    for level in (3, 4, 5, 6):
        html = html.replace(f"<h{level}>", f"<h{level - 1}>")
        html = html.replace(f"</h{level}>", f"</h{level - 1}>")
    context = {"html": mark_safe(html)}  # noqa: S308
    return render(request, "moderation/rules.html", context)
