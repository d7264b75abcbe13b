"""The 72 hours of security cases warn: who handles security is told in time, and when they are out.

They run by the clock, at night and on holidays too, and so does the telling. What has been told of
a case stands in a row of its own, written in one transaction with the notices: killed in between,
nothing was done; of two sweepers, the second finds nothing left. The mails themselves go with those
about other deadlines and name nothing but the number of the case.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.utils import InterfaceError, OperationalError

from dispatch.jobs import recurring
from triage.oversight.assessments import REPORT_WITHIN
from triage.oversight.models import Assessment, ReportWarning
from triage.sla.escalation import RUN_OUT
from triage.sla.shares import Share
from triage.tickets import other_clocks
from triage.tickets.deadline_mail import REPORT
from triage.tickets.deadline_notices import What, note_by_the_clock, security_people
from triage.tickets.models import Ticket

log = structlog.get_logger(__name__)

SHARES = (50, 75, RUN_OUT)  # of the 72 hours: 36 and 18 hours before they are out
OLD_NEWS = timedelta(days=7)  # what ran out longer ago is noted, and nobody is told
BATCH = 500


def unassessed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """The security cases among some nobody has said of whether they must be reported."""
    assessed = Assessment.objects.filter(ticket=OuterRef("pk"))
    return tickets.filter(~Exists(assessed), security=True)


def moment_of(ticket: Ticket, percent: int) -> datetime:
    """When a share of a case's 72 hours is used."""
    return ticket.opened_at + REPORT_WITHIN * percent / 100


def warn_of_reports(now: datetime, *, batch: int = BATCH) -> int:
    """Note what is to be told of every case with a share of its 72 hours newly used; how many.

    A case that cannot be dealt with is logged and does not hold up the others.
    """
    dealt_with, after = 0, 0
    while found := list(_due(now).filter(pk__gt=after).order_by("pk")[:batch]):
        dealt_with += sum(_attend(ticket.pk, now) for ticket in found)
        after = found[-1].pk
    return dealt_with


def _due(now: datetime) -> QuerySet[Ticket]:
    """Unassessed cases with a share that is used and not noted: one range of an index."""
    demand = Q()
    for percent in SHARES:
        noted = ReportWarning.objects.filter(ticket=OuterRef("pk"), percent__gte=percent)
        demand |= Q(~Exists(noted), opened_at__lt=now - REPORT_WITHIN * percent / 100)
    return unassessed(
        Ticket.objects.filter(opened_at__lt=now - REPORT_WITHIN * SHARES[0] / 100)
    ).filter(demand)


def _attend(ticket_id: int, now: datetime) -> bool:
    try:
        return _deal_with(ticket_id, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away or busy: the next sweep finds everything again
    except Exception:  # one broken case must not stop the warnings of all others
        log.exception("the 72 hours of a case could not be warned of", ticket=ticket_id)
        return False


@transaction.atomic
def _deal_with(ticket_id: int, now: datetime) -> bool:
    """Note the furthest share that is used, unless somebody has just done so, or assessed."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket_id)
    if not unassessed(Ticket.objects.filter(pk=ticket_id)).exists():
        return False
    noted = set(ReportWarning.objects.filter(ticket=ticket).values_list("percent", flat=True))
    percent = max((each for each in SHARES if moment_of(ticket, each) < now), default=0)
    if percent <= max(noted, default=0):
        return False
    at = moment_of(ticket, percent)
    ReportWarning.objects.create(ticket=ticket, percent=percent, at=at, noted_at=now)
    if at > now - OLD_NEWS:
        note_by_the_clock(
            ticket=ticket,
            kind=REPORT,
            share=Share(at, percent),
            what=What.MISSED if percent == RUN_OUT else What.NEAR,
            people=security_people(),
            now=now,
        )
    return True


def _still_running(tickets: Collection[int]) -> set[int]:
    found = unassessed(Ticket.objects.filter(pk__in=tickets))
    return set(found.values_list("pk", flat=True))


other_clocks.register(
    REPORT,
    other_clocks.OtherClock(
        running=_still_running, due_at=lambda ticket: moment_of(ticket, RUN_OUT)
    ),
)


@recurring("warn of the 72 hours of security cases", every=timedelta(seconds=60))
def warn_of_reports_now(now: datetime) -> None:
    """Note what has come to be told of since the last time; it is told with other deadlines."""
    warn_of_reports(now)
