"""Asking: title first, then what looks like it, the details, a look at it, and out.

One address and one form. Each press of a button sends everything written so far along, and
`to` says which step is next. Signing in is asked for last, and loses nothing.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cms.community import services
from cms.community.exceptions import CommunityError
from cms.community.models import LONGEST_TITLE, Question
from portal.account.expired import kept_text
from portal.addresses import addresses
from portal.community.access import sign_in_and_send
from portal.community.endings import help_address, house_rules
from portal.community.forms import AskForm, TitleForm, new_key
from portal.community.hints import hints_for
from portal.community.presenters import address_of
from portal.community.similar import Similar, similar_to
from portal.community.writing import preview_of, removed_in_words
from portal.limits import too_many
from search.registry import kind_of, registry
from triage.suggestions import effect
from triage.suggestions.suggest import KINDS

PLACE = "community_ask"
QUESTIONS = "10/h"
LOOKS = "120/m"


class Step(StrEnum):
    """The steps of asking, by what the page asks for."""

    TITLE = "title"
    WRITE = "write"
    CHECK = "check"
    PUBLISH = "publish"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """One step of asking; `?q=` and `?product=` carry along what was searched for."""
    if request.method != "POST":
        return _begin(request)
    if "solved" in request.POST:
        return _solved(request)
    wanted = request.POST.get("to", Step.WRITE)
    if wanted == Step.TITLE:
        return _show(request, Step.TITLE, TitleForm(initial=request.POST.dict()))
    if wanted in (Step.CHECK, Step.PUBLISH):
        return _go_on(request, Step(wanted))
    return _write(request)


def _begin(request: HttpRequest) -> HttpResponse:
    """The first step, or the last one when the person comes back from signing in."""
    kept = kept_text(request)
    if kept:
        form = AskForm(kept)
        return _show(request, Step.CHECK if form.is_valid() else Step.WRITE, form)
    initial = {
        "title": " ".join(request.GET.get("q", "").split())[:LONGEST_TITLE],
        "product": request.GET.get("product", ""),
        "form_key": new_key(),
    }
    return _show(request, Step.TITLE, TitleForm(initial=initial))


def _write(request: HttpRequest) -> HttpResponse:
    """From the title to the details, with what looks like the title above them."""
    first = TitleForm(request.POST)
    if not first.is_valid():
        if "body" in request.POST:
            return _show(request, Step.WRITE, AskForm(request.POST), status=422)
        return _show(request, Step.TITLE, first, status=422)
    return _show(request, Step.WRITE, AskForm(initial=request.POST.dict()))


def _go_on(request: HttpRequest, wanted: Step) -> HttpResponse:
    """To the look at the finished question, or out with it."""
    form = AskForm(request.POST)
    if not form.is_valid():
        return _show(request, Step.WRITE, form, status=422)
    if wanted == Step.CHECK:
        return _show(request, Step.CHECK, form)
    if not request.user.is_authenticated:
        return sign_in_and_send(request)
    if too_many(request, "community_ask", QUESTIONS):
        form.add_error(None, _("You have asked often lately. Wait a little, and publish again."))
        return _show(request, Step.CHECK, form, status=429)
    try:
        return _publish(request, form)
    except CommunityError as error:
        form.add_error(None, str(error))
        return _show(request, Step.WRITE, form, status=409)


def _publish(request: HttpRequest, form: AskForm) -> HttpResponse:
    """Ask, and lead to the question's page; the same form again leads to the same question."""
    data = form.cleaned_data
    text, key = preview_of(data["title"], data["body"], data["language"]), str(data["form_key"])
    question = services.ask_question(
        by=request.user,
        title=data["title"],
        body=data["body"],
        language=text.language,
        product=data["product"],
        form_key=key,
        now=timezone.now(),
    )
    effect.note("sent", [], place=PLACE, key=key, now=timezone.now())
    messages.success(request, _("Your question is published. You find the answers here."))
    if text.numbers:
        messages.warning(request, removed_in_words(text.numbers))
    return redirect(address_of(question))


def _solved(request: HttpRequest) -> HttpResponse:
    """Something that looked like the question answered it: count that, and lead to it."""
    document = request.POST["solved"][:60]
    if kind_of(document) not in KINDS or not registry.recheck([document], request.user):
        raise Http404
    address = addresses([document], user=request.user)[document]
    effect.note(
        "solved",
        [document],
        place=PLACE,
        key=request.POST.get("form_key", "")[:64],
        now=timezone.now(),
    )
    messages.success(request, _("Good that you found it. Nothing was published."))
    return redirect(address)


@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """What looks like the question being written; asked for by script after a pause."""
    if too_many(request, "community_similar", LOOKS):
        return HttpResponse(status=429)
    context = {"similar": _similar(request, request.POST.dict())}
    response = render(request, "community/parts/similar.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _similar(request: HttpRequest, written: dict) -> list[Similar]:
    now = timezone.now()
    text = f"{written.get('title') or ''}\n{written.get('body') or ''}"
    product = str(written.get("product") or "")
    found = similar_to(text, product=product, user=request.user, now=now)
    if found:
        key = str(written.get("form_key") or "")[:64]
        effect.note("shown", [each.id for each in found], place=PLACE, key=key, now=now)
    return found


def _show(request: HttpRequest, step: Step, form: TitleForm, *, status: int = 200) -> HttpResponse:
    """Draw a step with what is written so far."""
    written = {name: form[name].value() for name in form.fields}
    title, body = str(written["title"] or ""), str(written.get("body") or "")
    context = {
        "form": form,
        "step": step.value,
        "action": reverse("community_ask"),
        "similar": _similar(request, written) if title and step != Step.CHECK else [],
        "hints": hints_for(str(written["product"] or "")),
        "help_address": help_address(title),
        "house_rules": house_rules(request.user),
        "last": _latest(request.user),
    }
    if step == Step.CHECK:
        context["preview"] = preview_of(title, body, str(written.get("language") or ""))
        context["product"] = form.cleaned_data["product"]
    return render(request, f"community/ask_{step.value}.html", context, status=status)


def _latest(user) -> int:
    """The person's latest question: tells a text that was sent from one that was not."""
    if not user.is_authenticated:
        return 0
    rows = Question.objects.filter(asker=user).order_by("-pk").values_list("pk", flat=True)
    return rows.first() or 0
