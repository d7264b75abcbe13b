"""Rules about deadlines, each in a plain sentence: when, in which cases, and what is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from triage.sla.escalation import (
    ASSIGNEE,
    FIRST_LINE,
    MANAGERS,
    RUN_OUT,
    SECURITY_TEAM,
    TEAM,
    TEAM_LEAD,
    Escalation,
)
from triage.sla.policy import COMMITMENTS, FIRST_RESPONSE, GUARANTEE, INTERNAL, RESOLUTION, UPDATE
from triage.tickets import codes

RECEIVER_WORDS = {
    ASSIGNEE: gettext_lazy("whoever has the case (else the team)"),
    TEAM: gettext_lazy("the team"),
    TEAM_LEAD: gettext_lazy("the team lead"),
    FIRST_LINE: gettext_lazy("the first line"),
    SECURITY_TEAM: gettext_lazy("the security team"),
    MANAGERS: gettext_lazy("the managers"),
}
TIME_WORDS = {
    FIRST_RESPONSE: pgettext_lazy("the time for", "a first answer"),
    UPDATE: pgettext_lazy("the time for", "an update"),
    RESOLUTION: pgettext_lazy("the time for", "a solution"),
    INTERNAL: pgettext_lazy("the time for", "the team's own part"),
}


def rule_sentence(rule: Escalation, teams: Mapping[str, str]) -> str:
    """The rule in words; `teams` are the names of teams by their slug."""
    parts = [_when(rule), _in_which_cases(rule)]
    when = " ".join(part for part in parts if part)
    return _("%(when)s, %(what)s.") % {"when": when, "what": _what(rule, teams)}


def _when(rule: Escalation) -> str:
    if rule.at_percent == RUN_OUT:
        return _("When %(time)s has run out") % {"time": _time(rule)}
    return _("When %(percent)s%% of %(time)s is used") % {
        "percent": rule.at_percent,
        "time": _time(rule),
    }


def _time(rule: Escalation) -> str:
    """Which deadlines the rule is about."""
    only = rule.commitments[0] if 0 < len(set(rule.commitments)) < len(COMMITMENTS) else ""
    if not rule.targets:
        if not only:
            return _("the time")
        return _("the guaranteed time") if only == GUARANTEE else _("the declared time")
    targets = either(str(TIME_WORDS[kind]) for kind in rule.targets)
    if not only:
        words = _("the time for %(targets)s")
    elif only == GUARANTEE:
        words = _("the guaranteed time for %(targets)s")
    else:
        words = _("the declared time for %(targets)s")
    return words % {"targets": targets}


def _in_which_cases(rule: Escalation) -> str:
    types = either(
        _("“%(type)s”") % {"type": dict(codes.CASE_TYPES).get(each, each)}
        for each in rule.case_types
    )
    priorities = either(rule.priorities)
    if types and priorities:
        words = _("in cases of the type %(types)s with the priority %(priorities)s")
        return words % {"types": types, "priorities": priorities}
    if types:
        return _("in cases of the type %(types)s") % {"types": types}
    if priorities:
        return _("in cases with the priority %(priorities)s") % {"priorities": priorities}
    return ""


def _what(rule: Escalation, teams: Mapping[str, str]) -> str:
    """What is done: the first in one order of words, what follows in another."""
    done = []
    if rule.notify:
        receivers = together(str(RECEIVER_WORDS[role]) for role in rule.notify)
        done.append(pgettext("first", "tell %(receivers)s") % {"receivers": receivers})
    if rule.raise_priority:
        done.append(
            pgettext("then", "propose a higher priority")
            if done
            else pgettext("first", "propose a higher priority")
        )
    if rule.move_to:
        words = (
            pgettext("then", "move the case to %(team)s")
            if done
            else pgettext("first", "move the case to %(team)s")
        )
        done.append(words % {"team": teams.get(rule.move_to, rule.move_to)})
    return together(done)


def together(parts: Iterable[str]) -> str:
    """One, two and three."""
    return _joined(parts, _("%(some)s and %(last)s"))


def either(parts: Iterable[str]) -> str:
    """One, two or three."""
    return _joined(parts, _("%(some)s or %(last)s"))


def _joined(parts: Iterable[str], words: str) -> str:
    *some, last = list(parts) or [""]
    return words % {"some": ", ".join(some), "last": last} if some else last
