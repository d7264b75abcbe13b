"""Telling the moderators that something is wrong with a post."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.community.exceptions import CommunityError
from cms.community.flags import flag
from cms.community.models import Answer, Question
from cms.community.policies import Action, check_can
from portal.account.expired import kept_text
from portal.community.access import sign_in_and_send
from portal.community.presenters import person_name, reachable
from portal.limits import too_many
from portal.moderation.forms import ReportForm
from portal.moderation.posts import author_of, find_post, public_address, thread_of

REPORTS = "20/h"


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask what is wrong, show what is reported, and tell the moderators."""
    post = find_post(kind, pk, request.user)
    if not request.user.is_authenticated:
        return sign_in_and_send(request)
    try:
        check_can(request.user, Action.FLAG, post)
    except PermissionDenied as error:
        messages.info(request, str(error))
        return redirect(public_address(post))
    if request.method != "POST":
        return _show(request, post, ReportForm(initial=kept_text(request)))
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _show(request, post, form, status=422)
    if too_many(request, "community_report", REPORTS):
        form.add_error(None, _("You have reported often lately. Wait a little, and send again."))
        return _show(request, post, form, status=429)
    try:
        flag(post=post, by=request.user, now=timezone.now(), **form.cleaned_data)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, post, form, status=409)
    messages.success(request, _("Thank you. A moderator looks at it."))
    return redirect(_afterwards(post, request.user))


def _afterwards(post: Question | Answer, user) -> str:
    """Back to the thread; to the list when the report has just taken the question out of sight."""
    if Question.objects.visible_to(user).filter(pk=thread_of(post).pk).exists():
        return public_address(post)
    return reverse("community")


def _show(
    request: HttpRequest, post: Question | Answer, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "is_answer": isinstance(post, Answer),
        "title": thread_of(post).title,
        "author": person_name(author_of(post)),
        "html": reachable(post.html),
        "language": post.language,
        "back": public_address(post),
    }
    return render(request, "moderation/report.html", context, status=status)
