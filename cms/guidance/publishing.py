"""Publishing at a time set beforehand."""

from datetime import datetime, timedelta

from django.core.management import call_command

from dispatch.jobs import recurring


@recurring("publish what is due", every=timedelta(minutes=1))
def publish_due(now: datetime) -> None:
    """Publish and take down pages whose time has come; Wagtail compares with its own clock."""
    call_command("publish_scheduled", verbosity=0)
