"""Files that come along with a text being written, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.community import files
from cms.community.drawing import file_address
from cms.community.exceptions import FileRefused
from cms.community.models import Answer, PostDraft, PostFile, Question
from portal.community import held
from portal.limits import too_many

FILES = "30/h"
ATTACH, REMOVE, ALT = "attach", "remove_file", "alt"


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """A file beside a text: where it is, and how the text shows it."""

    key: str
    name: str
    address: str
    alt: str
    is_picture: bool
    markdown: str
    size: str
    width: int
    height: int


def shown_files(rows: Iterable[PostFile]) -> list[ShownFile]:
    """The files as their list shows them."""
    return [_shown(file) for file in rows]


def files_context(
    request: HttpRequest, rows: Iterable[PostFile], *, refused: bool = False
) -> dict[str, object]:
    """What the part of a form about files shows; what is published stays until it is saved."""
    rows = list(rows)
    return {
        "files": shown_files(rows),
        "has_pictures": any(file.width for file in rows),
        "keeps": {str(file.pk) for file in rows if file.draft_id is None},
        "alt": request.POST.get(ALT, "") if refused else "",
        "opens_files": refused and brings_files(request),
    }


def beneath(rows: Iterable[PostFile], html: str) -> list[ShownFile]:
    """The files of a post that its text does not show itself."""
    return [each for each in shown_files(rows) if f'src="{each.address}"' not in html]


def _shown(file: PostFile) -> ShownFile:
    return ShownFile(
        key=str(file.pk),
        name=file.name,
        address=file_address(file),
        alt=file.alt,
        is_picture=bool(file.width),
        markdown=f"![{file.alt}]({file.name})" if file.width else "",
        size=filesizeformat(file.size),
        width=file.width or 0,
        height=file.height or 0,
    )


def brings_files(request: HttpRequest) -> bool:
    """Whether the form was sent to add or remove a file, or brought one along."""
    return any(name in request.POST for name in (ATTACH, REMOVE)) or bool(request.FILES)


def take_files(request: HttpRequest, draft: PostDraft) -> str:
    """Add or remove what the form says; returns why a file is not taken in, "" otherwise."""
    removed = request.POST.get(REMOVE)
    if removed:
        files.remove([file for file in _new_files(draft) if str(file.pk) == removed])
        return ""
    upload = request.FILES.get("file")
    if upload is None:
        return _("Choose a file first.") if ATTACH in request.POST else ""
    if not request.user.is_authenticated:
        return _("Sign in to add files. What you have written is kept.")
    if too_many(request, "community_files", FILES):
        return _("You have added many files lately. Wait a little.")
    try:
        file = files.add_file(
            draft=draft,
            upload=upload,
            alt=request.POST.get(ALT, ""),
            by=request.user,
            now=timezone.now(),
        )
    except FileRefused as error:
        return str(error)
    messages.success(request, _("%(name)s is added.") % {"name": file.name})
    return ""


def _new_files(draft: PostDraft) -> list[PostFile]:
    return list(PostFile.objects.filter(draft=draft))


@require_safe
def file(request: HttpRequest, key) -> HttpResponse:
    """A file of a post, for those who may see the post now; of a draft, for who writes it.

    Every showing is checked anew: what is hidden is gone at once.
    """
    found = PostFile.objects.filter(pk=key).first()
    if found is None or not _may_see(request, found):
        raise Http404
    mark = f'"{found.sha256}"'
    if request.headers.get("If-None-Match") == mark:
        response = HttpResponseNotModified()
    else:
        response = _content(found)
    response["ETag"] = mark
    response["Cache-Control"] = "private, no-cache"
    return response


def _may_see(request: HttpRequest, file: PostFile) -> bool:
    if file.question_id:
        return Question.objects.visible_to(request.user).filter(pk=file.question_id).exists()
    if file.answer_id:
        return Answer.objects.visible_to(request.user).filter(pk=file.answer_id).exists()
    return held.find(request, file.draft_id) is not None


def _content(file: PostFile) -> FileResponse:
    try:
        content = files.storage().open(file.path)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        as_attachment=not file.width,
        filename=file.name,
        content_type=file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
