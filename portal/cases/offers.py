"""Articles and solved questions offered to somebody who is writing, ready to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.addresses import addresses
from portal.once_each import once_each
from search.text.redaction import MASKS
from triage.suggestions import effect
from triage.suggestions.suggest import Suggested, suggest
from triage.tickets.redact import redacted

PLACE = "ask"
IN_LANGUAGE = {
    "nb": gettext_lazy("in bokmål"),
    "nn": gettext_lazy("in nynorsk"),
    "en": gettext_lazy("in English"),
}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One suggestion. `excerpt_html` is escaped.

    `other_language` says "in English" and the like; it is empty for the reader's own.
    """

    id: str
    kind: str
    icon: str
    title: str
    excerpt_html: str
    reason: str
    language: str
    other_language: str
    address: str


def offers(
    request: HttpRequest, text: str, *, product: str, key: UUID, now: datetime
) -> list[Offer]:
    """What may answer the text, counted as shown; nothing when search is away."""
    language = get_language() or "nb"
    words = _without_masks(redacted(text).text)
    found = suggest(words, user=request.user, language=language, now=now, product=product)
    found = once_each(found, language)
    known = addresses([item.id for item in found], user=request.user)
    shown = [_offer(item, key, language) for item in found if item.id in known]
    if shown:
        effect.note("shown", [item.id for item in shown], place=PLACE, key=str(key), now=now)
    return shown


def _without_masks(text: str) -> str:
    """The text without the words that stand for identity numbers: nobody asks about those."""
    for words in {words for masks in MASKS.values() for words in masks.values()}:
        text = text.replace(words, " ")
    return text


def _offer(item: Suggested, key: UUID, language: str) -> Offer:
    question = item.kind == "question"
    other = item.language and item.language != language
    return Offer(
        id=item.id,
        kind=_("Solved question") if question else _("Guidance"),
        icon="Chat" if question else "FileText",
        title=item.title,
        excerpt_html=item.excerpt_html,
        reason=item.reason,
        language=item.language,
        other_language=str(IN_LANGUAGE.get(item.language, "")) if other else "",
        address=f"{reverse('ask_open')}?{urlencode({'d': item.id, 'n': str(key)})}",
    )
