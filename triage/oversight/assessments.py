"""Must a security case be reported within 72 hours? Who thinks so, when and why."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from triage.oversight.models import LONGEST_COMMENT, Assessment
from triage.tickets.exceptions import ActionNotPossible, MissingReason
from triage.tickets.models import Ticket
from triage.tickets.policies import is_on_desk
from triage.tickets.redact import redacted

REPORT_WITHIN = timedelta(hours=72)  # by the clock, nights and holidays too: GDPR article 33


def may_assess(user, ticket: Ticket) -> bool:
    """Whether the person decides: those who handle the case, and managers who may read it."""
    if not user.is_authenticated or not ticket.security:
        return False
    if is_on_desk(user, ticket):
        return True
    return user.is_manager and Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists()


def assess(*, ticket: Ticket, by: User, decision: str, reason: str, now: datetime) -> Assessment:
    """Say whether the case is reported, and why. Raises PermissionDenied, MissingReason.

    The same person saying the same twice in a row is written once. Raises ValueError for another
    decision, and ActionNotPossible for a case that is no security case.
    """
    decision = Assessment.Decision(decision)
    if not ticket.security:
        raise ActionNotPossible
    if not may_assess(by, ticket):
        raise PermissionDenied(_("You cannot do this in this case. Ask the team that has it."))
    said = redacted(reason.replace("\r\n", "\n").strip()).text
    if not said:
        raise MissingReason
    said = said[:LONGEST_COMMENT]
    last = history(ticket).last()
    if last and (last.by_id, last.decision, last.reason) == (by.pk, decision, said):
        return last
    return Assessment.objects.create(ticket=ticket, decision=decision, reason=said, by=by, at=now)


def report_clock(ticket: Ticket) -> tuple[datetime, datetime | None] | None:
    """When the 72 hours of a security case end, and when it was first assessed; None for others."""
    if not ticket.security:
        return None
    first = history(ticket).first()
    return ticket.opened_at + REPORT_WITHIN, first.at if first else None


def history(ticket: Ticket) -> QuerySet[Assessment]:
    """Every assessment of a case, the oldest first."""
    return Assessment.objects.filter(ticket=ticket).select_related("by").order_by("at", "pk")
