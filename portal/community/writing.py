"""What a text becomes: drawn as it will be shown, without what is taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.community import files, guard
from cms.community.drawing import drawn
from cms.community.models import LONGEST_BODY, LONGEST_TITLE, PostFile
from cms.community.texts import language_of, many_lines, one_line
from portal.community import held
from portal.community.presenters import reachable
from portal.community.uploading import ShownFile, beneath
from portal.limits import too_many

PREVIEWS = "120/m"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A text as it will be shown; `counts` is how much of each kind was taken out."""

    title: str
    body: str
    html: str
    language: str
    counts: Mapping[str, int] = field(default_factory=dict)
    files: tuple[ShownFile, ...] = ()

    @property
    def warning(self) -> str:
        """What to say about what is taken out; empty when there is nothing."""
        return removed_in_words(self.counts)


def preview_of(
    title: str, body: str, language: str = "", *, with_files: Iterable[PostFile] = ()
) -> Preview:
    """The text as the services would store it; `language` is found when it is not given."""
    language = language or language_of(f"{title}\n{body}", otherwise=get_language() or "nb")
    masked, rows = many_lines(body, language), list(with_files)
    html = drawn(masked, files=rows).html
    return Preview(
        title=one_line(title, language),
        body=masked,
        html=reachable(html),
        language=language,
        counts=guard.counted(title, body),
        files=tuple(beneath(rows, html)),
    )


def removed_in_words(counts: Mapping[str, int]) -> str:
    """That numbers and secrets are not published; empty when there are none."""
    return " ".join(guard.taken_out_in_words(counts))


def say_what_was_removed(request: HttpRequest, *texts: str) -> None:
    """Tell somebody whose text is stored what is no longer in it; nothing when it is whole."""
    told = guard.was_taken_out_in_words(guard.counted(*texts))
    if told:
        messages.warning(request, told)


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """What is being written, as it will be shown; asked for by script after a pause."""
    title, body = request.POST.get("title", ""), request.POST.get("body", "")
    if len(title) > 2 * LONGEST_TITLE or len(body) > 2 * LONGEST_BODY:
        return JsonResponse({"error": _("The text is too long.")}, status=413)
    if too_many(request, "community_preview", PREVIEWS):
        return JsonResponse({"error": _("Wait a moment.")}, status=429)
    draft = held.find(request, request.POST.get("form_key", "")) if "![" in body else None
    rows = files.files_at_hand(draft) if draft else ()
    shown = preview_of(title, body, request.POST.get("language", ""), with_files=rows)
    answer = {"html": shown.html, "language": shown.language, "warning": shown.warning}
    if shown.counts:
        answer["masked"] = {"title": shown.title, "body": shown.body}
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response
