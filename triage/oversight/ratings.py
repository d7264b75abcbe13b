"""How satisfied those who asked are: one answer for each time a case was solved."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from triage.oversight.models import LONGEST_COMMENT, Rating
from triage.tickets.exceptions import ActionNotPossible
from triage.tickets.models import Ticket, TicketEvent
from triage.tickets.redact import redacted
from triage.tickets.states import Status


def may_rate(user, ticket: Ticket) -> bool:
    """Whether the person is the one to say: who asked, and only while the case is solved.

    Colleagues who follow a case are not asked, so that everybody who asks counts once.
    """
    return (
        user.is_authenticated
        and ticket.requester_id == user.pk
        and ticket.status == Status.RESOLVED
    )


def rating_of(ticket: Ticket) -> Rating | None:
    """What was said about the solution the case has now, or None."""
    solution = _solution(ticket)
    return Rating.objects.filter(solution=solution).first() if solution else None


@transaction.atomic
def rate(*, ticket: Ticket, by: User, grade: int, now: datetime, comment: str = "") -> Rating:
    """Say how satisfied one is, 1 to 5. Said again it replaces what was said of this solution.

    An empty comment leaves an earlier one. Raises PermissionDenied for anybody else, ValueError
    for another grade, and ActionNotPossible when the case is not solved any more.
    """
    grade = Rating.Grade(grade).value
    locked = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if locked.requester_id != by.pk or not by.is_active:
        raise PermissionDenied(_("Only the one who asked can say how it went."))
    solution = _solution(locked)
    if not may_rate(by, locked) or solution is None:
        raise ActionNotPossible
    values = {"ticket": locked, "grade": grade, "at": now}
    said = redacted(comment.replace("\r\n", "\n").strip()).text
    if said:
        values["comment"] = said[:LONGEST_COMMENT]
    rating, _made = Rating.objects.update_or_create(solution=solution, defaults=values)
    return rating


def _solution(ticket: Ticket) -> TicketEvent | None:
    return ticket.events.filter(kind="resolved").order_by("-at", "-pk").first()
