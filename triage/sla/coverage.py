"""Whether a policy can be used: what it names exists, every case has a rule, and why. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from triage.sla.agreements import check_agreements
from triage.sla.calendar import Calendar
from triage.sla.facts import Facts
from triage.sla.policy import Policy, PolicyError, Rule, specificity

MOST_PLACES = 50  # organisations, or products, of one rule that are looked at to find it reached


def check_policy(
    policy: Policy,
    calendars: Mapping[str, Calendar],
    case_types: Iterable[str],
    priorities: Iterable[str],
    *,
    teams: Iterable[str] | None = None,
) -> None:
    """Raise PolicyError unless everything a policy names exists and every case has a rule.

    `teams` are the slugs of the desk's teams; without them nothing is said about teams.
    """
    case_types, priorities = tuple(case_types), tuple(priorities)
    for rule in policy.rules:
        _check_rule(rule, calendars)
    if policy.notice_hours and policy.notice_hours not in calendars:
        raise PolicyError(
            f"notice_hours names the calendar {policy.notice_hours!r}, which does not exist"
        )
    known_teams = None if teams is None else tuple(teams)
    for escalation in policy.escalations:
        escalation.check_names(case_types, priorities, known_teams)
    check_agreements(
        policy.agreements, calendars=calendars, priorities=priorities, teams=known_teams
    )
    for case_type, priority in uncovered(policy.rules, case_types, priorities):
        raise PolicyError(
            f"no rule for {case_type} with priority {priority}: "
            "add a last rule that fits everything"
        )


def _check_rule(rule: Rule, calendars: Mapping[str, Calendar]) -> None:
    if rule.calendar not in calendars:
        raise PolicyError(
            f"rule {rule.name!r} uses the calendar {rule.calendar!r}, which does not exist"
        )
    if rule.is_unequal and not rule.reason.strip():
        raise PolicyError(f"rule {rule.name!r} is for some customers only: write the reason for it")
    if rule.by_law and (not rule.case_types or not rule.is_for_all or rule.until):
        raise PolicyError(
            f"rule {rule.name!r} is set by law: it names case types, "
            "is for everybody and does not end"
        )


def uncovered(
    rules: Iterable[Rule], case_types: Iterable[str], priorities: Iterable[str]
) -> list[tuple[str, str]]:
    """The kinds of case, by type and priority, that no rule for everybody is about."""
    rules = [rule for rule in rules if rule.is_for_all]
    kinds = product(case_types, priorities)
    return [kind for kind in kinds if not any(rule.fits(*kind) for rule in rules)]


def unreachable(
    rules: Iterable[Rule], case_types: Iterable[str], priorities: Iterable[str]
) -> dict[int, list[int]]:
    """The places of rules that never decide, and of those tried before them that take their cases.

    A rule that reaches only types whose time is set by law, and may not, is taken by those rules.
    """
    rules, kinds = tuple(rules), tuple(product(case_types, priorities))
    by_law = {name for rule in rules if rule.by_law for name in rule.case_types}
    order = sorted(range(len(rules)), key=lambda place: specificity(rules[place]))
    found = {}
    for place, rule in enumerate(rules):
        takers = set()
        for kind, facts in _cases_of(rule, kinds):
            fitting = (
                each
                for each in order
                if rules[each].fits(*kind, facts)
                and (rules[each].is_for_all or kind[0] not in by_law)
            )
            taker = next(fitting, None)
            if taker == place:
                break
            takers.add(taker)
        else:
            found[place] = sorted(takers - {None})
    return found


def _cases_of(
    rule: Rule, kinds: tuple[tuple[str, str], ...]
) -> Iterator[tuple[tuple[str, str], Facts]]:
    """One case of each kind for everything a rule names.

    What it does not name is left empty in them, as nothing more specific is about such a case.
    """
    named = (
        rule.products[:MOST_PLACES] or ("",),
        rule.segments or ("",),
        rule.organisations[:MOST_PLACES] or (0,),
    )
    for kind in kinds:
        if rule.fits(*kind, Facts(named[0][0], named[1][0], named[2][0])):
            for some in product(*named):
                yield kind, Facts(*some)
