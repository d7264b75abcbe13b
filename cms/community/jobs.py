"""What the community's workers do by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from cms.community import digest_letters, notice_list, notices
from dispatch.jobs import recurring


@recurring("tell teams what to confirm", every=timedelta(hours=1))
def tell_to_confirm(now: datetime) -> None:
    """Tell teams of their official answers that are to be confirmed."""
    notices.tell_to_confirm(now)


@recurring("forget old notices", every=timedelta(hours=24))
def forget_old_notices(now: datetime) -> None:
    """Delete notices nobody needs any more."""
    notice_list.forget_old(now)


@recurring("send digests", every=timedelta(minutes=5))
def send_digests(now: datetime) -> None:
    """Send the digests whose turn it is, in working hours."""
    digest_letters.send_due(now)
