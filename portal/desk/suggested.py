"""Articles, solved questions and solved cases beside a case, and what staff make of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator

from accounts.models import User
from portal.addresses import addresses
from portal.desk.linked import linked_articles
from search.registry import kind_of
from search.types import Document
from triage.oversight import sources
from triage.suggestions import effect, learning, stored
from triage.tickets.models import Ticket

PLACE = "desk"
LONGEST_EXCERPT = 240  # characters shown
ICONS = {"article": "FileText", "question": "Chat", "ticket": "Archive"}


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One suggestion beside the case. `insert` is the text put into an answer; "" for a case,
    since what was written to somebody else is not passed on."""

    id: str
    kind: str
    icon: str
    title: str
    excerpt: str
    reason: str
    language: str
    address: str
    insert: str
    used: bool
    fits: bool


def beside(ticket: Ticket, user: User) -> list[Beside]:
    """What this person may see of what was found for the case."""
    kept = stored.kept_for(ticket, user)
    known = addresses([each.document.id for each in kept], user=user)
    return [_beside(each, known[each.document.id]) for each in kept if each.document.id in known]


def _beside(kept: stored.Kept, address: str) -> Beside:
    document = kept.document
    excerpt = Truncator(document.summary or document.body).chars(LONGEST_EXCERPT)
    is_case = document.kind == "ticket"
    return Beside(
        id=document.id,
        kind=document.kind,
        icon=ICONS[document.kind],
        title=document.title,
        excerpt="" if is_case else excerpt,
        reason=kept.reason,
        language=document.language,
        address=address,
        insert="" if is_case else _words_for(document, address),
        used=kept.used,
        fits=not kept.dismissed,
    )


def _words_for(document: Document, address: str) -> str:
    """What is put into an answer: the whole of a short answer, never a part of a long text."""
    link = f"{document.title}\n{_absolute(address)}"
    return f"{document.summary}\n\n{link}" if document.summary else link


def _absolute(address: str) -> str:
    return address if "://" in address else f"{settings.PUBLIC_URL}{address}"


def note_used(ticket: Ticket, user: User, *, body: str, key: str, now: datetime) -> None:
    """Count the suggestions whose address stands in a sent answer, and mark them as used.

    Other articles it links to are noted too: they were there, though nothing suggested them.
    """
    linked = linked_articles(body)
    sources.note_articles(ticket=ticket, articles=linked, now=now)
    used = set(linked)
    for each in beside(ticket, user):
        if each.insert and kind_of(each.id) != "ticket" and _absolute(each.address) in body:
            stored.mark_used(ticket, each.id, now=now)
            effect.note("inserted", [each.id], place=PLACE, key=key, now=now)
            used.add(each.id)
    for document in sorted(used):
        learning.learn_from_case(ticket, document, helped=True, by=user.pk, now=now)


def say_fit(ticket: Ticket, user: User, document: str, *, fits: bool, now: datetime) -> Beside:
    """Say that a suggestion does not fit the case, or take that back; the suggestion it is about.

    Both teach what is suggested for cases like it. Raises LookupError for one that does not stand
    beside the case.
    """
    found = next((each for each in beside(ticket, user) if each.id == document), None)
    if found is None:
        raise LookupError(document)
    key = salted_hmac("desk.suggested", f"{ticket.pk} {user.pk}").hexdigest()
    if fits:
        stored.mark_dismissed(ticket, document, now=None)
        effect.take_back("dismissed", document, place=PLACE, key=key)
        learning.forget_word(ticket, document, by=user.pk)
    else:
        stored.mark_dismissed(ticket, document, now=now)
        effect.note("dismissed", [document], place=PLACE, key=key, now=now)
        learning.learn_from_case(ticket, document, helped=False, by=user.pk, now=now)
    return found
