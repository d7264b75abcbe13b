"""Administrators are told when guesses have become worse, and see it until it is well again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Group
from dispatch.jobs import recurring
from dispatch.mail import queue_mail
from triage.classifier.artifacts import envelope
from triage.classifier.artifacts.current import path
from triage.classifier.artifacts.refusals import ArtifactRefused
from triage.classifier.labels import CASE_TYPE, TARGETS
from triage.classifier.models import Alarm, Reading
from triage.classifier.monitoring import readings
from triage.classifier.monitoring.checks import QUALITY, Finding, Unknown, quality, shift, unknown

log = structlog.get_logger(__name__)

MAIL_KIND = "classifier"


def look(now: datetime) -> list[Finding]:
    """What the last full weeks say, beside what was learnt from or else the weeks before."""
    lately, earlier = readings.recent(now), readings.before(now)
    reference = _reference()
    guessed_now, guessed_before = readings.guessed_in(lately), readings.guessed_in(earlier)
    found = quality(readings.decided_in(lately))
    for target in TARGETS:
        old = (reference or {}).get("labels", {}).get(target) or guessed_before[target]
        found.append(shift(target, old, guessed_now[target]))
    known = Unknown(**reference["unknown"]) if reference else readings.unknown_in(earlier)
    found.append(unknown(CASE_TYPE, known, readings.unknown_in(lately)))
    found += _said_no_more(lately)
    return [each for each in found if each is not None]


def _said_no_more(lately: Sequence[Reading]) -> list[Finding]:
    """Labels that were wrong too often and have not been said since, as of a team that is gone.

    Nobody will ever decide about them, so nothing else would end their alarms.
    """
    said = {(row.target, row.label) for row in lately if row.guessed > row.silent or row.decided}
    open_ones = Alarm.objects.filter(kind=QUALITY, ended_at__isnull=True)
    return [
        Finding(
            kind=QUALITY,
            target=each.target,
            label=each.label,
            rings=False,
            calm=True,
            figures=each.figures,
        )
        for each in open_ones
        if lately and (each.target, each.label) not in said
    ]


def _reference() -> dict | None:
    """What the one in use guessed of fresh cases when it was made; None when it was asked none."""
    try:
        header, _payload = envelope.read(path())
    except ArtifactRefused:
        return None
    found = header.get("window", {}).get("reference")
    return found if isinstance(found, dict) and {"labels", "unknown"} <= set(found) else None


@transaction.atomic
def settle(findings: Sequence[Finding], now: datetime) -> list[Alarm]:
    """Begin and end alarms, and mail administrators about new ones; returns those.

    One that is not looked at any more, as a label with few decisions, goes on.
    """
    open_ones = {
        (each.kind, each.target, each.label): each
        for each in Alarm.objects.select_for_update().filter(ended_at__isnull=True)
    }
    new = []
    for each in findings:
        alarm = open_ones.get((each.kind, each.target, each.label))
        if alarm is None and each.rings:
            new.append(
                Alarm.objects.create(
                    kind=each.kind,
                    target=each.target,
                    label=each.label,
                    figures=dict(each.figures),
                    raised_at=now,
                )
            )
        elif alarm is not None:
            alarm.figures = dict(each.figures)
            alarm.ended_at = now if each.calm else None
            alarm.save(update_fields=["figures", "ended_at"])
    if new:
        log.warning("classifier alarms", count=len(new), kinds=sorted({a.kind for a in new}))
        _mail(new)
    return new


def _mail(alarms: Sequence[Alarm]) -> None:
    administrators = Q(is_superuser=True) | Q(groups__name=Group.ADMINISTRATOR)
    people = User.objects.filter(administrators, is_active=True).distinct().order_by("pk")
    first = min(alarm.pk for alarm in alarms)
    for person in people:
        with translation.override(person.language):
            queue_mail(
                to=person.email,
                subject=_("Suggestions for cases need a look"),
                text=_text(alarms),
                language=person.language,
                kind=MAIL_KIND,
                key=f"{MAIL_KIND}:{person.pk}:{first}",
            )


def _text(alarms: Sequence[Alarm]) -> str:
    """The mail in the active language: what is wrong with what, and a link."""
    told = sorted({f"– {each.get_target_display()}: {each.get_kind_display()}" for each in alarms})
    return "\n".join(
        [
            _("Something has changed in what is suggested for cases:"),
            "",
            *told,
            "",
            _("See the figures, and go back to an earlier classifier if you need to:"),
            settings.PUBLIC_URL + reverse("operations_classifier"),
        ]
    )


@recurring("watch the classifier", every=timedelta(hours=12))
def watch(now: datetime) -> None:
    """Count the last weeks anew, and see whether something is wrong."""
    readings.read_weeks(now)
    settle(look(now), now)
