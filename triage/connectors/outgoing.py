"""What outside systems should be told. No CRM is connected yet: the rows wait in the outbox.

There is one waiting row for each ticket that has changed, not one for each change: whoever
connects a CRM reads the ticket as it is then. Rows nobody came for are cleared after a time; a
CRM that is connected later begins with `queue_all_tickets`, so nothing is lost by it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from dispatch import outbox
from dispatch.jobs import recurring
from dispatch.models import OutboxRow
from triage.tickets.models import Ticket

CRM = "crm"
BATCH = 1000


def hold_for_crm() -> None:
    """Let the rows for the CRM wait until there is a connector to handle them."""
    outbox.hold(CRM)


def waiting() -> int:
    """How many tickets have changed without a CRM having been told."""
    return OutboxRow.objects.filter(
        topic=CRM, delivered_at__isnull=True, given_up_at__isnull=True
    ).count()


def queue_all_tickets() -> int:
    """A row for every ticket that has none waiting: how a newly connected CRM begins.

    Returns how many rows there were room for; running it again adds none while they wait.
    """
    before = waiting()
    rows = []
    for pk in Ticket.objects.order_by("pk").values_list("pk", flat=True).iterator(BATCH):
        rows.append(OutboxRow(topic=CRM, key=str(pk), payload={"ticket": pk}))
        if len(rows) == BATCH:
            OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
            rows = []
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
    return waiting() - before


@recurring("clear rows no CRM came for", every=timedelta(hours=24))
def clear_held(now: datetime) -> None:
    """Remove rows older than CRM_KEEP_DAYS while no CRM is connected; the tickets stay."""
    if not outbox.is_held(CRM):
        return
    oldest = now - timedelta(days=settings.CRM_KEEP_DAYS)
    OutboxRow.objects.filter(topic=CRM, delivered_at=None, created_at__lt=oldest).delete()
