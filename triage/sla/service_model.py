"""The service model in force: which policy, on which calendars, at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction

from triage.sla.calendar import Calendar, calendar_from_json, calendar_to_json
from triage.sla.clock import Clock, Event, ticket_clocks
from triage.sla.models import CalendarVersion, PolicyVersion
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY, Policy, policy_from_json
from triage.sla.policy import policy_to_json as to_json


@dataclass(frozen=True)
class ServiceModel:
    """A policy with its calendars, ready to compute with."""

    version_id: int
    policy: Policy
    calendars: dict[str, Calendar]

    def promise(self, case_type: str, priority: str, *, now: datetime) -> dict[str, Clock]:
        """What is promised for such a case if it comes in now, by kind of target."""
        opened = Event(kind="opened", at=now, case_type=case_type, priority=priority)
        clocks = ticket_clocks([opened], self.policy, self.calendars, now=now)
        return {clock.kind: clock for clock in clocks}


@lru_cache(maxsize=32)
def service_model(version_id: int) -> ServiceModel:
    """A stored version; versions never change, so each is read once for each process."""
    row = PolicyVersion.objects.prefetch_related("calendars").get(pk=version_id)
    calendars = {
        item.name: calendar_from_json(item.data, item.name) for item in row.calendars.all()
    }
    return ServiceModel(row.pk, policy_from_json(row.data), calendars)


def version_in_force(at: datetime) -> int:
    """The id of the policy version valid at a moment; the example is stored when there is none."""
    found = (
        PolicyVersion.objects.filter(valid_from__lte=at)
        .order_by("-valid_from")
        .values_list("pk", flat=True)
        .first()
    )
    if found is None:
        found = PolicyVersion.objects.order_by("valid_from").values_list("pk", flat=True).first()
    return found if found is not None else store_example(at).pk


def current_service_model(at: datetime) -> ServiceModel:
    """The service model valid at a moment."""
    return service_model(version_in_force(at))


def store_example(at: datetime) -> PolicyVersion:
    """Store the example policy and calendars as the first version, valid from well before `at`."""
    since = at - timedelta(days=3 * 365)
    with transaction.atomic():
        policy = PolicyVersion.objects.create(
            name=DEFAULT_POLICY.name,
            valid_from=since,
            data=to_json(DEFAULT_POLICY),
            note=DEFAULT_POLICY.note,
        )
        for name, calendar in DEFAULT_CALENDARS.items():
            version, _made = CalendarVersion.objects.get_or_create(
                name=name,
                valid_from=since,
                defaults={"data": calendar_to_json(calendar), "note": calendar.note[:300]},
            )
            policy.calendars.add(version)
    return policy
