"""Personal data that nobody needs any longer goes by itself: mails, sessions, invitations."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.sessions.models import Session

from accounts.models import Invitation
from dispatch import mail
from dispatch.jobs import recurring
from dispatch.models import Mail, OutboxRow

log = structlog.get_logger(__name__)

INVITATIONS_KEPT = timedelta(days=90)  # after they ran out, so that one can see who was invited


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


@recurring("clear ended sessions", every=timedelta(hours=24))
def clear_ended_sessions(now: datetime) -> None:
    """Remove sessions that ran out, with what was written in them and never sent."""
    gone, _kinds = Session.objects.filter(expire_date__lt=now).delete()
    if gone:
        log.info("ended sessions removed", count=gone)


@recurring("forget old invitations", every=timedelta(hours=24))
def forget_old_invitations(now: datetime) -> None:
    """Remove invitations that ran out long ago: they hold the address of whoever was invited."""
    gone, _kinds = Invitation.objects.filter(expires_at__lt=now - INVITATIONS_KEPT).delete()
    if gone:
        log.info("old invitations removed", count=gone)
