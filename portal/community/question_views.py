"""The page of a question, and the answer written there."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.community import drafts, files, guard, rules, services
from cms.community.anchors import anchor_of
from cms.community.drafts import Purpose
from cms.community.exceptions import CommunityError
from cms.community.merging import end_of
from cms.community.models import Answer, PostDraft, Question
from cms.community.notice_list import mark_thread_read
from portal.community import held
from portal.community.access import visible_question
from portal.community.endings import help_address
from portal.community.forms import AnswerForm, new_key
from portal.community.helping import Helping, help_with, learn_from, with_link
from portal.community.presenters import address_of
from portal.community.question_page import shown_question
from portal.community.structured import structured_data
from portal.community.uploading import brings_files, files_context, take_files
from portal.community.writing import preview_of, say_what_was_removed
from portal.limits import too_many
from portal.positions import read_number

ANSWERS = "30/h"
LOOKS = "120/m"
SAVES = "120/m"
DESCRIPTION = 155  # characters search engines show
KEPT = ("body", "speaks_as")
HELPED = {"suggest", "insert"}  # buttons


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The page; the answer box sends to the same address."""
    held.adopt(request)
    try:
        found = visible_question(request.user, pk)
    except Http404:
        return _not_here(request, pk)
    if found.merged_into_id:
        return _led_on(request, found)
    if request.method == "POST":
        return _answer(request, found)
    address = address_of(found)
    if request.path != address:
        words = request.META.get("QUERY_STRING", "")
        response = redirect(f"{address}?{words}" if words else address, permanent=True)
        add_never_cache_headers(response)  # a title that is changed back must not lead in a circle
        return response
    if found.is_news:
        mark_thread_read(user=request.user, question=found, now=timezone.now())
    draft = _begun(request, found)
    initial = {**draft.data, "form_key": str(draft.pk)} if draft else {"form_key": new_key()}
    return _show(request, found, AnswerForm(initial=initial, user=request.user), draft)


def _begun(request: HttpRequest, question: Question) -> PostDraft | None:
    """The answer the visitor has begun; not looked for when it is known that there is none."""
    if request.user.is_authenticated and not question.is_being_answered:
        return None
    return held.find_for(request, question.pk, Purpose.ANSWER)


def _not_here(request: HttpRequest, pk: int) -> HttpResponse:
    """What is joined with another leads there, what is withdrawn says so, the rest is not found.

    Whoever has written an answer gets their words back.
    """
    merged = Question.objects.led_on().filter(pk=pk).select_related("merged_into").first()
    if merged is not None and request.method != "POST":
        return _led_on(request, merged)
    draft = held.find_for(request, pk, Purpose.ANSWER)
    kept = request.POST.get("body", "") or (str(draft.data.get("body", "")) if draft else "")
    withdrawn = Question.objects.filter(
        pk=pk, withdrawn_at__isnull=False, hidden_at__isnull=True
    ).exists()
    if not (kept or withdrawn or request.method == "POST"):
        raise Http404
    context = {"kept": kept.strip(), "withdrawn": withdrawn}
    status = 410 if withdrawn else 404
    return render(request, "community/gone.html", context, status=status)


def _led_on(request: HttpRequest, question: Question) -> HttpResponse:
    """To the question this one is joined with, when the person may see that.

    For now and not for good: a joining can be undone, and what browsers, proxies and search engines
    have been told is permanent they do not ask for again. Search engines go by the canonical
    address of the page they come to.
    """
    target = visible_question(request.user, end_of(question).pk)
    response = redirect(address_of(target))
    add_never_cache_headers(response)
    return response


def _show(
    request: HttpRequest,
    question: Question,
    form: AnswerForm,
    draft: PostDraft | None = None,
    *,
    status: int = 200,
    preview: bool = False,
    helping: Helping | None = None,
) -> HttpResponse:
    """Draw the page with the form as it stands."""
    shown = shown_question(
        question,
        request.user,
        page=read_number(request.GET.get("page", "")) or 1,
        holding=read_number(request.GET.get("answer", "")),
    )
    rows = files.files_at_hand(draft) if draft else []
    body = form["body"].value() or ""
    later = shown.page > 1
    may_write = shown.may_answer and not form.is_bound
    context = {
        "question": shown,
        "form": form,
        # What was written is shown also when answering is no longer possible.
        "has_box": shown.may_answer or form.is_bound,
        "kept_from": guard.kept_from_writing(request.user, timezone.now()) if may_write else "",
        "preview": preview_of("", body, with_files=rows) if preview else None,
        "helping": helping,
        "draft": draft,
        **files_context(request, rows, refused=status == 422),
        "canonical": settings.PUBLIC_URL + shown.address + (f"?page={shown.page}" if later else ""),
        "description": Truncator(" ".join(strip_tags(shown.html).split())).chars(DESCRIPTION),
        "structured": "" if later else structured_data(question, shown),
        "feed": reverse("community_feed_question", args=[question.pk]),
        "help_address": help_address(shown.title),
    }
    return render(request, "community/question.html", context, status=status)


def _answer(request: HttpRequest, question: Question) -> HttpResponse:
    """Publish the answer, or show it before that; whatever happens, the text is kept."""
    address = address_of(question)
    sent = _sent_before(request)
    if sent is not None:
        return redirect(address + anchor_of(question, sent.pk))
    if "autosave" in request.POST and too_many(request, "community_autosave", SAVES):
        return HttpResponse(status=429)
    try:
        draft = _kept(request, question)
    except held.TooManyBegun:
        return _begun_too_many(request, question)
    if "autosave" in request.POST:
        return HttpResponse(status=204)
    data = request.POST.dict() | ({"form_key": str(draft.pk)} if draft else {})
    form = AnswerForm(data, user=request.user)
    if draft is not None and brings_files(request):
        refused = take_files(request, draft)
        if refused or "publish" not in request.POST:
            return _with_files(request, question, form, draft, refused)
    if "preview" in request.POST:
        return _show(request, question, form, draft, preview=form.is_valid())
    if request.POST.keys() & HELPED:
        return _help(request, question, data, draft)
    if not form.is_valid() or draft is None:
        return _show(request, question, form, draft, status=422)
    return _publish(request, question, form, draft)


def _help(
    request: HttpRequest, question: Question, data: dict, draft: PostDraft | None
) -> HttpResponse:
    """What may answer the question, with a link to it put into what is written when that is asked.

    Nothing is published.
    """
    if too_many(request, "community_similar", LOOKS):
        messages.error(request, _("You have looked often lately. Wait a little, and look again."))
        return _show(request, question, AnswerForm(initial=data, user=request.user), draft)
    helping = help_with(question, user=request.user, now=timezone.now())
    chosen = next((each for each in helping.found if each.id == request.POST.get("insert")), None)
    if chosen is not None:
        data = {**data, "body": with_link(data.get("body", ""), chosen)}
    form = AnswerForm(initial=data, user=request.user)
    return _show(request, question, form, draft, helping=helping)


def _publish(
    request: HttpRequest, question: Question, form: AnswerForm, draft: PostDraft
) -> HttpResponse:
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to go on. What you have written is kept."))
        return redirect_to_login(f"{address_of(question)}#svar")
    if too_many(request, "community_answer", ANSWERS):
        form.add_error(None, _("You have answered often lately. Wait a little, and send again."))
        return _show(request, question, form, draft, status=429)
    try:
        answer = _give(request, question, form, draft)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, question, form, draft, status=409)
    rules.accept(user=request.user, now=timezone.now())
    drafts.discard(draft=draft)  # when it was published before, from another window
    learn_from(answer, question, form.cleaned_data["body"], now=timezone.now())
    _say_published(request, answer, form.cleaned_data["body"])
    return redirect(address_of(question) + anchor_of(question, answer.pk))


def _sent_before(request: HttpRequest) -> Answer | None:
    """What the same form gave when it was sent before."""
    key = request.POST.get("form_key", "").replace("\x00", "")
    if not request.user.is_authenticated or not key:
        return None
    return Answer.objects.filter(author=request.user, form_key=key[:64]).first()


def _kept(request: HttpRequest, question: Question) -> PostDraft | None:
    """The draft of the answer with what was sent laid into it; None when nothing is written."""
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    values = {name: request.POST[name] for name in KEPT if name in request.POST}
    if not str(values.get("body", "")).strip() and not request.FILES:
        return held.find_for(request, question.pk, Purpose.ANSWER)
    return held.write(request, key, values, purpose=Purpose.ANSWER, question=question)


def _begun_too_many(request: HttpRequest, question: Question) -> HttpResponse:
    """The page again with what was sent, which is kept nowhere else."""
    if "autosave" in request.POST:
        return HttpResponse(status=429)
    form = AnswerForm(request.POST, user=request.user)
    form.add_error(None, held.begun_too_many())
    return _show(request, question, form, status=429)


def _with_files(
    request: HttpRequest, question: Question, form: AnswerForm, draft: PostDraft, refused: str
) -> HttpResponse:
    """The page again, with the files as they are now."""
    if refused:
        form.full_clean()
        form.add_error(None, refused)
        return _show(request, question, form, draft, status=422)
    unbound = AnswerForm(initial=form.data, user=request.user)
    return _show(request, question, unbound, draft)


def _give(request: HttpRequest, question: Question, form: AnswerForm, draft: PostDraft) -> Answer:
    """Answer as oneself, or for the team that was chosen."""
    common = {
        "question": question,
        "by": request.user,
        "body": form.cleaned_data["body"],
        "form_key": str(draft.pk),
        "draft": draft,
        "now": timezone.now(),
    }
    if form.team:
        return services.give_official_answer(team=form.team, **common)
    return services.answer_question(**common)


def _say_published(request: HttpRequest, answer: Answer, body: str) -> None:
    if answer.is_held:
        said = _("Thank you. A moderator looks at your answer before others see it.")
        messages.info(request, said)
    else:
        messages.success(request, _("Your answer is published."))
    say_what_was_removed(request, body)
