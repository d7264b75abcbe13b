"""Kept mails are personal data: they go when they are no longer needed to see what was sent."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings

from dispatch import mail
from dispatch.jobs import recurring
from dispatch.models import Mail, OutboxRow

log = structlog.get_logger(__name__)


@recurring("clear old mails", every=timedelta(hours=24))
def clear_old_mails(now: datetime) -> None:
    """Remove mails older than MAIL_KEEP_DAYS; one that is still to be sent stays."""
    waiting = OutboxRow.objects.filter(topic=mail.TOPIC, delivered_at=None, given_up_at=None)
    gone, _kinds = (
        Mail.objects.filter(created_at__lt=now - timedelta(days=settings.MAIL_KEEP_DAYS))
        .exclude(pk__in=list(waiting.values_list("payload__mail", flat=True)))
        .delete()
    )
    if gone:
        log.info("old mails removed", count=gone)
