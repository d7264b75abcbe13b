"""The forms of internal agreements: one for each team, or for a team and some priorities."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from accounts.roles import Line
from portal.rules.agreement_words import agreement_sentence
from portal.rules.rows import Rows, as_read
from portal.rules.rule_form import HOURS, UNITS, amount_in_units, boxes, read_target, too_long
from portal.selfservice.calendar_names import calendar_name
from triage.sla.agreements import Agreement
from triage.sla.policy import INTERNAL, INTERNAL_ESCALATIONS, Policy
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
from triage.tickets.foreseeing import DRAFT
from triage.tickets.kinds import Priority


class AgreementForm(forms.Form):
    """How long one team has from when a case is handed to it."""

    team = forms.ChoiceField(
        label=gettext_lazy("Team"), error_messages={"required": gettext_lazy("Choose a team.")}
    )
    length = forms.IntegerField(
        label=gettext_lazy("Time from hand-over"),
        min_value=1,
        widget=forms.NumberInput(attrs={"min": 1}),
        error_messages={
            "required": gettext_lazy("Write how long the team has."),
            "invalid": gettext_lazy("Write a whole number."),
        },
    )
    length_unit = forms.ChoiceField(
        label=gettext_lazy("Counted in"), choices=UNITS, initial=HOURS, required=False
    )
    calendar = forms.ChoiceField(label=gettext_lazy("Counted by"))
    priorities = boxes(
        gettext_lazy("Priorities"),
        codes.PRIORITIES,
        gettext_lazy("None checked: all that have no time of their own."),
    )

    def __init__(
        self, *args, model: ServiceModel, teams: dict[str, str], now: datetime, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self._model, self._teams, self._now = model, teams, now
        self.fields["team"].choices = [("", _("Choose a team")), *teams.items()]
        self.fields["calendar"].choices = [(name, calendar_name(name)) for name in model.calendars]

    @property
    def heading(self) -> str:
        """The team, as it stands."""
        return self._teams.get(as_read(self)["team"] or "", "") or _("New agreement")

    @property
    def sentence(self) -> str:
        """The agreement in words, as it stands."""
        found = self.as_it_stands()
        return agreement_sentence(found) if found else _("Not agreed yet.")

    def as_it_stands(self) -> Agreement | None:
        """The agreement, when it can be read."""
        values = as_read(self)
        target = read_target(values, "length")
        if target is None or values["team"] not in self._teams:
            return None
        chosen = set(values["priorities"] or ())
        return Agreement(
            team=values["team"],
            calendar=values["calendar"] or next(iter(self._model.calendars)),
            target=target,
            priorities=tuple(str(each) for each in Priority if each in chosen),
        )

    def clean(self) -> dict:
        """An amount within a year, that the calendar has room for."""
        found = super().clean()
        if found.get("length") is not None:
            unit = found.get("length_unit") or HOURS
            calendar = self._model.calendars.get(found.get("calendar", ""))
            fault = too_long(found["length"], unit, calendar, self._now)
            if fault:
                self.add_error("length", fault)
        return found


class AgreementForms:
    """The forms of all agreements together, filled from those in force or from what was sent."""

    def __init__(self, model: ServiceModel, now: datetime, data=None) -> None:
        self._model = model
        make = partial(AgreementForm, model=model, teams=_teams(model.policy), now=now)
        values = [_values(each) for each in model.policy.agreements]
        self.rules = Rows(make, "agreements", values, data, ordered=False)
        self._said: list[str] = []

    def changed_by(self, step: str) -> bool:
        """Add or remove an agreement when a button asks for it; everything typed is kept."""
        return self.rules.changed_by(step)

    def is_valid(self) -> bool:
        """Whether every agreement can be read and no team has two for one case."""
        if not self.rules.is_valid():
            return False
        seen: dict[tuple[str, str], int] = {}
        for number, form in enumerate(self.rules, 1):
            agreement = form.as_it_stands()
            for priority in agreement.priorities or ("",):
                first = seen.setdefault((agreement.team, priority), number)
                if first != number:
                    form.add_error(
                        "priorities" if priority else "team",
                        _("Rule %(number)s is about the same cases.") % {"number": first},
                    )
                    break
        return not any(form.errors for form in self.rules)

    def draft(self) -> ServiceModel:
        """The rules in force with the agreements that were written.

        The first agreement brings rules of telling along when none is about internal deadlines.
        """
        policy = self._model.policy
        agreements = tuple(form.as_it_stands() for form in self.rules)
        if agreements and not policy.agreements:
            policy = _with_telling(policy)
        policy = replace(policy, agreements=agreements)
        return replace(self._model, version_id=DRAFT, policy=policy)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the whole."""
        self._said.append(sentence)

    def errors(self) -> list[tuple[str, str]]:
        """What is wrong and where, for the summary that takes focus."""
        return [*self.rules.errors(), *(("", sentence) for sentence in self._said)]


def _teams(policy: Policy) -> dict[str, str]:
    """The teams that can have an agreement: the second line, and those that have one already."""
    named = {each.team for each in policy.agreements}
    return {
        team.slug: team.name
        for team in Team.objects.order_by("name")
        if team.line == Line.SECOND or team.slug in named
    }


def _values(agreement: Agreement) -> dict[str, Any]:
    length, unit = amount_in_units(agreement.target)
    return {
        "team": agreement.team,
        "length": length,
        "length_unit": unit,
        "calendar": agreement.calendar,
        "priorities": list(agreement.priorities),
    }


def _with_telling(policy: Policy) -> Policy:
    """The policy with somebody who hears of internal deadlines, if nobody does yet."""
    if any(INTERNAL in rule.targets for rule in policy.escalations):
        return policy
    taken = {rule.name for rule in policy.escalations}
    added = [rule for rule in INTERNAL_ESCALATIONS if rule.name not in taken]
    return replace(policy, escalations=(*policy.escalations, *added))
