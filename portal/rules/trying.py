"""A case tried on rules: when everything would be due if it came in now, and which rule decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.rules.promise_words import promised
from portal.selfservice.promises import TARGET_NAMES, rule_name
from portal.templatetags.design import moment_in_words
from triage.sla.clock import Event, ticket_clocks
from triage.sla.policy import TARGET_KINDS, UPDATE
from triage.sla.service_model import ServiceModel


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What one version of the rules gives the case: the rule that decides, and due times."""

    decided: str
    due: list[str]


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The case under the rules in force and, when it is another, under the draft."""

    sentence: str
    rows: list[tuple[str, list[str]]]
    decided: list[str]
    with_draft: bool


def tried(
    case_type: str, priority: str, models: list[ServiceModel], now: datetime, *, about: str
) -> Trial:
    """The case under each version of the rules, the one in force first."""
    found = [_under(model, case_type, priority, now) for model in models]
    names = [
        _("Update, if it is answered at once") if kind == UPDATE else str(TARGET_NAMES[kind])
        for kind in TARGET_KINDS
    ]
    return Trial(
        sentence=_("%(case)s that comes in %(moment)s:")
        % {"case": about, "moment": moment_in_words(now, now)},
        rows=[(name, [each.due[place] for each in found]) for place, name in enumerate(names)],
        decided=[each.decided for each in found],
        with_draft=len(models) > 1,
    )


def _under(model: ServiceModel, case_type: str, priority: str, now: datetime) -> Tried:
    rule = model.policy.rule_for(case_type, priority)
    opened = Event(kind="opened", at=now, case_type=case_type, priority=priority)
    clocks = model.promise(case_type, priority, now=now)
    answered = [opened, Event(kind="public_reply", at=now)]
    for clock in ticket_clocks(answered, model.policy, model.calendars, now=now):
        clocks.setdefault(clock.kind, clock)
    due = []
    for kind in TARGET_KINDS:
        target = rule and rule.target(kind)
        words = promised(target)
        if target is not None and kind in clocks:
            words = f"{moment_in_words(clocks[kind].due_at, now)} – {words}"
        due.append(words)
    number = model.policy.rules.index(rule) + 1 if rule else 0
    decided = _("Rule %(number)s: %(about)s") % {
        "number": number,
        "about": rule_name(rule) if rule else "–",
    }
    return Tried(decided=decided, due=due)
