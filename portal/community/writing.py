"""What a text becomes: drawn as it will be shown, without the numbers that are taken out."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.community.models import LONGEST_BODY, LONGEST_TITLE
from cms.community.texts import language_of, many_lines, one_line
from markup.markdown import render
from portal.community.presenters import reachable
from portal.limits import too_many
from search.text.redaction import find_identity_numbers

PREVIEWS = "120/m"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A text as it will be shown; `numbers` is how many identity numbers were taken out."""

    title: str
    body: str
    html: str
    language: str
    numbers: int

    @property
    def warning(self) -> str:
        """What to say about the numbers that are taken out; empty when there are none."""
        return removed_in_words(self.numbers)


def preview_of(title: str, body: str, language: str = "") -> Preview:
    """The text as the services would store it; `language` is found when it is not given."""
    language = language or language_of(f"{title}\n{body}", otherwise=get_language() or "nb")
    masked = many_lines(body, language)
    return Preview(
        title=one_line(title, language),
        body=masked,
        html=reachable(render(masked)),
        language=language,
        numbers=numbers_in(title, body),
    )


def numbers_in(*texts: str) -> int:
    """How many identity numbers stand in the texts."""
    return sum(len(find_identity_numbers(text)) for text in texts)


def removed_in_words(numbers: int) -> str:
    """That identity numbers are not published; empty when there are none."""
    if not numbers:
        return ""
    return ngettext(
        "There is a national identity number in the text. It is never published: we take it out.",
        "There are %(count)s national identity numbers in the text. They are never published: "
        "we take them out.",
        numbers,
    ) % {"count": numbers}


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """What is being written, as it will be shown; asked for by script after a pause."""
    title, body = request.POST.get("title", ""), request.POST.get("body", "")
    if len(title) > 2 * LONGEST_TITLE or len(body) > 2 * LONGEST_BODY:
        return JsonResponse({"error": _("The text is too long.")}, status=413)
    if too_many(request, "community_preview", PREVIEWS):
        return JsonResponse({"error": _("Wait a moment.")}, status=429)
    shown = preview_of(title, body, request.POST.get("language", ""))
    answer = {"html": shown.html, "language": shown.language, "warning": shown.warning}
    if shown.numbers:
        answer["masked"] = {"title": shown.title, "body": shown.body}
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    return response
