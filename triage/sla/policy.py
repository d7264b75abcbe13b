"""Promises as frozen values: which calendar and which targets a case gets.

A policy is an ordered list of rules; the first one that fits the case type and the priority
decides. A database row holds one version of a policy, and one of each calendar, as JSON; a ticket
keeps the version it started under. `DEFAULT_POLICY` and `DEFAULT_CALENDARS` are an example to
start from, not anybody's real terms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from triage.sla.calendar import Calendar, Season, always_open, week
from triage.sla.escalation import (
    ASSIGNEE,
    MANAGERS,
    TEAM_LEAD,
    Escalation,
    escalation_from_json,
    escalation_to_json,
)
from triage.sla.targets import (
    COMMITMENTS,
    DECLARATION,
    FIRST_RESPONSE,
    GUARANTEE,
    RESOLUTION,
    TARGET_KINDS,
    UPDATE,
    PolicyError,
    Target,
)

__all__ = [
    "COMMITMENTS",
    "DECLARATION",
    "DEFAULT_CALENDARS",
    "DEFAULT_POLICY",
    "FIRST_RESPONSE",
    "GUARANTEE",
    "RESOLUTION",
    "RESPONSE_EVENTS",
    "TARGET_KINDS",
    "UPDATE",
    "Policy",
    "PolicyError",
    "Rule",
    "Target",
    "check_policy",
    "policy_from_json",
    "policy_to_json",
    "uncovered",
    "unreachable",
]

RESPONSE_EVENTS = ("public_reply", "waiting_customer", "resolved", "assigned", "taken")


@dataclass(frozen=True)
class Rule:
    """Calendar and targets for the cases it fits; empty `case_types` or `priorities` fit all.

    A target left out (None) is not promised. A rule without any target promises nothing.
    """

    name: str
    calendar: str
    case_types: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    first_response: Target | None = None
    update: Target | None = None
    resolution: Target | None = None

    def fits(self, case_type: str, priority: str) -> bool:
        """Whether this rule is about such a case."""
        return (not self.case_types or case_type in self.case_types) and (
            not self.priorities or priority in self.priorities
        )

    def target(self, kind: str) -> Target | None:
        """The target of a kind: first_response, update or resolution."""
        if kind not in TARGET_KINDS:
            raise PolicyError(f"unknown target {kind!r}: use {', '.join(TARGET_KINDS)}")
        return getattr(self, kind)


@dataclass(frozen=True)
class Policy:
    """Ordered rules and the options of the clocks.

    `warning_percent` of a target gives the warning time; within `reopen_days` of being resolved a
    reopened case continues its clocks; `first_response_on` lists the events that answer a case
    the first time (automatic ones never do). `escalations` say what happens at shares of a target
    and when it has run out; `notice_hours` names the calendar in whose opening hours people are
    told ("" means that of the clock itself).
    """

    name: str
    rules: tuple[Rule, ...]
    warning_percent: int = 75
    reopen_days: int = 14
    first_response_on: tuple[str, ...] = ("public_reply", "waiting_customer", "resolved")
    note: str = ""
    escalations: tuple[Escalation, ...] = ()
    notice_hours: str = ""

    def __post_init__(self) -> None:
        unknown = set(self.first_response_on) - set(RESPONSE_EVENTS)
        if unknown:
            raise PolicyError(f"{min(unknown)!r} cannot be a first response")
        if not 0 < self.warning_percent < 100 or self.reopen_days < 0:
            raise PolicyError("warning_percent is 1 to 99 and reopen_days is not negative")
        names = [rule.name for rule in self.escalations]
        if len(set(names)) < len(names):
            raise PolicyError("two escalations have the same name: the log tells them by it")

    def rule_for(self, case_type: str, priority: str) -> Rule | None:
        """The first rule that fits, or None when the policy promises nothing for such a case."""
        return next((rule for rule in self.rules if rule.fits(case_type, priority)), None)


def check_policy(
    policy: Policy,
    calendars: Mapping[str, Calendar],
    case_types: Iterable[str],
    priorities: Iterable[str],
    *,
    teams: Iterable[str] | None = None,
) -> None:
    """Raise PolicyError unless everything a policy names exists and every case has a rule.

    `teams` are the slugs of the desk's teams; without them nothing is said about moves to teams.
    """
    case_types, priorities = tuple(case_types), tuple(priorities)
    for rule in policy.rules:
        if rule.calendar not in calendars:
            raise PolicyError(
                f"rule {rule.name!r} uses the calendar {rule.calendar!r}, which does not exist"
            )
    if policy.notice_hours and policy.notice_hours not in calendars:
        raise PolicyError(
            f"notice_hours names the calendar {policy.notice_hours!r}, which does not exist"
        )
    known_teams = None if teams is None else tuple(teams)
    for escalation in policy.escalations:
        escalation.check_names(case_types, priorities, known_teams)
    for case_type, priority in uncovered(policy.rules, case_types, priorities):
        raise PolicyError(
            f"no rule for {case_type} with priority {priority}: "
            "add a last rule that fits everything"
        )


def uncovered(
    rules: Iterable[Rule], case_types: Iterable[str], priorities: Iterable[str]
) -> list[tuple[str, str]]:
    """The kinds of case, by case type and priority, that no rule is about."""
    rules = tuple(rules)
    return [kind for kind in product(case_types, priorities) if not _taken_by(rules, kind)]


def unreachable(
    rules: Iterable[Rule], case_types: Iterable[str], priorities: Iterable[str]
) -> dict[int, list[int]]:
    """The places of rules that never decide, and of those before them that take their cases."""
    rules, kinds = tuple(rules), tuple(product(case_types, priorities))
    taken = {kind: _taken_by(rules, kind) for kind in kinds}
    found = {}
    for place, rule in enumerate(rules):
        takers = {taken[kind][0] for kind in kinds if rule.fits(*kind)}
        if place not in takers:
            found[place] = sorted(takers)
    return found


def _taken_by(rules: tuple[Rule, ...], kind: tuple[str, str]) -> list[int]:
    """The places of the rules about a kind of case; the first of them decides."""
    return [place for place, rule in enumerate(rules) if rule.fits(*kind)]


def policy_to_json(policy: Policy) -> dict[str, Any]:
    """The stored form that `policy_from_json` reads."""
    return {
        "name": policy.name,
        "warning_percent": policy.warning_percent,
        "reopen_days": policy.reopen_days,
        "first_response_on": list(policy.first_response_on),
        "note": policy.note,
        "notice_hours": policy.notice_hours,
        "escalations": [escalation_to_json(rule) for rule in policy.escalations],
        "rules": [
            {
                "name": rule.name,
                "calendar": rule.calendar,
                "case_types": list(rule.case_types),
                "priorities": list(rule.priorities),
                **{kind: _target_json(rule.target(kind)) for kind in TARGET_KINDS},
            }
            for rule in policy.rules
        ],
    }


def _target_json(target: Target | None) -> dict[str, Any] | None:
    if target is None:
        return None
    if target.minutes is not None:
        return {"minutes": target.minutes, "commitment": target.commitment}
    return {"working_days": target.working_days, "commitment": target.commitment}


def policy_from_json(data: Mapping[str, Any]) -> Policy:
    """A policy from its stored form. Raises PolicyError naming what cannot be read."""
    try:
        options = {
            key: data[key]
            for key in ("warning_percent", "reopen_days", "note", "notice_hours")
            if key in data
        }
        if "first_response_on" in data:
            options["first_response_on"] = tuple(data["first_response_on"])
        if "escalations" in data:
            options["escalations"] = tuple(map(escalation_from_json, data["escalations"]))
        rules = tuple(_rule_from_json(item) for item in data["rules"])
        return Policy(name=data["name"], rules=rules, **options)
    except (KeyError, TypeError, AttributeError) as error:
        raise PolicyError(f"the policy has the wrong form: {error}") from error


def _rule_from_json(item: Mapping[str, Any]) -> Rule:
    targets = {kind: item.get(kind) for kind in TARGET_KINDS}
    return Rule(
        name=item["name"],
        calendar=item["calendar"],
        case_types=tuple(item.get("case_types") or ()),
        priorities=tuple(item.get("priorities") or ()),
        **{kind: Target(**value) if value else None for kind, value in targets.items()},
    )


_WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
_EXAMPLE = "Example, not anybody's real terms: adapt it before use."


def _workdays(opens: str, closes: str) -> Any:
    return week({day: [(opens, closes)] for day in _WORKDAYS})


def _service_hours(name: str, note: str, **more: Any) -> Calendar:
    return Calendar(
        name=name,
        timezone="Europe/Oslo",
        weekly=_workdays("08:00", "15:45"),
        seasons=(
            Season("Summer hours", (5, 15), (9, 14), _workdays("08:00", "15:00")),
            Season("Christmas Eve", (12, 24), (12, 24), _workdays("08:00", "12:00")),
            Season("Christmas week", (12, 27), (12, 30), _workdays("10:00", "15:45")),
            Season("New Year's Eve", (12, 31), (12, 31), _workdays("10:00", "12:00")),
        ),
        holiday_country="NO",
        note=note,
        **more,
    )


_DELIVERY_CLOSED = (
    *(date(2025, 12, day) for day in (24, 29, 30, 31)),
    *(date(2026, 3, day) for day in (30, 31)),
    date(2026, 4, 1),
)

DEFAULT_CALENDARS: dict[str, Calendar] = {
    "service_hours": _service_hours("service_hours", _EXAMPLE),
    "always": always_open("always", note=_EXAMPLE),
    "delivery_days": _service_hours(
        "delivery_days",
        "Example. The closed days are inferred from one published count of 150 working days "
        "from 30 October 2025 to 19 June 2026, not confirmed.",
        closed_days=tuple((day, "Closed for deliveries") for day in _DELIVERY_CLOSED),
    ),
}


def _promise(
    commitment: str, first_response: Target, update: Target | None, resolution: Target
) -> dict[str, Target | None]:
    def committed(target: Target | None) -> Target | None:
        return target and Target(target.minutes, target.working_days, commitment)

    return {
        "first_response": committed(first_response),
        "update": committed(update),
        "resolution": committed(resolution),
    }


def _minutes(minutes: int) -> Target:
    return Target(minutes=minutes)


def _hours(hours: int) -> Target:
    return Target(minutes=hours * 60)


def _days(days: int) -> Target:
    return Target(working_days=days)


def _own_row(name: str, case_types: tuple[str, ...], promise: dict[str, Any]) -> Rule:
    return Rule(name, "service_hours", case_types=case_types, **promise)


def _priority_row(priority: str, calendar: str, promise: dict[str, Any]) -> Rule:
    return Rule(priority, calendar, priorities=(priority,), **promise)


# Modest on purpose: whoever has the case hears first, the lead of its team when a guarantee is
# broken, managers only of the most urgent; nothing is moved by itself.
DEFAULT_ESCALATIONS = (
    Escalation("warn", 75, notify=(ASSIGNEE,)),
    Escalation("missed", 100, notify=(ASSIGNEE,)),
    Escalation("guarantee_missed", 100, commitments=(GUARANTEE,), notify=(TEAM_LEAD,)),
    Escalation(
        "critical_missed",
        100,
        commitments=(GUARANTEE,),
        priorities=("P1",),
        notify=(MANAGERS,),
    ),
    Escalation(
        "priority_again",
        100,
        targets=(RESOLUTION,),
        priorities=("P2", "P3"),
        raise_priority=True,
    ),
)

DEFAULT_POLICY = Policy(
    name="example",
    note=_EXAMPLE,
    notice_hours="service_hours",
    escalations=DEFAULT_ESCALATIONS,
    rules=(
        Rule("not_a_case", "service_hours", case_types=("not_a_case",)),
        _priority_row("P1", "always", _promise(GUARANTEE, _minutes(15), _minutes(30), _hours(4))),
        _priority_row("P2", "service_hours", _promise(GUARANTEE, _hours(1), _hours(4), _hours(8))),
        _own_row(
            "question_or_order",
            ("question", "order"),
            _promise(DECLARATION, _days(1), None, _days(5)),
        ),
        _own_row(
            "change_request", ("change_request",), _promise(DECLARATION, _days(2), None, _days(20))
        ),
        _own_row(
            "accessibility_feedback",
            ("accessibility_feedback",),
            _promise(GUARANTEE, _days(2), None, _days(15)),
        ),
        _own_row(
            "access_request", ("access_request",), _promise(GUARANTEE, _days(1), None, _days(3))
        ),
        _priority_row("P3", "service_hours", _promise(DECLARATION, _hours(4), _days(2), _days(3))),
        _priority_row("P4", "service_hours", _promise(DECLARATION, _days(1), _days(5), _days(10))),
    ),
)
