"""Changing what one has written, choosing its tags, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.community import drafts, editing, files
from cms.community.anchors import anchor_of
from cms.community.drafts import Purpose
from cms.community.exceptions import ChangedMeanwhile, CommunityError, OthersHaveAnswered
from cms.community.models import Answer, PostDraft, Question
from cms.community.policies import Action, check_can
from portal.account.expired import kept_text, signed_in
from portal.community import held
from portal.community.access import visible_answer, visible_question
from portal.community.endings import help_address
from portal.community.forms import (
    TAGS,
    AnswerChangeForm,
    QuestionChangeForm,
    TagForm,
    new_key,
    posted,
)
from portal.community.presenters import address_of
from portal.community.uploading import brings_files, files_context, take_files
from portal.community.writing import preview_of, say_what_was_removed
from portal.limits import too_many

SAVES = "120/m"
TEXTS = ("title", "product", "body", "language", "reason", "seen")
Form = QuestionChangeForm | AnswerChangeForm


@require_http_methods(["GET", "POST"])
@signed_in()
def edit_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own question."""
    return _edit(request, visible_question(request.user, pk), QuestionChangeForm)


@require_http_methods(["GET", "POST"])
@signed_in()
def edit_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one's own answer, or one's team's."""
    return _edit(request, visible_answer(request.user, pk), AnswerChangeForm)


def _edit(request: HttpRequest, post: Question | Answer, make: Callable[..., Form]) -> HttpResponse:
    check_can(request.user, Action.EDIT, post)
    question, answer = _both(post)
    draft = held.find_for(request, question.pk, Purpose.EDIT, answer)
    if request.method != "POST":
        return _begin(request, post, make, draft)
    if "autosave" in request.POST and too_many(request, "community_autosave", SAVES):
        return HttpResponse(status=429)
    draft = _kept(request, post) or draft
    if "autosave" in request.POST:
        return HttpResponse(status=204)
    written = {**(draft.data if draft else {}), **posted(request.POST, TEXTS)}
    written["form_key"] = str(draft.pk) if draft else request.POST.get("form_key", "")
    form = make(written)
    if draft is not None and brings_files(request):
        refused = take_files(request, draft)
        if refused:
            form.full_clean()
            form.add_error(None, refused)
            return _show(request, post, form, draft, status=422)
        if "save" not in request.POST:
            return _show(request, post, make(initial=written), draft)
    if not form.is_valid():
        return _show(request, post, form, draft, status=422)
    if "preview" in request.POST:
        return _show(request, post, form, draft, preview=True)
    return _save(request, post, form, draft)


def _begin(
    request: HttpRequest, post: Question | Answer, make: Callable[..., Form], draft
) -> HttpResponse:
    """The form with the text as it is, or as it was being changed."""
    initial = {"seen": editing.version_of(post), "form_key": new_key(), **_as_it_is(post)}
    if draft is not None:
        initial |= {**draft.data, "form_key": str(draft.pk)}
    initial |= kept_text(request)
    return _show(request, post, make(initial=initial), draft)


def _as_it_is(post: Question | Answer) -> dict[str, object]:
    if isinstance(post, Answer):
        return {"body": post.body}
    return {
        "title": post.title,
        "product": post.product.slug,
        "body": post.body,
        "language": post.language,
        "topics": [topic.slug for topic in post.topics.all()],
        "access_packages": [package.urn for package in post.access_packages.all()],
    }


def _kept(request: HttpRequest, post: Question | Answer) -> PostDraft | None:
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        return None
    question, answer = _both(post)
    return held.write(
        request,
        key,
        posted(request.POST, TEXTS),
        purpose=Purpose.EDIT,
        question=question,
        answer=answer,
    )


def _save(
    request: HttpRequest, post: Question | Answer, form: Form, draft: PostDraft | None
) -> HttpResponse:
    """Save the change; when somebody else was first, show theirs beside this one."""
    try:
        changed = _change(request, post, form, draft)
    except ChangedMeanwhile as error:
        form.add_error(None, str(error))
        return _show(request, post, form, draft, status=409, overtaken=True)
    except (CommunityError, PermissionDenied) as error:
        form.add_error(None, str(error))
        return _show(request, post, form, draft, status=409)
    if draft is not None:
        drafts.discard(draft=draft)
    if changed.is_held:
        messages.info(
            request, _("The change is saved. A moderator looks at it before others see it.")
        )
    else:
        messages.success(request, _("The change is saved."))
    data = form.cleaned_data
    say_what_was_removed(request, data.get("title", ""), data["body"])
    return redirect(_place(changed))


def _change(
    request: HttpRequest, post: Question | Answer, form: Form, draft: PostDraft | None
) -> Question | Answer:
    data = form.cleaned_data
    common = {
        "by": request.user,
        "body": data["body"],
        "seen": data["seen"],
        "reason": data["reason"],
        "draft": draft,
        "without_files": _keys(request.POST.getlist("without")),
        "now": timezone.now(),
    }
    if isinstance(post, Answer):
        return editing.edit_answer(answer=post, **common)
    return editing.edit_question(
        question=post,
        title=data["title"],
        language=data["language"] or post.language,
        product=data["product"],
        topics=data["topics"],
        access_packages=data["access_packages"],
        **common,
    )


def _keys(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _show(
    request: HttpRequest,
    post: Question | Answer,
    form: Form,
    draft: PostDraft | None,
    *,
    status: int = 200,
    preview: bool = False,
    overtaken: bool = False,
) -> HttpResponse:
    """Draw the form; after being overtaken with how the post stands, and going on from that."""
    question, answer = _both(post)
    rows = files.files_at_hand(draft) if draft else files.files_of(post)
    title = str(form["title"].value() or "") if answer is None else ""
    body = str(form["body"].value() or "")
    now = type(post).objects.get(pk=post.pk) if overtaken else None
    context = {
        "form": form,
        "is_answer": answer is not None,
        "is_official": answer is not None and answer.is_official,
        "title": question.title,
        "language": post.language,
        "back": _place(post),
        "draft": draft,
        "now_stands": now,
        "seen": editing.version_of(post) if overtaken else form["seen"].value(),
        "preview": preview_of(title, body, with_files=rows) if preview else None,
        **files_context(request, rows, refused=status == 422),
    }
    return render(request, "community/edit.html", context, status=status)


# --- tags ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in()
def retag(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the tags of a question; for the asker and moderators."""
    question = visible_question(request.user, pk)
    check_can(request.user, Action.RETAG, question)
    product = question.product.slug
    if request.method != "POST":
        values = _as_it_is(question)
        return _show_tags(request, question, TagForm(initial=values, product=product))
    form = TagForm({name: request.POST.getlist(name) for name in TAGS}, product=product)
    if not form.is_valid():
        return _show_tags(request, question, form, status=422)
    editing.retag(question=question, by=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The tags are saved."))
    return redirect(address_of(question))


def _show_tags(
    request: HttpRequest, question: Question, form: TagForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "title": question.title,
        "language": question.language,
        "back": address_of(question),
    }
    return render(request, "community/retag.html", context, status=status)


# --- taking back --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in()
def withdraw_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, and take the question back; not when others have answered it."""
    question = visible_question(request.user, pk)
    check_can(request.user, Action.WITHDRAW, question)
    if request.method != "POST":
        refused = ""
        if editing.has_others_answers(question, request.user):
            refused = str(OthersHaveAnswered())
        return _ask_once_more(request, question, refused)
    try:
        editing.withdraw_question(question=question, by=request.user, now=timezone.now())
    except OthersHaveAnswered as error:
        return _ask_once_more(request, question, str(error), status=409)
    messages.success(request, _("The question is withdrawn. Others cannot see it any more."))
    return redirect("community")


@require_http_methods(["GET", "POST"])
@signed_in()
def withdraw_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, and take the answer back."""
    answer = visible_answer(request.user, pk)
    check_can(request.user, Action.WITHDRAW, answer)
    if request.method != "POST":
        return _ask_once_more(request, answer)
    editing.withdraw_answer(answer=answer, by=request.user, now=timezone.now())
    messages.success(request, _("The answer is withdrawn. Others cannot see it any more."))
    return redirect(address_of(answer.question))


def _ask_once_more(
    request: HttpRequest, post: Question | Answer, refused: str = "", *, status: int = 200
) -> HttpResponse:
    question, answer = _both(post)
    edit = "community_edit_question" if answer is None else "community_edit_answer"
    context = {
        "is_answer": answer is not None,
        "solves": answer is not None and question.accepted_answer_id == answer.pk,
        "refused": refused,
        "title": question.title,
        "language": question.language,
        "back": _place(post),
        "edit_address": reverse(edit, args=[post.pk]),
        "help_address": help_address(question.title),
    }
    return render(request, "community/withdraw.html", context, status=status)


def _both(post: Question | Answer) -> tuple[Question, Answer | None]:
    return (post.question, post) if isinstance(post, Answer) else (post, None)


def _place(post: Question | Answer) -> str:
    question, answer = _both(post)
    address = address_of(question)
    return address + anchor_of(question, answer.pk) if answer else address
