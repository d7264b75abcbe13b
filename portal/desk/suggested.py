"""Articles, solved questions and solved cases beside a case, and what staff make of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Language, User
from portal.addresses import absolute, addresses
from portal.desk import asked_in
from portal.desk.linked import linked_articles
from search.types import Document
from triage.oversight import sources
from triage.suggestions import effect, learning, stored
from triage.tickets.models import Ticket

PLACE = "desk"
LONGEST_EXCERPT = 240  # characters shown
ICONS = {"article": "FileText", "question": "Chat", "ticket": "Archive"}


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One suggestion beside the case, in the asker's written standard where there is such a text.

    `insert` is the text put into an answer and `link` the shorter one of title and address, both
    "" for a case: what was written to somebody else is not passed on. `insert` is "" too where the
    text is in another language than the asker's; `in_other_language` says which.
    """

    id: str
    kind: str
    icon: str
    title: str
    excerpt: str
    reason: str
    language: str
    address: str
    insert: str
    link: str
    in_other_language: str
    used: bool
    fits: bool


def beside(ticket: Ticket, user: User) -> list[Beside]:
    """What this person may see of what was found for the case."""
    kept = stored.kept_for(ticket, user)
    theirs = asked_in.versions([each.document for each in kept], ticket.language, user)
    shown = [(each, theirs.get(each.document.id, each.document)) for each in kept]
    known = addresses([document.id for _kept, document in shown], user=user)
    return [
        _beside(each, document, known[document.id], ticket.language)
        for each, document in shown
        if document.id in known
    ]


def _beside(kept: stored.Kept, document: Document, address: str, language: str) -> Beside:
    excerpt = Truncator(document.summary or document.body).chars(LONGEST_EXCERPT)
    is_case = document.kind == "ticket"
    return Beside(
        id=kept.document.id,
        kind=document.kind,
        icon=ICONS[document.kind],
        title=document.title,
        excerpt="" if is_case else excerpt,
        reason=kept.reason,
        language=document.language,
        address=address,
        insert="" if is_case or document.language != language else _words_for(document, address),
        link="" if is_case else _link_to(document, address, language),
        in_other_language="" if is_case else _in_other(document.language, language),
        used=kept.used,
        fits=not kept.dismissed,
    )


def _in_other(own: str, language: str) -> str:
    if own in ("", language):
        return ""
    said = {Language.NB: _("in bokmål"), Language.NN: _("in nynorsk"), Language.EN: _("in English")}
    return said[Language(own)]


def _words_for(document: Document, address: str) -> str:
    """What is put into an answer: the whole of a short answer, never a part of a long text."""
    link = _link_to(document, address, document.language)
    return f"{document.summary}\n\n{link}" if document.summary else ""


def _link_to(document: Document, address: str, language: str) -> str:
    """Title and address; with what language it is in, in the asker's words, when in another."""
    link = f"{document.title}\n{absolute(address)}"
    if document.language in ("", language):
        return link
    with translation.override(language):
        names = {
            Language.NB: _("This text is in bokmål:"),
            Language.NN: _("This text is in nynorsk:"),
            Language.EN: _("This text is in English:"),
        }
        return f"{names[Language(document.language)]}\n{link}"


def note_used(ticket: Ticket, user: User, *, body: str, key: str, now: datetime) -> None:
    """Count the suggestions whose address stands in a sent answer, and mark them as used.

    Other articles it links to are noted too: they were there, though nothing suggested them.
    """
    linked = linked_articles(body)
    sources.note_articles(ticket=ticket, articles=linked, now=now)
    used = set(linked)
    for each in beside(ticket, user):
        if each.link and absolute(each.address) in body:
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
