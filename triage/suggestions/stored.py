"""Suggestions kept with a case, for the desk: articles and solved questions, and solved cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import visibility
from search.registry import kind_of, registry
from search.types import Document
from triage.suggestions.answering import answering
from triage.suggestions.models import TicketSuggestion
from triage.suggestions.suggest import KINDS, find, reason_for, shared_words
from triage.tickets.models import Ticket

ARTICLES = 3
CASES = 2
READERS = frozenset({visibility.PUBLIC, visibility.SIGNED_IN})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A stored suggestion with its document as it is now, and the sentence on why."""

    document: Document
    reason: str
    used: bool
    dismissed: bool


def store_suggestions(ticket: Ticket, text: str, *, product: str, now: datetime) -> None:
    """Find and keep what may answer the case, in place of what was found before.

    Articles and questions are those its reader may open; cases are solved ones any first line
    may read. Raises SearchError when the engine is away; what was kept then stays.
    """
    common = {"language": ticket.language, "now": now, "product": product}
    hits = find(text, visibility=READERS, kinds=KINDS, limit=ARTICLES, **common)
    if not ticket.security:
        hits += find(
            text,
            visibility={visibility.DESK},
            kinds=("ticket",),
            limit=CASES,
            own=f"ticket:{ticket.pk}",
            **common,
        )
    rows = [
        TicketSuggestion(
            ticket=ticket,
            document=hit.id,
            score=round(hit.score, 4),
            words=shared_words(hit.reasons),
            at=now,
        )
        for hit in hits
    ]
    with transaction.atomic():
        kept = TicketSuggestion.objects.filter(ticket=ticket)
        said = kept.filter(used_at__isnull=True, dismissed_at__isnull=True)
        said.exclude(document__in=[row.document for row in rows]).delete()
        TicketSuggestion.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["ticket", "document"],
            update_fields=["score", "words", "at"],
        )


def kept_for(ticket: Ticket, user) -> list[Kept]:
    """What was found for the case and this person may see now: articles first, cases last.

    A case that was reopened since, or a question whose answer was taken back, answers nothing now.
    """
    rows = list(TicketSuggestion.objects.filter(ticket=ticket).order_by("-score", "pk"))
    if not rows:
        return []
    seen = registry.recheck([row.document for row in rows], user)
    documents = {each.id: each for each in registry.get_documents(answering(seen))}
    shown = [
        Kept(
            document=documents[row.document],
            reason=reason_for(kind_of(row.document), row.words),
            used=row.used_at is not None,
            dismissed=row.dismissed_at is not None,
        )
        for row in rows
        if row.document in documents
    ]
    return sorted(shown, key=lambda each: each.document.kind == "ticket")


def mark_used(ticket: Ticket, document: str, *, now: datetime) -> None:
    """Note that a suggestion went into an answer of the case."""
    rows = TicketSuggestion.objects.filter(ticket=ticket, document=document)
    rows.update(used_at=now, dismissed_at=None)


def mark_dismissed(ticket: Ticket, document: str, *, now: datetime | None) -> None:
    """Note that a suggestion does not fit the case; None takes it back."""
    TicketSuggestion.objects.filter(ticket=ticket, document=document).update(dismissed_at=now)
