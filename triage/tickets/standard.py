"""The written standard a requester is answered in: bokmål, nynorsk or English."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Language, User
from triage.tickets.models import Ticket
from triage.tickets.states import Action
from triage.tickets.work import changing


def correct_language(*, ticket: Ticket, by: User, language: str, now: datetime) -> None:
    """Set the written standard the requester is answered in. Raises ValueError for another."""
    wanted = Language(language)
    with changing(
        ticket, Action.CORRECT_LANGUAGE, by=by, now=now, language=wanted, before=ticket.language
    ) as work:
        work.ticket.language = wanted
