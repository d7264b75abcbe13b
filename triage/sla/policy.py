"""Promises as frozen values: which calendar and which targets a case gets.

A policy is a list of rules. Of those that fit a case the most specific one decides: one for an
organisation (an agreement) before one for a segment, that before one for a product, and that before
the rest; of equally specific ones, the first. Cases of types whose time is set by law are reached
only by rules for everybody. A promise may end on a date: a case that comes in later is promised
nothing by that rule, nor by a less specific one.

A database row holds one version of a policy, and one of each calendar, as JSON; a ticket keeps the
version it started under. `DEFAULT_POLICY` and `DEFAULT_CALENDARS` are an example to start from, not
anybody's real terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from triage.sla.agreements import (
    Agreement,
    agreement_for,
    agreement_from_json,
    agreement_to_json,
)
from triage.sla.calendar import Calendar, Season, always_open, week
from triage.sla.escalation import (
    ASSIGNEE,
    MANAGERS,
    TEAM_LEAD,
    Escalation,
    escalation_from_json,
    escalation_to_json,
)
from triage.sla.facts import NOTHING_KNOWN, Facts
from triage.sla.targets import (
    COMMITMENTS,
    DECLARATION,
    FIRST_RESPONSE,
    GUARANTEE,
    INTERNAL,
    RESOLUTION,
    TARGET_KINDS,
    UPDATE,
    PolicyError,
    Target,
)

__all__ = [
    "BINDS",
    "COMMITMENTS",
    "DECLARATION",
    "DEFAULT_CALENDARS",
    "DEFAULT_POLICY",
    "FIRST_RESPONSE",
    "GUARANTEE",
    "HOLDING_REPLY",
    "INTERNAL",
    "RESOLUTION",
    "RESPONSE_EVENTS",
    "TARGET_KINDS",
    "UPDATE",
    "Agreement",
    "Facts",
    "Policy",
    "PolicyError",
    "Rule",
    "Target",
    "policy_from_json",
    "policy_to_json",
]

HOLDING_REPLY = "holding_reply"  # a public reply that says no more than that somebody looks into it
RESPONSE_EVENTS = (
    "public_reply",
    "waiting_customer",
    "resolved",
    "assigned",
    "taken",
    HOLDING_REPLY,
)
_MOST_DECIDED = 5_000  # kinds of cases whose rule is remembered
EVERYBODY, SIGNED, NOBODY = BINDS = ("everybody", "signed", "nobody")


@dataclass(frozen=True)
class Rule:
    """Calendar and targets for the cases it fits; what it does not name, it is about all of.

    A target left out (None) is not promised. A rule without any target promises nothing.
    `organisations` are ids. A rule for some segments or organisations has a written `reason`.
    `until` is the last day, in the calendar's time zone, on which a case can come in and be
    promised this. `by_law` marks times set by law: no agreement and no end date reaches its types.
    """

    name: str
    calendar: str
    case_types: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    first_response: Target | None = None
    update: Target | None = None
    resolution: Target | None = None
    products: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()
    reason: str = ""
    until: date | None = None
    by_law: bool = False

    def fits(self, case_type: str, priority: str, facts: Facts = NOTHING_KNOWN) -> bool:
        """Whether this rule is about such a case."""
        return (
            (not self.case_types or case_type in self.case_types)
            and (not self.priorities or priority in self.priorities)
            and (not self.products or facts.product in self.products)
            and (not self.segments or facts.segment in self.segments)
            and (not self.organisations or facts.organisation in self.organisations)
        )

    @property
    def is_unequal(self) -> bool:
        """Whether it gives some customers something else than others, so that it needs a reason."""
        return bool(self.segments or self.organisations)

    @property
    def is_for_all(self) -> bool:
        """Whether it is about cases of every product, segment and organisation."""
        return not (self.products or self.is_unequal)

    def has_ended(self, received: datetime, zone: ZoneInfo) -> bool:
        """Whether a case that came in then came after the last day of the promise.

        The day is the one of `zone`, the time zone of the rule's calendar, to its midnight.
        """
        return self.until is not None and received.astimezone(zone).date() > self.until

    def target(self, kind: str) -> Target | None:
        """The target of a kind: first_response, update or resolution."""
        if kind not in TARGET_KINDS:
            raise PolicyError(f"unknown target {kind!r}: use {', '.join(TARGET_KINDS)}")
        return getattr(self, kind)


def specificity(rule: Rule) -> tuple[bool, bool, bool]:
    """The order in which rules are tried: organisation, segment, product, then the rest.

    A rule that names two of them comes before one that names only the first of the two.
    """
    return not rule.organisations, not rule.segments, not rule.products


@dataclass(frozen=True)
class Policy:
    """Rules and the options of the clocks.

    `warning_percent` of a target gives the warning time; within `reopen_days` of being resolved a
    reopened case continues its clocks; `first_response_on` lists the events that answer a case
    the first time (automatic ones never do). `escalations` say what happens at shares of a target
    and when it has run out; `notice_hours` names the calendar in whose opening hours people are
    told ("" means that of the clock itself). `binds` says towards whom guarantees bind: everybody,
    those who had signed the version of the terms of use named by `terms`, or nobody yet. Towards
    others, they are service declarations. `agreements` are between teams and promise nothing to
    whoever sent the case.
    """

    name: str
    rules: tuple[Rule, ...]
    warning_percent: int = 75
    reopen_days: int = 14
    first_response_on: tuple[str, ...] = ("public_reply", "waiting_customer", "resolved")
    note: str = ""
    escalations: tuple[Escalation, ...] = ()
    notice_hours: str = ""
    binds: str = EVERYBODY
    terms: str = ""
    agreements: tuple[Agreement, ...] = ()

    def __post_init__(self) -> None:
        unknown = set(self.first_response_on) - set(RESPONSE_EVENTS)
        if unknown:
            raise PolicyError(f"{min(unknown)!r} cannot be a first response")
        if not 0 < self.warning_percent < 100 or self.reopen_days < 0:
            raise PolicyError("warning_percent is 1 to 99 and reopen_days is not negative")
        names = [rule.name for rule in self.escalations]
        if len(set(names)) < len(names):
            raise PolicyError("two escalations have the same name: the log tells them by it")
        if self.binds not in BINDS:
            raise PolicyError(f"binds is {', '.join(BINDS)}, not {self.binds!r}")
        if bool(self.terms) != (self.binds == SIGNED):
            raise PolicyError(
                "terms are named when a policy binds those who signed them, only then"
            )

    @property
    def counts_holding(self) -> bool:
        """Whether saying that somebody is looking into it counts as a first response."""
        return HOLDING_REPLY in self.first_response_on

    @cached_property
    def in_order(self) -> tuple[Rule, ...]:
        """The rules as they are tried: the most specific first, else as they are written."""
        return tuple(sorted(self.rules, key=specificity))

    @cached_property
    def types_by_law(self) -> frozenset[str]:
        """The case types whose time is set by law."""
        return frozenset(name for rule in self.rules if rule.by_law for name in rule.case_types)

    def rule_for(self, case_type: str, priority: str, facts: Facts = NOTHING_KNOWN) -> Rule | None:
        """The rule that decides, or None when the policy has none for such a case.

        It may have ended for the case (`Rule.has_ended`): then nothing is promised.
        """
        asked = (case_type, priority, facts)
        if asked not in self._decided:
            if len(self._decided) >= _MOST_DECIDED:
                self._decided.clear()
            self._decided[asked] = self._rule_for(*asked)
        return self._decided[asked]

    @cached_property
    def _decided(self) -> dict[tuple[str, str, Facts], Rule | None]:
        """What was asked before: most cases are alike."""
        return {}

    def _rule_for(self, case_type: str, priority: str, facts: Facts) -> Rule | None:
        only_for_all = case_type in self.types_by_law
        return next(
            (
                rule
                for rule in self.in_order
                if rule.fits(case_type, priority, facts) and (rule.is_for_all or not only_for_all)
            ),
            None,
        )

    def escalations_for(
        self, kind: str, commitment: str, priority: str, case_type: str
    ) -> tuple[Escalation, ...]:
        """What is to be done about such a target of such a case, in the order it is written."""
        asked = (kind, commitment, priority, case_type)
        if asked not in self._escalating:
            fitting = tuple(rule for rule in self.escalations if rule.fits(*asked))
            self._escalating[asked] = fitting
        return self._escalating[asked]

    @cached_property
    def _escalating(self) -> dict[tuple[str, str, str, str], tuple[Escalation, ...]]:
        return {}

    def agreement_for(self, team: str, priority: str) -> Agreement | None:
        """What a team has agreed for a case of this priority that is handed to it."""
        return agreement_for(self.agreements, team, priority)

    def is_bound_to(self, facts: Facts) -> bool:
        """Whether guarantees bind towards whoever sent a case."""
        return self.binds == EVERYBODY or (self.binds == SIGNED and self.terms in facts.terms)


_NAMED = ("case_types", "priorities", "products", "segments", "organisations")
_OPTIONS = ("warning_percent", "reopen_days", "note", "notice_hours", "binds", "terms")


def policy_to_json(policy: Policy) -> dict[str, Any]:
    """The stored form that `policy_from_json` reads."""
    return {
        "name": policy.name,
        "warning_percent": policy.warning_percent,
        "reopen_days": policy.reopen_days,
        "first_response_on": list(policy.first_response_on),
        "note": policy.note,
        "notice_hours": policy.notice_hours,
        "binds": policy.binds,
        "terms": policy.terms,
        "escalations": [escalation_to_json(rule) for rule in policy.escalations],
        "agreements": [agreement_to_json(each) for each in policy.agreements],
        "rules": [_rule_json(rule) for rule in policy.rules],
    }


def _rule_json(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "calendar": rule.calendar,
        **{name: list(getattr(rule, name)) for name in _NAMED},
        **{kind: _target_json(rule.target(kind)) for kind in TARGET_KINDS},
        "reason": rule.reason,
        "until": rule.until and rule.until.isoformat(),
        "by_law": rule.by_law,
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
        options = {key: data[key] for key in _OPTIONS if key in data}
        if "first_response_on" in data:
            options["first_response_on"] = tuple(data["first_response_on"])
        if "escalations" in data:
            options["escalations"] = tuple(map(escalation_from_json, data["escalations"]))
        if "agreements" in data:
            options["agreements"] = tuple(map(agreement_from_json, data["agreements"]))
        rules = tuple(_rule_from_json(item) for item in data["rules"])
        return Policy(name=data["name"], rules=rules, **options)
    except PolicyError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PolicyError(f"the policy has the wrong form: {error}") from error


def _rule_from_json(item: Mapping[str, Any]) -> Rule:
    targets = {kind: item.get(kind) for kind in TARGET_KINDS}
    until = item.get("until")
    return Rule(
        name=item["name"],
        calendar=item["calendar"],
        **{name: tuple(item.get(name) or ()) for name in _NAMED},
        reason=item.get("reason") or "",
        until=date.fromisoformat(until) if until else None,
        by_law=bool(item.get("by_law")),
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


def _own_row(
    name: str, case_types: tuple[str, ...], promise: dict[str, Any], *, by_law: bool = False
) -> Rule:
    return Rule(name, "service_hours", case_types=case_types, by_law=by_law, **promise)


def _priority_row(priority: str, calendar: str, promise: dict[str, Any]) -> Rule:
    return Rule(priority, calendar, priorities=(priority,), **promise)


# Modest on purpose: whoever has the case hears first, the lead of its team when a guarantee is
# broken, managers only of the most urgent; nothing is moved by itself.
INTERNAL_ESCALATIONS = (
    Escalation("internal_warn", 75, targets=(INTERNAL,), notify=(ASSIGNEE,)),
    Escalation("internal_missed", 100, targets=(INTERNAL,), notify=(ASSIGNEE, TEAM_LEAD)),
)
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
    *INTERNAL_ESCALATIONS,
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
            by_law=True,
        ),
        _own_row(
            "access_request",
            ("access_request",),
            _promise(GUARANTEE, _days(1), None, _days(3)),
            by_law=True,
        ),
        _priority_row("P3", "service_hours", _promise(DECLARATION, _hours(4), _days(2), _days(3))),
        _priority_row("P4", "service_hours", _promise(DECLARATION, _days(1), _days(5), _days(10))),
    ),
)
