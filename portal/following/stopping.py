"""Stop mail from a mail, by one press and without signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.community import stopping
from cms.community.models import Question


@csrf_exempt  # mail programs send the form without a page of ours (RFC 8058); the address is signed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what would be stopped, with a button; POST stops it.

    For an address that is none of ours the page leads to where mails are chosen.
    """
    found = stopping.read(token)
    if found is None:
        return render(request, "following/stop.html", {"unknown": True}, status=404)
    done = request.method == "POST"
    if done:
        stopping.carry_out(found, now=timezone.now())
    with translation.override(found.user.language):
        context = {
            "what": found.what,
            "done": done,
            "kind": "; ".join(str(kind.label) for kind in found.kinds),
            "thread": _title(found),
        }
        response = render(request, "following/stop.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _title(found: stopping.Stop) -> str:
    """The title of the thread, unless it has gone out of sight."""
    if found.question is None:
        return ""
    rows = Question.objects.public().filter(pk=found.question.pk)
    return rows.values_list("title", flat=True).first() or ""
