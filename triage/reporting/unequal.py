"""Equal treatment: who is promised something else than others, and the reason that was written.

Definitions. A rule is here when it names segments or organisations, as policies in force during the
period have it. It holds from when the first version with that very rule began until the first later
version without it. Its cases are those that came in while it held, within the period, of the types,
priorities, products and customers it names; a case of a type whose time law sets is not among them.
Source: issue "The service model", policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from triage.reporting.scope import Scope
from triage.sla.models import PolicyVersion
from triage.sla.policy import Policy, Rule
from triage.sla.service_model import ServiceModel, service_model


@dataclass(frozen=True, kw_only=True)
class UnequalRule:
    """A rule for some customers, since when and until when it held (None: still), its cases."""

    rule: Rule
    model: ServiceModel
    since: datetime
    until: datetime | None
    cases: int


def unequal_rules(scope: Scope) -> list[UnequalRule]:
    """The rules that held during the period, the newest last; two statements and the versions."""
    held = [
        each
        for each in _history(scope.now)
        if each.since < scope.period.end and (each.until is None or each.until > scope.period.start)
    ]
    if not held:
        return []
    counts = scope.tickets().aggregate(
        **{
            f"rule_{number}": Count("pk", filter=_cases(each, scope))
            for number, each in enumerate(held)
        }
    )
    return [
        UnequalRule(
            rule=each.rule,
            model=each.model,
            since=each.since,
            until=each.until,
            cases=counts[f"rule_{number}"],
        )
        for number, each in enumerate(held)
    ]


def _history(now: datetime) -> list[UnequalRule]:
    """Every such rule there has been, each once for each time it held."""
    ended: list[UnequalRule] = []
    holding: dict[Rule, UnequalRule] = {}
    versions = PolicyVersion.objects.filter(valid_from__lte=now).order_by("valid_from")
    for pk, begins in versions.values_list("pk", "valid_from"):
        model = service_model(pk)
        rules = [rule for rule in model.policy.rules if rule.is_unequal]
        for rule in [rule for rule in holding if rule not in rules]:
            gone = holding.pop(rule)
            ended.append(
                UnequalRule(rule=rule, model=gone.model, since=gone.since, until=begins, cases=0)
            )
        for rule in rules:
            first = holding.get(rule)
            since = first.since if first else begins
            holding[rule] = UnequalRule(rule=rule, model=model, since=since, until=None, cases=0)
    return sorted([*ended, *holding.values()], key=lambda each: (each.since, each.rule.name))


def _cases(held: UnequalRule, scope: Scope) -> Q:
    rule = held.rule
    start, end = scope.period.start, min(scope.period.end, scope.now)
    found = Q(
        opened_at__gte=max(start, held.since),
        opened_at__lt=min(end, held.until) if held.until else end,
    )
    for field, values in (
        ("case_type", rule.case_types),
        ("priority", rule.priorities),
        ("product__slug", rule.products),
        ("organisation__segment", rule.segments),
        ("organisation", rule.organisations),
    ):
        if values:
            found &= Q(**{f"{field}__in": values})
    return found & ~Q(case_type__in=_by_law(held.model.policy))


def _by_law(policy: Policy) -> list[str]:
    return sorted(policy.types_by_law)
