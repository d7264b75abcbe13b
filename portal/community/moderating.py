"""What moderators do: hide with a reason, and restore."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.community import moderation
from cms.community.exceptions import CommunityError
from cms.community.models import Answer, Question
from cms.community.policies import Action, check_can
from portal.account.expired import kept_text
from portal.community.access import (
    sign_in_and_press,
    sign_in_and_send,
    visible_answer,
    visible_question,
)
from portal.community.forms import HideForm
from portal.community.presenters import address_of, person_name, reachable


@require_http_methods(["GET", "POST"])
def hide_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and hide the question with its answers."""
    return _hide(request, visible_question(request.user, pk))


@require_http_methods(["GET", "POST"])
def hide_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and hide the answer."""
    return _hide(request, visible_answer(request.user, pk))


@require_POST
def restore_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the question again."""
    return _restore(request, visible_question(request.user, pk))


@require_POST
def restore_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the answer again."""
    return _restore(request, visible_answer(request.user, pk))


def _place(post: Question | Answer) -> str:
    if isinstance(post, Answer):
        return f"{address_of(post.question)}#svar-{post.pk}"
    return address_of(post)


def _hide(request: HttpRequest, post: Question | Answer) -> HttpResponse:
    if not request.user.is_authenticated:
        return sign_in_and_send(request)
    if not request.user.is_moderator:
        raise PermissionDenied(_("Only moderators can hide and restore."))
    try:
        check_can(request.user, Action.HIDE, post)
    except PermissionDenied as error:
        # Somebody else was first; that is no fault of this moderator's.
        messages.info(request, str(error))
        return redirect(_place(post))
    if request.method != "POST":
        form = HideForm(initial=kept_text(request))
        return _ask_why(request, post, form)
    form = HideForm(request.POST)
    if not form.is_valid():
        return _ask_why(request, post, form, status=422)
    try:
        moderation.hide(
            post=post, by=request.user, reason=form.cleaned_data["reason"], now=timezone.now()
        )
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _ask_why(request, post, form, status=409)
    messages.success(request, _("It is hidden. Only the author and the moderators see it."))
    return redirect(_place(post))


def _ask_why(
    request: HttpRequest, post: Question | Answer, form: HideForm, *, status: int = 200
) -> HttpResponse:
    is_answer = isinstance(post, Answer)
    context = {
        "form": form,
        "is_answer": is_answer,
        "title": post.question.title if is_answer else post.title,
        "author": person_name(post.author if is_answer else post.asker),
        "html": reachable(post.html),
        "language": post.language,
        "back": _place(post),
    }
    return render(request, "community/hide.html", context, status=status)


def _restore(request: HttpRequest, post: Question | Answer) -> HttpResponse:
    if not request.user.is_authenticated:
        return sign_in_and_press(request, _place(post))
    if not request.user.is_moderator:
        raise PermissionDenied(_("Only moderators can hide and restore."))
    try:
        moderation.restore(post=post, by=request.user, now=timezone.now())
    except PermissionDenied as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Everybody can see it again."))
    return redirect(_place(post))
