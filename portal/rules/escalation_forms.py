"""The forms of who is told and what is done when time runs out: one for each rule."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Team
from portal.desk.rule_words import RECEIVER_WORDS, rule_sentence
from portal.rules.names import DEADLINE_NAMES
from portal.rules.policy_forms import own_name
from portal.rules.rows import Rows, as_read
from portal.rules.rule_form import COMMITMENTS, boxes
from triage.sla.escalation import RECEIVERS, RUN_OUT, Escalation, escalation_to_json
from triage.sla.policy import PolicyError
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
from triage.tickets.foreseeing import DRAFT

LONGEST_NAME = 40
CONDITIONS = ("targets", "commitments", "priorities", "case_types")


class EscalationForm(forms.Form):
    """When something is done, in which cases, and what."""

    name = forms.CharField(required=False, max_length=LONGEST_NAME, widget=forms.HiddenInput)
    at_percent = forms.IntegerField(
        label=gettext_lazy("When this many per cent of the time is used"),
        help_text=gettext_lazy("100 is the moment the time has run out."),
        min_value=1,
        max_value=RUN_OUT,
    )
    targets = boxes(
        gettext_lazy("Deadlines"),
        DEADLINE_NAMES.items(),
        gettext_lazy("Internal deadlines only when they are checked."),
    )
    commitments = boxes(gettext_lazy("Kinds of promise"), COMMITMENTS)
    priorities = boxes(gettext_lazy("Priorities"), codes.PRIORITIES)
    case_types = boxes(gettext_lazy("Types of case"), codes.CASE_TYPES)
    notify = boxes(
        gettext_lazy("Who is told?"), [(role, RECEIVER_WORDS[role]) for role in RECEIVERS]
    )
    raise_priority = forms.BooleanField(
        label=gettext_lazy("Propose a higher priority"),
        help_text=gettext_lazy("Whoever has the case decides."),
        required=False,
    )
    move_to = forms.ChoiceField(
        label=gettext_lazy("Move the case to"),
        help_text=gettext_lazy(
            "Security cases and cases of severity A are never moved by a rule: people move them."
        ),
        required=False,
    )

    def __init__(self, *args, teams: dict[str, str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._teams = teams
        nowhere = pgettext_lazy("move the case to", "Nowhere, it stays")
        self.fields["move_to"].choices = [("", nowhere), *teams.items()]

    @property
    def sentence(self) -> str:
        """The rule in words, as it stands."""
        rule = self.as_it_stands()
        return rule_sentence(rule, self._teams) if rule else _("Nothing is done yet.")

    def as_it_stands(self) -> Escalation | None:
        """The rule, when it can be read and does something."""
        values = as_read(self)
        percent = str(values["at_percent"] or "").strip()
        if not (percent.isascii() and percent.isdecimal() and len(percent) < 4):
            return None
        try:
            return Escalation(
                name=values["name"] or "new",
                at_percent=int(percent),
                **{each: tuple(values[each] or ()) for each in (*CONDITIONS, "notify")},
                raise_priority=bool(values["raise_priority"]),
                move_to=values["move_to"] or "",
            )
        except PolicyError:
            return None

    def clean(self) -> dict:
        """Something is done."""
        found = super().clean()
        does = any(found.get(each) for each in ("notify", "raise_priority", "move_to"))
        if not does and not self.errors:
            self.add_error(
                "notify",
                _("Say what is done: who is told, a higher priority, or a team to move it to."),
            )
        return found


class EscalationForms:
    """The forms of all rules together, filled from those in force or from what was sent."""

    def __init__(self, model: ServiceModel, data=None) -> None:
        self._model = model
        teams = dict(Team.objects.order_by("name").values_list("slug", "name"))
        values = [escalation_to_json(rule) for rule in model.policy.escalations]
        make = partial(EscalationForm, teams=teams)
        self.rules = Rows(make, "rules", values, data, ordered=False)
        self._said: list[str] = []

    def changed_by(self, step: str) -> bool:
        """Add or remove a rule when a button asks for it; everything typed is kept."""
        return self.rules.changed_by(step)

    def is_valid(self) -> bool:
        """Whether every rule can be read and does something."""
        return self.rules.is_valid()

    def draft(self) -> ServiceModel:
        """The rules in force with the rules of telling that were written."""
        found: list[Escalation] = []
        own = {rule.name: rule for rule in self._model.policy.escalations}
        for form in self.rules:
            wanted = form.cleaned_data["name"]
            taken = {rule.name for rule in found} | (own.keys() - {wanted})
            name = own_name(wanted, taken)
            rule = replace(form.as_it_stands(), name=name)
            found.append(own[name] if _says_the_same(rule, own.get(name)) else rule)
        policy = replace(self._model.policy, escalations=tuple(found))
        return replace(self._model, version_id=DRAFT, policy=policy)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the whole."""
        self._said.append(sentence)

    def errors(self) -> list[tuple[str, str]]:
        """What is wrong and where, for the summary that takes focus."""
        return [*self.rules.errors(), *(("", sentence) for sentence in self._said)]


def _says_the_same(rule: Escalation, own: Escalation | None) -> bool:
    """Whether only the order of what it names is another."""
    return own is not None and _compared(rule) == _compared(own)


def _compared(rule: Escalation) -> dict[str, Any]:
    data = escalation_to_json(rule)
    return {key: set(value) if isinstance(value, list) else value for key, value in data.items()}
