"""The small buttons: wondering too, useful, this solved it, still right."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.community import services
from cms.community.anchors import anchor_of
from portal.community.access import sign_in_and_press, visible_answer, visible_question
from portal.community.presenters import address_of
from portal.limits import too_many

PRESSES = "60/m"


@require_POST
def me_too(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one wonders about the same, or take it back."""
    question = visible_question(request.user, pk)
    on = _is_on(request)
    return _press(
        request,
        f"{address_of(question)}#sporsmalet",
        lambda user, now: services.me_too(question=question, by=user, now=now, on=on),
    )


@require_POST
def vote(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an answer was useful, or take it back."""
    answer = visible_answer(request.user, pk)
    on = _is_on(request)
    return _press(
        request,
        address_of(answer.question) + anchor_of(answer.question, pk),
        lambda user, now: services.vote(answer=answer, by=user, now=now, on=on),
    )


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an answer solved it, or that it did not after all."""
    answer = visible_answer(request.user, pk)
    on = _is_on(request)
    service = services.accept_answer if on else services.withdraw_acceptance
    return _press(
        request,
        address_of(answer.question) + anchor_of(answer.question, pk),
        lambda user, now: service(answer=answer, by=user, now=now),
        said=_("The question is marked as solved.")
        if on
        else _("The question is no longer marked as solved."),
    )


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say for the team that its official answer still holds."""
    answer = visible_answer(request.user, pk)
    return _press(
        request,
        address_of(answer.question) + anchor_of(answer.question, pk),
        lambda user, now: services.confirm_answer(answer=answer, by=user, now=now),
        said=_("The answer is confirmed as of today."),
    )


def _is_on(request: HttpRequest) -> bool:
    return request.POST.get("on") != "0"


def _press(request: HttpRequest, address: str, change, *, said: str = "") -> HttpResponse:
    """Do what the button says and go back to where it stands."""
    if not request.user.is_authenticated:
        return sign_in_and_press(request, address)
    if too_many(request, "community_press", PRESSES):
        messages.warning(request, _("That went fast. Wait a minute, and press again."))
        return redirect(address)
    try:
        change(request.user, timezone.now())
    except PermissionDenied as error:
        messages.error(request, str(error))
    else:
        if said:
            messages.success(request, said)
    return redirect(address)
