"""A case tried on rules: when everything would be due if it came in now, and which rule decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.rules.promise_words import promised
from portal.selfservice.promises import TARGET_NAMES, Names, names_in, rule_name, until_words
from portal.selfservice.zones import case_note
from portal.templatetags.design import moment_in_words
from triage.sla.clock import Event, ticket_clocks
from triage.sla.facts import Facts
from triage.sla.policy import TARGET_KINDS, UPDATE, Rule
from triage.sla.service_model import ServiceModel


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What one version of the rules gives the case: the rule that decides, and due times.

    `zone` names the clock they are by where the calendar goes by another.
    """

    decided: str
    due: list[str]
    zone: str


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The case under the rules in force and, when it is another, under the draft."""

    sentence: str
    rows: list[tuple[str, list[str]]]
    decided: list[str]
    zones: list[str]
    with_draft: bool


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The case that is tried: its kind, what else decides, and when it comes in."""

    case_type: str
    priority: str
    facts: Facts
    at: datetime

    @property
    def as_rule(self) -> Rule:
        """A rule about just such cases: it has a name."""
        products = (self.facts.product,) if self.facts.product else ()
        organisations = (self.facts.organisation,) if self.facts.organisation else ()
        return Rule(
            "",
            "",
            case_types=(self.case_type,),
            priorities=(self.priority,),
            products=products,
            organisations=organisations,
        )


def tried(case: Asked, models: list[ServiceModel], now: datetime) -> Trial:
    """The case under each version of the rules, the one in force first."""
    names = names_in([case.as_rule, *(rule for model in models for rule in model.policy.rules)])
    found = [_under(model, case, now, names) for model in models]
    kinds = [
        _("Update, if it is answered at once") if kind == UPDATE else str(TARGET_NAMES[kind])
        for kind in TARGET_KINDS
    ]
    return Trial(
        sentence=_("%(case)s that comes in %(moment)s:")
        % {
            "case": rule_name(case.as_rule, names),
            "moment": moment_in_words(case.at, now),
        },
        rows=[(name, [each.due[place] for each in found]) for place, name in enumerate(kinds)],
        decided=[each.decided for each in found],
        zones=list(dict.fromkeys(each.zone for each in found if each.zone)),
        with_draft=len(models) > 1,
    )


def _under(model: ServiceModel, case: Asked, now: datetime, names: Names) -> Tried:
    rule = model.policy.rule_for(case.case_type, case.priority, case.facts)
    opened = Event(
        kind="opened",
        at=case.at,
        case_type=case.case_type,
        priority=case.priority,
        facts=case.facts,
    )
    clocks = model.promise(case.case_type, case.priority, now=case.at, facts=case.facts)
    answered = [opened, Event(kind="public_reply", at=case.at)]
    for clock in ticket_clocks(answered, model.policy, model.calendars, now=case.at):
        clocks.setdefault(clock.kind, clock)
    due = []
    for kind in TARGET_KINDS:
        clock = clocks.get(kind)
        words = promised(clock and clock.target)
        if clock is not None:
            words = f"{moment_in_words(clock.due_at, now)} – {words}"
        due.append(words)
    moments = [case.at, *(clock.due_at for clock in clocks.values())]
    zone = case_note(model.calendars[rule.calendar], moments) if rule else ""
    return Tried(decided=_decided(rule, model, case, names), due=due, zone=zone)


def _decided(rule: Rule | None, model: ServiceModel, case: Asked, names: Names) -> str:
    if rule is None:
        return _("Rule %(number)s: %(about)s") % {"number": 0, "about": "–"}
    said = _("Rule %(number)s: %(about)s") % {
        "number": model.policy.rules.index(rule) + 1,
        "about": rule_name(rule, names),
    }
    if model.has_ended(rule, case.at):
        return f"{said}. " + _("The promise ended %(day)s.") % {"day": until_words(rule, model)}
    return said
