"""Cases nobody outside asked for: work that stands in the queue, ends by itself, and comes back.

Whoever opens such a case says here when it is no longer needed. Nobody is told by mail.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from search.indexing import changed
from triage.tickets.codes import Channel
from triage.tickets.models import Ticket
from triage.tickets.states import Action
from triage.tickets.work import changing


def is_task(ticket: Ticket) -> bool:
    """Whether the case stands for a question: from the community, and nobody is its requester."""
    return ticket.channel == Channel.COMMUNITY and ticket.requester_id is None


def tasks(by: str = "") -> Q:
    """The same of rows in the database; `by` leads from the row to its case, such as "ticket__"."""
    return Q(**{f"{by}channel": Channel.COMMUNITY, f"{by}requester__isnull": True})


def end_task(*, ticket: Ticket, answered: bool, now: datetime) -> None:
    """Close what needs nobody any more: others have answered, or what it was about is gone.

    A case that has ended already is left as it is.
    """
    ticket.refresh_from_db()
    if not ticket.is_open:
        return
    action = Action.CLOSE_ANSWERED if answered else Action.WITHDRAW
    with changing(ticket, action, by=None, now=now, automatic=True):
        pass


def take_up_again(*, ticket: Ticket, now: datetime) -> None:
    """Put a task that had ended back into the queue, free to take; an open one stays as it is."""
    ticket.refresh_from_db()
    if ticket.is_open:
        return
    with changing(ticket, Action.REOPEN, by=None, now=now, automatic=True) as work:
        work.ticket.assignee = None


def retitle_task(*, ticket: Ticket, subject: str) -> None:
    """Let the subject follow what the task is about, also when that may no longer be read."""
    subject = subject[:200]
    if Ticket.objects.filter(pk=ticket.pk).exclude(subject=subject).update(subject=subject):
        changed(f"ticket:{ticket.pk}", withdrawn=True)  # the former subject is found no more
