"""Questions and articles that look like the question being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.addresses import addresses
from portal.once_each import once_each
from triage.suggestions.suggest import suggest

LONGEST_COMPARED = 2_000  # characters; the rest of a long text says little more
SHORTEST_COMPARED = 4


@dataclass(frozen=True, kw_only=True)
class Similar:
    """Something that may be the answer, with where it is and why it is shown."""

    id: str
    kind: str
    icon: str
    title: str
    excerpt: SafeString
    reason: str
    language: str
    address: str


def similar_to(text: str, *, product: str, user, now: datetime, own: str = "") -> list[Similar]:
    """The few best, best first; none for a text that says nothing yet.

    `own` is the id of the question the text is of, when it is asked already.
    """
    text = text.strip()[:LONGEST_COMPARED]
    if len(text) < SHORTEST_COMPARED:
        return []
    language = get_language() or "nb"
    found = suggest(text, user=user, language=language, now=now, product=product, own=own)
    found = once_each(found, language)
    where = addresses([each.id for each in found], user=user)
    return [
        Similar(
            id=each.id,
            kind=_("Article") if each.kind == "article" else _("Question with answers"),
            icon="FileText" if each.kind == "article" else "Chat2",
            title=each.title,
            excerpt=mark_safe(each.excerpt_html),  # noqa: S308  escaped where it is made
            reason=each.reason,
            language=each.language,
            address=where[each.id],
        )
        for each in found
        if each.id in where
    ]
