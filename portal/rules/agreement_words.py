"""Internal agreements in words: with which team, for which cases, how long, counted how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from portal.desk.rule_words import either
from portal.rules.promise_words import Difference
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.promises import target_words
from triage.sla.agreements import Agreement
from triage.sla.policy import Policy

NOTHING = "–"


def agreement_sentence(agreement: Agreement) -> str:
    """How long the team has, from when, and by which calendar."""
    said = {
        "target": target_words(agreement.target),
        "calendar": calendar_name(agreement.calendar),
        "priorities": either(agreement.priorities),
    }
    if agreement.priorities:
        return (
            _(
                "%(target)s from hand-over in cases with the priority %(priorities)s, "
                "counted by %(calendar)s"
            )
            % said
        )
    return _("%(target)s from hand-over, counted by %(calendar)s") % said


def agreement_rows(policy: Policy, teams: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Each team with an agreement and what it says, by the names of teams."""
    found: dict[str, list[str]] = {}
    for each in policy.agreements:
        name = teams.get(each.team, each.team)
        found.setdefault(name, []).append(agreement_sentence(each))
    return sorted(found.items())


def teams_agreed_alike(
    policy: Policy, teams: Mapping[str, str]
) -> list[tuple[list[str], list[str]]]:
    """Teams that have agreed on the same, together, and what they have agreed on."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, sentences in agreement_rows(policy, teams):
        alike.setdefault(tuple(sentences), []).append(name)
    return [(names, list(sentences)) for sentences, names in alike.items()]


def agreement_differences(
    before: Policy, after: Policy, teams: Mapping[str, str]
) -> Iterator[Difference]:
    """Teams whose agreements are new, gone, or say something else."""
    old, new = (dict(agreement_rows(policy, teams)) for policy in (before, after))
    for team in sorted({**old, **new}):
        was, is_now = sorted(old.get(team, ())), sorted(new.get(team, ()))
        if was != is_now:
            yield Difference(
                about=team,
                what=_("Internal agreement"),
                before="; ".join(was) or NOTHING,
                after="; ".join(is_now) or NOTHING,
            )
