"""The recurring sweep for targets that ran out."""

from datetime import datetime, timedelta

from dispatch.jobs import recurring
from triage.tickets.clocks import sweep


@recurring("sweep for breaches", every=timedelta(seconds=20))
def sweep_for_breaches(now: datetime) -> None:
    """Record what ran out since the last sweep, in batches until there is no more."""
    while sweep(now) > 0:
        pass
