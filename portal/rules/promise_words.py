"""Promises in words: one rule as a line, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from django.utils.translation import gettext as _

from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.promises import (
    COMMITMENT,
    TARGET_NAMES,
    Names,
    day_words,
    names_in,
    rule_name,
    target_words,
)
from triage.sla.policy import GUARANTEE, TARGET_KINDS, Policy, Rule, Target
from triage.sla.service_model import ServiceModel
from triage.tickets.kinds import CaseType, Priority

NO_RULE = "–"
Kind = tuple[str, str]  # case type and priority


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What was promised some kinds of case, and what is promised instead."""

    about: str
    what: str
    before: str
    after: str


def promised(target: Target | None) -> str:
    """A promise with its kind: "4 hours (guarantee)"."""
    if target is None:
        return _("not promised")
    kind = str(COMMITMENT[target.commitment == GUARANTEE])
    return f"{target_words(target)} ({kind[:1].lower()}{kind[1:]})"


def promise_words(rule: Rule) -> str:
    """Everything a rule promises, on one line."""
    parts = [
        f"{TARGET_NAMES[kind]}: {promised(target)}"
        for kind in TARGET_KINDS
        if (target := rule.target(kind)) is not None
    ]
    return "; ".join(parts) if parts else _("Promises nothing")


def promise_differences(before: ServiceModel, after: ServiceModel) -> list[Difference]:
    """What kinds of case are promised otherwise, whichever rules say so, and rules for some only.

    Kinds for which the same is changed in the same way stand together.
    """
    found: list[Difference] = []
    for what, words in _questions():
        groups: dict[tuple[str, str], list[Kind]] = {}
        for kind in product(map(str, CaseType), map(str, Priority)):
            answers = words(before.policy.rule_for(*kind)), words(after.policy.rule_for(*kind))
            if answers[0] != answers[1]:
                groups.setdefault(answers, []).append(kind)
        for (old, new), kinds in groups.items():
            found += [
                Difference(about=about, what=what, before=old, after=new) for about in _named(kinds)
            ]
    return [*found, *_narrow_differences(before.policy, after.policy)]


def _narrow_differences(before: Policy, after: Policy) -> Iterator[Difference]:
    """The rules for some products, segments or organisations that are new, gone or changed."""
    old, new = (
        {rule.name: rule for rule in policy.rules if not rule.is_for_all}
        for policy in (before, after)
    )
    names = names_in([*old.values(), *new.values()])
    for name in {**old, **new}:
        was, is_now = old.get(name), new.get(name)
        if was == is_now:
            continue
        said = [narrow_words(rule, names) if rule else NO_RULE for rule in (was, is_now)]
        yield Difference(
            about=rule_name(is_now or was, names),
            what=_("Rule for some only"),
            before=said[0],
            after=said[1],
        )


def narrow_words(rule: Rule, names: Names) -> str:
    """Everything a rule for some cases only says, on one line."""
    parts = [f"{rule_name(rule, names)}: {promise_words(rule)}", _counted_by(rule)]
    if rule.until:
        parts.append(_("ends %(day)s") % {"day": day_words(rule.until)})
    if rule.reason:
        parts.append(_("because: %(reason)s") % {"reason": rule.reason})
    return ". ".join(part[:1].upper() + part[1:] for part in parts if part != NO_RULE)


def _questions() -> Iterator[tuple]:
    """What may differ: the name of it, and how a rule answers it."""
    for kind in TARGET_KINDS:
        yield str(TARGET_NAMES[kind]), lambda rule, kind=kind: promised(rule and rule.target(kind))
    yield _("Counted by"), _counted_by
    yield _("Ends"), lambda rule: day_words(rule.until) if rule and rule.until else NO_RULE
    yield _("Set by law"), lambda rule: _("Yes") if rule and rule.by_law else _("No")


def _counted_by(rule: Rule | None) -> str:
    if rule is None or not any(rule.target(kind) for kind in TARGET_KINDS):
        return NO_RULE
    return calendar_name(rule.calendar)


def _named(kinds: Iterable[Kind]) -> list[str]:
    """Kinds of case in as few names as say exactly which: types that share priorities together."""
    priorities: dict[str, list[str]] = {}
    for case_type, priority in kinds:
        priorities.setdefault(case_type, []).append(priority)
    together: dict[tuple[str, ...], list[str]] = {}
    for case_type, some in priorities.items():
        together.setdefault(tuple(some), []).append(case_type)
    return [_named_together(types, some) for some, types in together.items()]


def _named_together(types: Sequence[str], priorities: Sequence[str]) -> str:
    """Types of case with some priorities: by those that are left out where they are the fewer."""
    left_out = [str(each) for each in CaseType if each not in types]
    some = () if len(priorities) == len(Priority) else tuple(priorities)
    if len(left_out) > len(types):
        return rule_name(Rule("", "", case_types=tuple(types), priorities=some))
    cases = rule_name(Rule("", "", priorities=some)) if some else _("All cases")
    if not left_out:
        return cases
    others = rule_name(Rule("", "", case_types=tuple(left_out)))
    return _("%(cases)s, except %(types)s") % {"cases": cases, "types": others}
