"""The promises of a service policy as a table, and how a case gets its priority."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from triage.sla.calendar import DAY_SECONDS, Frame
from triage.sla.policy import (
    FIRST_RESPONSE,
    GUARANTEE,
    RESOLUTION,
    TARGET_KINDS,
    UPDATE,
    Rule,
    Target,
)
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
from triage.tickets.priority import MATRIX, SECURITY_FLOOR, SEVERITY_FLOOR

# Notes that come with the example policy, so that the catalogues have them.
NOTES = (gettext_noop("Example, not anybody's real terms: adapt it before use."),)
COMMITMENT = {
    True: gettext_lazy("Guarantee"),
    False: gettext_lazy("Service declaration"),
}


@dataclass(frozen=True, kw_only=True)
class PromiseRow:
    """What is promised for one kind of case; "–" where nothing is."""

    name: str
    first_response: str
    update: str
    resolution: str
    counted: str
    commitment: str


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """The priorities of one impact, from the most urgent to what can wait."""

    impact: str
    priorities: list[str]


def promise_rows(model: ServiceModel) -> list[PromiseRow]:
    """A row for every rule that promises something, in the order in which they are tried."""
    return [
        _row(rule, model)
        for rule in model.policy.rules
        if any(rule.target(kind) for kind in TARGET_KINDS)
    ]


def _row(rule: Rule, model: ServiceModel) -> PromiseRow:
    always = model.calendars[rule.calendar].weekly == _always()
    return PromiseRow(
        name=rule_name(rule),
        first_response=target_words(rule.target(FIRST_RESPONSE)),
        update=target_words(rule.target(UPDATE)),
        resolution=target_words(rule.target(RESOLUTION)),
        counted=_("all day and night") if always else _("in the opening hours"),
        commitment=_commitment(rule),
    )


def _always():
    return tuple((Frame(0, DAY_SECONDS),) for _day in range(7))


def rule_name(rule: Rule) -> str:
    """What a rule is about, in the words cases are described with."""
    types = [str(dict(codes.CASE_TYPES).get(each, each)) for each in rule.case_types]
    priorities = [str(dict(codes.PRIORITIES).get(each, each)) for each in rule.priorities]
    if not types and not priorities:
        return _("All other cases")
    return ", ".join([" / ".join(part) for part in (types, priorities) if part])


def target_words(target: Target | None) -> str:
    """A promise of open time: 15 minutes, 4 hours, 3 working days."""
    if target is None:
        return "–"
    if target.working_days is not None:
        days = target.working_days
        return ngettext("%(days)s working day", "%(days)s working days", days) % {"days": days}
    hours, minutes = divmod(target.minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours})
    if minutes:
        words = ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes)
        parts.append(words % {"minutes": minutes})
    return " ".join(parts)


def _commitment(rule: Rule) -> str:
    """One word when all targets are promised alike, else what each of them is."""
    binding = {
        kind: target.commitment == GUARANTEE
        for kind in TARGET_KINDS
        if (target := rule.target(kind)) is not None
    }
    if len(set(binding.values())) == 1:
        return str(COMMITMENT[next(iter(binding.values()))])
    return "; ".join(f"{TARGET_NAMES[kind]}: {COMMITMENT[held]}" for kind, held in binding.items())


TARGET_NAMES = {
    FIRST_RESPONSE: gettext_lazy("First answer"),
    UPDATE: gettext_lazy("Update"),
    RESOLUTION: gettext_lazy("Solution"),
}


def matrix_rows() -> list[MatrixRow]:
    """Impact by urgency, as the code that sets priorities has it."""
    return [
        MatrixRow(
            impact=str(label),
            priorities=[str(MATRIX[impact, urgency]) for urgency, _label in codes.URGENCIES],
        )
        for impact, label in codes.IMPACTS
    ]


def urgency_names() -> list[str]:
    """The columns of the matrix."""
    return [str(label) for _urgency, label in codes.URGENCIES]


def floors() -> list[str]:
    """What raises a priority above the matrix, in sentences."""
    named = dict(codes.SEVERITIES)
    lifted = [
        _("A fault graded %(severity)s is always at least %(priority)s.")
        % {"severity": named[severity], "priority": priority}
        for severity, priority in SEVERITY_FLOOR.items()
        if priority != max(MATRIX.values())
    ]
    return [
        *lifted,
        _("A security incident is always at least %(priority)s.") % {"priority": SECURITY_FLOOR},
    ]
