"""A case as the classifier reads it: its text, the facts beside it, and the labels it has."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet

from accounts.roles import Line
from triage.classifier import labels
from triage.classifier.corpus.samples import case_text
from triage.tickets.codes import Environment
from triage.tickets.models import Message, Ticket
from triage.tickets.tasks import tasks


def text_of(ticket: Ticket) -> str:
    """What the case says: its subject and the first words of the one who asks."""
    first = words_of_who_asks(ticket).values_list("body", flat=True).first()
    return case_text(ticket.subject, first or "")


def words_of_who_asks(ticket: Ticket | OuterRef) -> QuerySet[Message]:
    """What the one who asks has written in a case, the first first.

    A task stands for a question in the community: its title is the asker's, its text is ours.
    """
    written = Message.objects.filter(
        ticket=ticket, from_requester=True, visibility=Message.Visibility.PUBLIC
    )
    return written.exclude(tasks(by="ticket__")).order_by("created_at", "pk")


def facts_of(ticket: Ticket) -> dict[str, str]:
    """What is known beside the text when the case comes in: who asks, which way, and about what."""
    return {
        "organisation": ticket.organisation.segment if ticket.organisation else "",
        "channel": ticket.channel,
        "environment": "" if ticket.environment == Environment.UNKNOWN else ticket.environment,
    }


def stands(ticket: Ticket, target: str) -> str:
    """The label the case has as it stands; "" when none."""
    match target:
        case labels.PRODUCT:
            return labels.product_label(ticket.product.slug) if ticket.product else ""
        case labels.TOPIC:
            topic = ticket.topic
            return labels.topic_label(topic.product.slug, topic.slug) if topic else ""
        case labels.TEAM:
            return labels.team_label(ticket.team.slug, ticket.team.line == Line.FIRST)
        case labels.PRIORITY:
            return f"{ticket.impact}x{ticket.urgency}"
        case labels.CASE_TYPE:
            return ticket.case_type
    raise ValueError(f"Not a question about a case: {target!r}")
