"""Follow a thread, or stop, by one press."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.community import following
from cms.community.models import Question
from portal.community.access import sign_in_and_press
from portal.community.presenters import address_of


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow the thread when `on` is 1, else stop; then back to it. Twice is as once."""
    question = get_object_or_404(Question.objects.visible_to(request.user), pk=pk)
    if not request.user.is_authenticated:
        return sign_in_and_press(request, address_of(question))
    now = timezone.now()
    if request.POST.get("on") == "1":
        following.follow(user=request.user, question=question, now=now, by_choice=True)
        messages.success(request, _("You follow the question. We tell you when something happens."))
    else:
        following.stop(user=request.user, question=question, now=now)
        messages.success(request, _("You no longer follow the question."))
    return redirect(address_of(question))
