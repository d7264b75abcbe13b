"""Cases as documents to be found: subject and public messages, never internal notes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts import visibility
from search.registry import number_of
from search.types import Authority, Document
from triage.tickets.models import Involvement, Message, Ticket

KIND = "ticket"
CHUNK = 500


def tokens_of(ticket: Ticket) -> frozenset[str]:
    """Who may find the case: the same rule as `Ticket.objects.visible_to`."""
    tokens = {visibility.user_token(part.user_id) for part in ticket.participants.all()}
    tokens |= {visibility.team_token(part.team_id) for part in ticket.involvements.all()}
    if ticket.requester_id:
        tokens.add(visibility.user_token(ticket.requester_id))
    if ticket.security:
        tokens.add(visibility.SECURITY)
        if ticket.organisation_id:
            tokens.add(visibility.incident_token(ticket.organisation_id))
        return frozenset(tokens)
    tokens.add(visibility.DESK)
    if ticket.organisation_id:
        tokens.add(visibility.organisation_token(ticket.organisation_id))
    return frozenset(tokens)


def document_for(ticket: Ticket) -> Document:
    """The case as a document; the relations are prefetched by `_rows`."""
    messages = [message.body for message in ticket.public_messages]
    return Document(
        id=f"{KIND}:{ticket.pk}",
        kind=KIND,
        title=ticket.subject,
        summary=ticket.reference,
        body="\n\n".join(messages),
        search_words=(ticket.reference,),
        language=ticket.language,
        products=(ticket.product.slug,) if ticket.product else (),
        authority=Authority.COMMUNITY,
        updated_at=ticket.changed_at,
        visibility=tokens_of(ticket),
    )


def _rows() -> QuerySet[Ticket]:
    public = Message.objects.filter(visibility=Message.Visibility.PUBLIC).order_by("created_at")
    return Ticket.objects.select_related("product").prefetch_related(
        Prefetch("messages", queryset=public, to_attr="public_messages"),
        Prefetch("involvements", queryset=Involvement.objects.only("ticket_id", "team_id")),
        "participants",
    )


def _ids(document_ids: Collection[str]) -> list[int]:
    numbers = (number_of(each) for each in document_ids)
    return [number for number in numbers if number is not None]


class TicketSource:
    """Cases, for the search registry."""

    kind = KIND
    names = ("sak", "saker", "case", "cases")

    def iter_documents(self) -> Iterator[Document]:
        """Every case that is one, in bounded memory."""
        rows = _rows().exclude(close_reason="not_a_case").order_by("pk")
        for ticket in rows.iterator(chunk_size=CHUNK):
            yield document_for(ticket)

    def get_documents(self, ids: Collection[str]) -> Iterable[Document]:
        """Those that exist; what turned out not to be a case is left out."""
        rows = _rows().exclude(close_reason="not_a_case").filter(pk__in=_ids(ids))
        return [document_for(ticket) for ticket in rows]

    def recheck(self, ids: Collection[str], user: Any) -> set[str]:
        """Those the person may see now."""
        seen = Ticket.objects.visible_to(user).filter(pk__in=_ids(ids))
        return {f"{KIND}:{pk}" for pk in seen.values_list("pk", flat=True)}
