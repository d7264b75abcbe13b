"""The accessibility statement: what is promised to those who write about a barrier."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from portal.selfservice.carrying import ask_about
from portal.selfservice.promises import target_words
from triage.sla.policy import FIRST_RESPONSE, RESOLUTION, Target
from triage.sla.service_model import current_service_model
from triage.tickets.kinds import CaseType, Priority


def parts(*, now: datetime) -> dict:
    """The address of the form with the right type of case, and the promise for that type."""
    rule = current_service_model(now).policy.rule_for(CaseType.ACCESSIBILITY_FEEDBACK, Priority.P4)
    return {
        "feedback": ask_about(CaseType.ACCESSIBILITY_FEEDBACK, _("Accessibility")),
        "answer_within": _words(rule.target(FIRST_RESPONSE)) if rule else "",
        "solution_within": _words(rule.target(RESOLUTION)) if rule else "",
    }


def _words(target: Target | None) -> str:
    return target_words(target) if target else ""
