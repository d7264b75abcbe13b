"""A post's own page for moderators, and the steps that can be taken with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cms.community import merging, moderation, sanctions
from cms.community.exceptions import CommunityError, Overtaken
from cms.community.history import events_of
from cms.community.models import Answer, Question
from portal.account.expired import kept_text
from portal.community.similar import similar_to
from portal.moderation.access import for_moderators
from portal.moderation.forms import MergeForm, MoveForm, ReasonForm, StepForm
from portal.moderation.posts import (
    Step,
    author_of,
    find_post,
    public_address,
    step_address,
    step_of,
)
from portal.moderation.presenters import log_lines, shown_post
from portal.moderation.words import overtaken_in_words

Post = Question | Answer

_EXPLAINED = {
    "approve": gettext_lazy("Everybody can see it from now on. What was reported is settled."),
    "dismiss": gettext_lazy("The reports are settled. Those who reported it are not told."),
    "hide": gettext_lazy(
        "Only the author and the moderators see it from now on. It leaves search, lists, feeds "
        "and mails at once."
    ),
    "restore": gettext_lazy("Everybody can see it again."),
    "move": gettext_lazy("The question stands under another product. Its address stays the same."),
    "merge": gettext_lazy(
        "Whoever opens this question is led on to the other one. Its answers move there, and so "
        "do those who follow it and those who wonder about the same."
    ),
    "separate": gettext_lazy(
        "The question becomes one of its own again, with the answers and the followers it had."
    ),
    "close": gettext_lazy("The question takes no new answers. What is written can still be read."),
    "reopen": gettext_lazy("The question takes answers again."),
    "warn": gettext_lazy("The author is told, on the site and by mail. Nobody else is."),
}
_DONE = {
    "approve": gettext_lazy("It is approved. Everybody can see it."),
    "dismiss": gettext_lazy("The reports are settled."),
    "hide": gettext_lazy("It is hidden. Only the author and the moderators see it."),
    "restore": gettext_lazy("Everybody can see it again."),
    "move": gettext_lazy("The question is moved."),
    "merge": gettext_lazy("The questions are joined."),
    "separate": gettext_lazy("The question stands by itself again."),
    "close": gettext_lazy("The question is closed."),
    "reopen": gettext_lazy("The question is open again."),
    "warn": gettext_lazy("The author is warned."),
}


@require_safe
@for_moderators
def post(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The post in full, what is reported, and everything that has been done to it."""
    found = find_post(kind, pk, request.user)
    events = events_of(found)
    context = {
        "post": _shown(found, request),
        "events": log_lines(events),
        "hidden_reason": found.hidden_reason,
        "merged_into": public_address(found.merged_into)
        if isinstance(found, Question) and found.merged_into
        else "",
    }
    return render(request, "moderation/post.html", context)


@require_http_methods(["GET", "POST"])
@for_moderators
def step(request: HttpRequest, kind: str, pk: int, path: str) -> HttpResponse:
    """Ask for what the step needs, and take it."""
    wanted, found = step_of(path), find_post(kind, pk, request.user)
    if isinstance(found, Answer) and wanted.code not in (
        "approve",
        "dismiss",
        "hide",
        "restore",
        "warn",
    ):
        return redirect(step_address(found.question, wanted.code))
    if request.method != "POST":
        initial = {"seen": _seen(found), "back": _back(request)} | kept_text(request)
        return _show(request, wanted, found, _form(wanted, found, request, initial=initial))
    form = _form(wanted, found, request, data=request.POST)
    if not form.is_valid():
        return _show(request, wanted, found, form, status=422)
    try:
        _TAKE[wanted.code](found, form, request.user, timezone.now())
    except Overtaken as error:
        return _overtaken(request, wanted, found, form, error)
    except (CommunityError, PermissionDenied) as error:
        return _refused(request, wanted, found, form, str(error))
    messages.success(request, str(_DONE[wanted.code]))
    return redirect(_way_back(form.way_back(), found))


def _overtaken(
    request: HttpRequest, wanted: Step, found: Post, form: StepForm, error: Overtaken
) -> HttpResponse:
    """Tell what another moderator did; what was written is kept, and may be sent all the same."""
    told = overtaken_in_words(error.event)
    if not wanted.words:
        messages.warning(request, told)
        return redirect(_way_back(form.way_back(), found))
    fresh = find_post(request.resolver_match.kwargs["kind"], found.pk, request.user)
    data = request.POST.copy()
    data["seen"] = str(error.event.pk)
    again = _form(wanted, fresh, request, data=data)
    again.is_valid()
    again.add_error(None, told)
    return _show(request, wanted, fresh, again, status=409)


def _refused(
    request: HttpRequest, wanted: Step, found: Post, form: StepForm, why: str
) -> HttpResponse:
    if not wanted.words:
        messages.error(request, why)
        return redirect(_way_back(form.way_back(), found))
    form.add_error(None, why)
    return _show(request, wanted, found, form, status=409)


def _show(
    request: HttpRequest, wanted: Step, found: Post, form: StepForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "step": wanted,
        "name": wanted.name(found),
        "explained": _EXPLAINED[wanted.code],
        "form": form,
        "post": _shown(found, request),
        "is_danger": wanted.code in ("hide", "warn"),
        "leave": _way_back(form["back"].value() or "queue", found),
    }
    return render(request, "moderation/step.html", context, status=status)


def _shown(found: Post, request: HttpRequest):
    flags = list(moderation.open_flags(found).select_related("reporter").order_by("at", "pk"))
    return shown_post(found, flags, _seen(found), request.user)


def _seen(found: Post) -> int:
    question = found.question if isinstance(found, Answer) else found
    last = moderation.last_done(question, found)
    return last.pk if last else 0


def _back(request: HttpRequest) -> str:
    """Where the person came from: the queue says so in its links."""
    return "queue" if request.GET.get("fra") == "ko" else "thread"


def _way_back(name: str, found: Post) -> str:
    if name == "thread":
        return public_address(found)
    return step_address(found, "post") if name == "post" else reverse("moderation")


def _form(wanted: Step, found: Post, request: HttpRequest, **kwargs) -> StepForm:
    if wanted.code == "move":
        return MoveForm(question=found, **kwargs)
    if wanted.code == "merge":
        return MergeForm(question=found, alike=_alike(found, request), **kwargs)
    if wanted.code in ("hide", "close", "warn"):
        return ReasonForm(**kwargs)
    return StepForm(**kwargs)


def _alike(question: Question, request: HttpRequest) -> list[tuple[str, str]]:
    """Questions that look like this one, to choose from."""
    text = f"{question.title}\n{question.body}"
    found = similar_to(
        text, product="", user=request.user, now=timezone.now(), own=f"question:{question.pk}"
    )
    return [
        (each.id.removeprefix("question:"), each.title)
        for each in found
        if each.id.startswith("question:")
    ]


# --- what each step does ----------------------------------------------------------------------


def _approve(found: Post, form: StepForm, by, now: datetime) -> None:
    moderation.approve(post=found, by=by, now=now, seen=form.done_before())


def _dismiss(found: Post, form: StepForm, by, now: datetime) -> None:
    moderation.dismiss_flags(post=found, by=by, now=now, seen=form.done_before())


def _hide(found: Post, form: StepForm, by, now: datetime) -> None:
    reason = form.cleaned_data["reason"]
    moderation.hide(post=found, by=by, reason=reason, now=now, seen=form.done_before())


def _restore(found: Post, form: StepForm, by, now: datetime) -> None:
    moderation.restore(post=found, by=by, now=now, seen=form.done_before())


def _move(found: Post, form: StepForm, by, now: datetime) -> None:
    product = form.cleaned_data["product"]
    moderation.move(question=found, product=product, by=by, now=now, seen=form.done_before())


def _merge(found: Post, form: StepForm, by, now: datetime) -> None:
    into = form.cleaned_data["other"]
    merging.merge(question=found, into=into, by=by, now=now, seen=form.done_before())


def _separate(found: Post, form: StepForm, by, now: datetime) -> None:
    merging.separate(question=found, by=by, now=now, seen=form.done_before())


def _close(found: Post, form: StepForm, by, now: datetime) -> None:
    reason = form.cleaned_data["reason"]
    moderation.close(question=found, by=by, reason=reason, now=now, seen=form.done_before())


def _reopen(found: Post, form: StepForm, by, now: datetime) -> None:
    moderation.reopen(question=found, by=by, now=now, seen=form.done_before())


def _warn(found: Post, form: StepForm, by, now: datetime) -> None:
    person = author_of(found)
    if person is None:
        raise PermissionDenied(_("The author has left, so there is nobody to warn."))
    reason = form.cleaned_data["reason"]
    sanctions.warn(
        person=person, by=by, reason=reason, post=found, now=now, seen=form.done_before()
    )


_TAKE: dict[str, Callable[[Post, StepForm, object, datetime], None]] = {
    "approve": _approve,
    "dismiss": _dismiss,
    "hide": _hide,
    "restore": _restore,
    "move": _move,
    "merge": _merge,
    "separate": _separate,
    "close": _close,
    "reopen": _reopen,
    "warn": _warn,
}
