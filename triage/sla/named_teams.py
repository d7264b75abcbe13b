"""A team that the rules name is kept: without it they would promise and move what nobody does."""

from __future__ import annotations

from datetime import datetime

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import TeamIsNamed
from accounts.models import Team
from triage.sla.models import PolicyVersion
from triage.sla.policy import Policy
from triage.sla.service_model import service_model


@receiver(pre_delete, sender=Team)
def keep_named_team(sender: type[Team], instance: Team, **kwargs) -> None:
    """Raise TeamIsNamed, with where, when rules that hold now or later name the team."""
    for policy in _policies_from(timezone.now()):
        where = _where(instance.slug, policy)
        if where:
            raise TeamIsNamed(where % {"team": instance.name})


def _policies_from(now: datetime) -> list[Policy]:
    in_force = PolicyVersion.objects.filter(valid_from__lte=now)[:1]
    coming = PolicyVersion.objects.filter(valid_from__gt=now)
    return [service_model(version.pk).policy for version in (*in_force, *coming)]


def _where(team: str, policy: Policy) -> str:
    if any(each.team == team for each in policy.agreements):
        return _(
            "“%(team)s” is named in the service model, under “Internal agreements”, so it cannot "
            "be deleted. End its agreement first."
        )
    if any(each.move_to == team for each in policy.escalations):
        return _(
            "“%(team)s” is named in the service model, under “When time runs out”: cases are moved "
            "to it. So it cannot be deleted. Change that rule first."
        )
    return ""
