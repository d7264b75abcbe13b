"""The service model in force: which policy, on which calendars, at a given time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from triage.sla.calendar import Calendar, calendar_from_json, calendar_to_json
from triage.sla.clock import Clock, Event, Rules, ticket_clocks
from triage.sla.facts import NOTHING_KNOWN, Facts
from triage.sla.models import CalendarVersion, PolicyVersion
from triage.sla.policy import DEFAULT_CALENDARS, DEFAULT_POLICY, Policy, Rule, policy_from_json
from triage.sla.policy import policy_to_json as to_json


@dataclass(frozen=True)
class ServiceModel:
    """A policy with its calendars, ready to compute with.

    `since` is from when the version holds, `calendars_since` when each calendar came to be as it
    is; None and empty for rules that are not stored.
    """

    version_id: int
    policy: Policy
    calendars: dict[str, Calendar]
    since: datetime | None = field(default=None, compare=False)
    calendars_since: dict[str, datetime] = field(default_factory=dict, compare=False)

    @property
    def rules(self) -> Rules:
        """The same as the clocks read it."""
        return Rules(self.version_id, self.policy, self.calendars)

    def promise(
        self, case_type: str, priority: str, *, now: datetime, facts: Facts = NOTHING_KNOWN
    ) -> dict[str, Clock]:
        """What is promised for such a case if it comes in now, by kind of target."""
        opened = Event(kind="opened", at=now, case_type=case_type, priority=priority, facts=facts)
        clocks = ticket_clocks([opened], self.policy, self.calendars, now=now)
        return {clock.kind: clock for clock in clocks}

    def has_ended(self, rule: Rule, received: datetime) -> bool:
        """Whether a case that came in then came too late for the promise of a rule."""
        return rule.has_ended(received, self.calendars[rule.calendar].zone)


@lru_cache(maxsize=32)
def service_model(version_id: int) -> ServiceModel:
    """A stored version; versions never change, so each is read once for each process."""
    row = PolicyVersion.objects.prefetch_related("calendars").get(pk=version_id)
    stored = row.calendars.all()
    return ServiceModel(
        row.pk,
        policy_from_json(row.data),
        {item.name: calendar_from_json(item.data, item.name) for item in stored},
        since=row.valid_from,
        calendars_since={item.name: item.valid_from for item in stored},
    )


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


def store_version(model: ServiceModel, *, valid_from: datetime, note: str) -> PolicyVersion:
    """Store a service model as the version valid from a moment; unchanged calendars are shared.

    A calendar that differs from its newest version gets a new one. Raises ValidationError when
    another version begins at the same moment.
    """
    if PolicyVersion.objects.filter(valid_from=valid_from).exists():
        raise ValidationError(_("Other rules begin at the same moment. Choose another time."))
    with transaction.atomic():
        version = PolicyVersion.objects.create(
            name=model.policy.name, valid_from=valid_from, data=to_json(model.policy), note=note
        )
        version.calendars.set(
            [
                _stored(name, calendar, valid_from, note)
                for name, calendar in model.calendars.items()
            ]
        )
    return version


def _stored(name: str, calendar: Calendar, valid_from: datetime, note: str) -> CalendarVersion:
    newest = CalendarVersion.objects.filter(name=name, valid_from__lte=valid_from).first()
    if newest is not None and calendar_from_json(newest.data, name) == calendar:
        return newest
    return CalendarVersion.objects.create(
        name=name, valid_from=valid_from, data=calendar_to_json(calendar), note=note[:300]
    )


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
