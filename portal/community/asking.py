"""Asking: title first, then what looks like it, the details, a look at it, and out.

One form. Each press of a button saves what is written in a draft, and `to` says which step is
next. Signing in is asked for last, and loses nothing.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cms.community import drafts, files, guard, rules, services
from cms.community.exceptions import CommunityError
from cms.community.hints import hints_for
from cms.community.models import LONGEST_TITLE, PostDraft, Question
from portal.addresses import addresses
from portal.bridges.waiting import answer_due_at
from portal.community import held
from portal.community.endings import help_address
from portal.community.forms import TAGS, AskForm, TagForm, TitleForm, new_key, posted
from portal.community.presenters import address_of
from portal.community.similar import Similar, similar_to
from portal.community.uploading import brings_files, files_context, take_files
from portal.community.writing import preview_of, say_what_was_removed
from portal.limits import too_many
from portal.visitors import names_of, visitor_of
from search import querylog
from search.registry import kind_of, registry
from triage.suggestions import effect
from triage.suggestions.learning import learn_from_solved
from triage.suggestions.suggest import KINDS

PLACE = "community_ask"
QUESTIONS = "10/h"
LOOKS = "120/m"
SAVES = "120/m"
SOLVED = "60/h"  # what comes faster leads to its page, and counts for nothing
TEXTS = ("title", "product", "body", "language")


class Step(StrEnum):
    """The steps of asking, by what the page asks for."""

    TITLE = "title"
    WRITE = "write"
    CHECK = "check"
    PUBLISH = "publish"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, key: UUID | None = None) -> HttpResponse:
    """One step of asking; `?q=` and `?product=` carry along what was searched for.

    With the key of a draft its text is gone on with.
    """
    if request.method != "POST":
        return _go_on_with(request, key) if key else _begin(request)
    held.adopt(request)
    if "solved" in request.POST:
        return _solved(request)
    published = _published(request)
    if published is not None:
        return redirect(address_of(published))
    if "autosave" in request.POST and too_many(request, "community_autosave", SAVES):
        return HttpResponse(status=429)
    try:
        draft = _kept(request)
    except held.TooManyBegun:
        return _begun_too_many(request)
    if "autosave" in request.POST:
        return HttpResponse(status=204)
    return _step(request, draft, _written(request, draft))


def _step(request: HttpRequest, draft: PostDraft | None, written: dict) -> HttpResponse:
    """What the pressed button leads to."""
    wanted = request.POST.get("to", Step.WRITE)
    if wanted == Step.TITLE:
        return _show(request, Step.TITLE, TitleForm(initial=written))
    if draft is not None and brings_files(request):
        refused = take_files(request, draft)
        if refused or wanted not in (Step.CHECK, Step.PUBLISH):
            return _with_files(request, draft, written, refused)
    if wanted in (Step.CHECK, Step.PUBLISH):
        return _go_on(request, Step(wanted), draft, written)
    return _write(request, draft, written)


def _begin(request: HttpRequest) -> HttpResponse:
    """The first step."""
    held.adopt(request)
    initial = {
        "title": " ".join(request.GET.get("q", "").split())[:LONGEST_TITLE],
        "product": request.GET.get("product", ""),
        "form_key": new_key(),
    }
    return _show(request, Step.TITLE, TitleForm(initial=initial))


def _go_on_with(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft, at its details or where it was when the person went to sign in."""
    adopted = held.adopt(request)
    draft = held.find(request, key)
    if draft is None or draft.purpose != PostDraft.Purpose.ASK:
        return _elsewhere(request, key, adopted)
    written = {**draft.data, "form_key": str(draft.pk)}
    form = AskForm(written)
    if request.GET.get("to") == Step.CHECK and form.is_valid():
        return _show(request, Step.CHECK, form, draft)
    if request.GET.get("to") == Step.CHECK:
        return _show(request, Step.WRITE, form, draft)
    return _show(request, Step.WRITE, AskForm(initial=written), draft)


def _elsewhere(request: HttpRequest, key: UUID, adopted: list[PostDraft]) -> HttpResponse:
    """Where a draft that is not there has gone: published, laid into another, or behind sign-in."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    published = Question.objects.filter(asker=request.user, form_key=str(key)).first()
    if published is not None:
        return redirect(address_of(published))
    own = [draft for draft in adopted if draft.purpose == PostDraft.Purpose.ASK]
    if own:
        address = reverse("community_ask_draft", args=[own[-1].pk])
        words = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{words}" if words else address)
    raise Http404


def _published(request: HttpRequest) -> Question | None:
    """What the same form was published as before."""
    key = request.POST.get("form_key", "").replace("\x00", "")
    if not request.user.is_authenticated or not key:
        return None
    return Question.objects.filter(asker=request.user, form_key=key[:64]).first()


def _kept(request: HttpRequest) -> PostDraft | None:
    """The draft with what was sent laid into it; None when nothing is written, or without a key."""
    values = posted(request.POST, TEXTS)
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    if not f"{values.get('title', '')}{values.get('body', '')}".strip():
        return held.find(request, key)
    return held.write(request, key, values)


def _begun_too_many(request: HttpRequest) -> HttpResponse:
    """The step again with what was sent, which is kept nowhere else."""
    if "autosave" in request.POST:
        return HttpResponse(status=429)
    is_whole = "body" in request.POST
    form = (AskForm if is_whole else TitleForm)(_written(request, None))
    form.add_error(None, held.begun_too_many())
    return _show(request, Step.WRITE if is_whole else Step.TITLE, form, status=429)


def _written(request: HttpRequest, draft: PostDraft | None) -> dict:
    """Everything written so far; what was sent now goes before what was kept."""
    kept = draft.data if draft else {}
    key = str(draft.pk) if draft else request.POST.get("form_key", "")
    return {**kept, **posted(request.POST, TEXTS), "form_key": key}


def _write(request: HttpRequest, draft: PostDraft | None, written: dict) -> HttpResponse:
    """From the title to the details, with what looks like the title above them."""
    first = TitleForm(written)
    if not first.is_valid():
        if "body" in request.POST:
            return _show(request, Step.WRITE, AskForm(written), draft, status=422)
        return _show(request, Step.TITLE, first, status=422)
    return _show(request, Step.WRITE, AskForm(initial=written), draft)


def _with_files(
    request: HttpRequest, draft: PostDraft, written: dict, refused: str
) -> HttpResponse:
    """The details again, with the files as they are now."""
    form = AskForm(written) if refused else AskForm(initial=written)
    if refused:
        form.full_clean()
        form.add_error(None, refused)
    return _show(request, Step.WRITE, form, draft, status=422 if refused else 200)


def _go_on(
    request: HttpRequest, wanted: Step, draft: PostDraft | None, written: dict
) -> HttpResponse:
    """To the look at the finished question, or out with it."""
    form = AskForm(written)
    if not form.is_valid() or draft is None:
        return _show(request, Step.WRITE, form, draft, status=422)
    if wanted == Step.CHECK:
        return _show(request, Step.CHECK, form, draft)
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to go on. What you have written is kept."))
        address = reverse("community_ask_draft", args=[draft.pk])
        return redirect_to_login(f"{address}?to={Step.CHECK}")
    if too_many(request, "community_ask", QUESTIONS):
        form.add_error(None, _("You have asked often lately. Wait a little, and publish again."))
        return _show(request, Step.CHECK, form, draft, status=429)
    try:
        return _publish(request, form, draft)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, Step.WRITE, form, draft, status=409)


def _publish(request: HttpRequest, form: AskForm, draft: PostDraft) -> HttpResponse:
    """Ask, and lead to the question's page; the same form again leads to the same question."""
    data, now = form.cleaned_data, timezone.now()
    text = preview_of(data["title"], data["body"], data["language"])
    question = services.ask_question(
        by=request.user,
        title=data["title"],
        body=data["body"],
        language=text.language,
        product=data["product"],
        topics=data["topics"],
        access_packages=data["access_packages"],
        answer_due_at=answer_due_at(data["product"], now),
        form_key=str(draft.pk),
        draft=draft,
        now=now,
    )
    rules.accept(user=request.user, now=now)
    drafts.discard(draft=draft)  # when it was published before, from another window
    effect.note("sent", [], place=PLACE, key=str(draft.pk), now=now)
    querylog.note_asked(visitors=names_of(request), now=now)
    if question.is_held:
        messages.info(
            request,
            _(
                "Thank you. A moderator looks at your question before others see it. You need "
                "not do anything more."
            ),
        )
    else:
        messages.success(request, _("Your question is published. You find the answers here."))
    say_what_was_removed(request, data["title"], data["body"])
    return redirect(address_of(question))


def _solved(request: HttpRequest) -> HttpResponse:
    """Something that looked like the question answered it: count that, and lead to it."""
    document = request.POST["solved"][:60]
    if kind_of(document) not in KINDS or not registry.recheck([document], request.user):
        raise Http404
    address = addresses([document], user=request.user)[document]
    key = request.POST.get("form_key", "")[:64]
    now = timezone.now()
    counts = not too_many(request, "community_solved", SOLVED)
    if counts:
        effect.note("solved", [document], place=PLACE, key=key, now=now)
    draft = held.find(request, key)
    if draft is not None and draft.purpose == PostDraft.Purpose.ASK:
        if counts:
            _learn(request, draft, document, now=now)
        drafts.discard(draft=draft)
    messages.success(request, _("Good that you found it. Nothing was published."))
    return redirect(address)


def _learn(request: HttpRequest, draft: PostDraft, document: str, *, now: datetime) -> None:
    learn_from_solved(
        f"{draft.data.get('title') or ''}\n{draft.data.get('body') or ''}",
        document,
        language=get_language() or "nb",
        visitor=visitor_of(request),
        now=now,
    )


@require_POST
def similar(request: HttpRequest) -> HttpResponse:
    """What looks like the question being written; asked for by script after a pause."""
    if too_many(request, "community_similar", LOOKS):
        return HttpResponse(status=429)
    context = {"similar": _similar(request, request.POST.dict())}
    response = render(request, "community/parts/similar.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def tags(request: HttpRequest) -> HttpResponse:
    """The tags and hints of the product that was chosen; asked for by script."""
    product = request.POST.get("product", "").replace("\x00", "")[:60]
    form = TagForm(initial={name: request.POST.getlist(name) for name in TAGS}, product=product)
    context = {"form": form, "hints": hints_for(product)}
    return render(request, "community/parts/by_product.html", context)


def _similar(request: HttpRequest, written: dict) -> list[Similar]:
    now = timezone.now()
    text = f"{written.get('title') or ''}\n{written.get('body') or ''}"
    product = str(written.get("product") or "")
    found = similar_to(text, product=product, user=request.user, now=now)
    if found:
        key = str(written.get("form_key") or "")[:64]
        effect.note("shown", [each.id for each in found], place=PLACE, key=key, now=now)
    return found


def _others(request: HttpRequest, written: dict) -> int:
    """How many drafts there are beside the one that is being written."""
    own = str(written.get("form_key") or "")
    return sum(str(draft.pk) != own for draft in held.own_drafts(request))


def _show(
    request: HttpRequest,
    step: Step,
    form: TitleForm,
    draft: PostDraft | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Draw a step with what is written so far."""
    written = {name: form[name].value() for name in form.fields}
    title, body = str(written["title"] or ""), str(written.get("body") or "")
    rows = files.files_at_hand(draft) if draft else []
    context = {
        "form": form,
        "step": step.value,
        "action": reverse("community_ask"),
        "similar": _similar(request, written) if title and step != Step.CHECK else [],
        "help_address": help_address(title),
        **files_context(request, rows, refused=status == 422),
        "draft": draft,
        "kept_from": guard.kept_from_writing(request.user, timezone.now()) if status == 200 else "",
        "other_drafts": _others(request, written) if step == Step.TITLE else 0,
    }
    if step == Step.WRITE:
        context["hints"] = hints_for(str(written["product"] or ""))
    if step == Step.CHECK:
        language = str(written.get("language") or "")
        context["preview"] = preview_of(title, body, language, with_files=rows)
        context["chosen"] = form.cleaned_data
    return render(request, f"community/ask_{step.value}.html", context, status=status)
