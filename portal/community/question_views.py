"""The page of a question, and the answer written there."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.community import services
from cms.community.exceptions import CommunityError
from cms.community.models import Answer, Question
from portal.account.expired import kept_text
from portal.community.access import sign_in_and_send, visible_question
from portal.community.endings import help_address, house_rules
from portal.community.forms import AnswerForm, new_key
from portal.community.presenters import address_of
from portal.community.question_page import shown_question
from portal.community.structured import structured_data
from portal.community.writing import numbers_in, preview_of, removed_in_words
from portal.limits import too_many

ANSWERS = "30/h"
DESCRIPTION = 155  # characters search engines show


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The page; the answer box sends to the same address, so that a kept text is found there."""
    if request.method == "POST":
        return _answer(request, pk)
    try:
        found = visible_question(request.user, pk)
    except Http404:
        kept = kept_text(request).get("body", "")
        if not kept:
            raise
        return _gone(request, kept)
    address = address_of(found)
    if request.path != address:
        words = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{words}" if words else address, permanent=True)
    initial = {"form_key": new_key()} | kept_text(request)
    return _show(request, found, AnswerForm(initial=initial, user=request.user))


def _show(
    request: HttpRequest,
    question: Question,
    form: AnswerForm,
    *,
    status: int = 200,
    preview: bool = False,
) -> HttpResponse:
    """Draw the page with the form as it stands."""
    shown = shown_question(question, request.user)
    answers = [*shown.lifted, *shown.others]
    context = {
        "question": shown,
        "form": form,
        # What was written is shown also when answering is no longer possible.
        "has_box": shown.may_answer or form.is_bound,
        "preview": preview_of("", form["body"].value() or "") if preview else None,
        "last": max((each.pk for each in answers), default=0),
        "canonical": settings.PUBLIC_URL + shown.address,
        "description": Truncator(" ".join(strip_tags(shown.html).split())).chars(DESCRIPTION),
        "structured": structured_data(question, shown),
        "help_address": help_address(shown.title),
        "house_rules": house_rules(request.user),
    }
    return render(request, "community/question.html", context, status=status)


def _answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the answer, or show it before that; whatever happens, the text is kept."""
    form = AnswerForm(request.POST, user=request.user)
    try:
        question = visible_question(request.user, pk)
    except Http404:
        return _gone(request, request.POST.get("body", ""))
    if "preview" in request.POST:
        return _show(request, question, form, preview=form.is_valid())
    if not form.is_valid():
        return _show(request, question, form, status=422)
    if not request.user.is_authenticated:
        return sign_in_and_send(request)
    if too_many(request, "community_answer", ANSWERS):
        form.add_error(None, _("You have answered often lately. Wait a little, and send again."))
        return _show(request, question, form, status=429)
    try:
        answer = _give(request, question, form)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, question, form, status=409)
    _say_published(request, form.cleaned_data["body"])
    return redirect(f"{address_of(question)}#svar-{answer.pk}")


def _give(request: HttpRequest, question: Question, form: AnswerForm) -> Answer:
    """Answer as oneself, or for the team that was chosen."""
    common = {
        "question": question,
        "by": request.user,
        "body": form.cleaned_data["body"],
        "form_key": str(form.cleaned_data["form_key"]),
        "now": timezone.now(),
    }
    if form.team:
        return services.give_official_answer(team=form.team, **common)
    return services.answer_question(**common)


def _say_published(request: HttpRequest, body: str) -> None:
    messages.success(request, _("Your answer is published."))
    removed = removed_in_words(numbers_in(body))
    if removed:
        messages.warning(request, removed)


def _gone(request: HttpRequest, body: str) -> HttpResponse:
    """The question is not there for this person (any more); the text they wrote is."""
    return render(request, "community/gone.html", {"kept": body.strip()}, status=404)
