"""The forms of the promises: rules in their order, options of the clocks, and a case to try."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.terms_models import TermsVersion
from portal.rules.changing import errors_of
from portal.rules.customers import OrganisationField
from portal.rules.rows import Rows, typed
from portal.rules.rule_form import RuleForm, product_choices, rule_values
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.promises import rule_name
from triage.sla.coverage import uncovered, unreachable
from triage.sla.policy import EVERYBODY, HOLDING_REPLY, NOBODY, RESPONSE_EVENTS, SIGNED, Rule
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
from triage.tickets.foreseeing import DRAFT
from triage.tickets.kinds import CaseType, Priority

RESPONSES = {
    "public_reply": gettext_lazy("an answer the requester can read"),
    "waiting_customer": gettext_lazy("asking the requester for more information"),
    "resolved": gettext_lazy("solving the case"),
    "assigned": gettext_lazy("giving the case to somebody"),
    "taken": gettext_lazy("somebody taking the case"),
    HOLDING_REPLY: gettext_lazy("only saying that we are looking into it"),
}


BINDING = [
    (EVERYBODY, gettext_lazy("Towards everybody")),
    (SIGNED, gettext_lazy("Towards organisations that have signed the terms of use")),
    (NOBODY, gettext_lazy("Towards nobody yet: we work by them, but they are goals")),
]


class OptionsForm(forms.Form):
    """What holds for all promises."""

    first_response_on = forms.MultipleChoiceField(
        label=gettext_lazy("What counts as the first answer?"),
        help_text=gettext_lazy("What is sent automatically never does."),
        choices=[(event, RESPONSES[event]) for event in RESPONSE_EVENTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one, or no case would ever be answered.")
        },
    )
    warning_percent = forms.IntegerField(
        label=gettext_lazy("A deadline is near when this many per cent of the time is used"),
        min_value=1,
        max_value=99,
    )
    reopen_days = forms.IntegerField(
        label=gettext_lazy("Days a solved case can be opened again as the same case"),
        help_text=gettext_lazy(
            "After that, what is missing is opened as a new case, linked with it."
        ),
        min_value=0,
        max_value=365,
    )
    notice_hours = forms.ChoiceField(
        label=gettext_lazy("People are told of deadlines within"),
        help_text=gettext_lazy(
            "P1 and security cases always go by the hours of their own deadline."
        ),
        required=False,
    )
    binds = forms.ChoiceField(
        label=gettext_lazy("Towards whom do guarantees bind?"),
        help_text=gettext_lazy(
            "What was signed when a case came in decides. Towards others, a guarantee is a service "
            "declaration."
        ),
        choices=BINDING,
        widget=forms.RadioSelect,
    )
    terms = forms.ChoiceField(
        label=gettext_lazy("Which version of the terms of use?"),
        help_text=gettext_lazy("Only when guarantees bind towards those who have signed it."),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("A note above the promises"),
        help_text=gettext_lazy("Readers see it on the page about how we serve them."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, model: ServiceModel, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        own = pgettext_lazy("hours for notices", "the hours the deadline itself is counted by")
        calendars = [(name, calendar_name(name)) for name in model.calendars]
        self.fields["notice_hours"].choices = [("", own), *calendars]
        terms = [(each.key, each.title) for each in TermsVersion.objects.all()]
        self.fields["terms"].choices = [("", pgettext_lazy("terms of use", "None")), *terms]

    def clean(self) -> dict:
        """Terms are named when they decide, and else left out."""
        found = super().clean()
        if found.get("binds") != SIGNED:
            found["terms"] = ""
        elif not found.get("terms") and "terms" not in self.errors:
            self.add_error("terms", _("Choose the version that must be signed."))
        return found


class TryForm(forms.Form):
    """A case that comes in now."""

    case_type = forms.ChoiceField(label=gettext_lazy("Type of case"), choices=codes.CASE_TYPES)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=codes.PRIORITIES)
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    organisation = OrganisationField(
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("By name or organisation number. Empty for nobody’s."),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("Comes in"),
        help_text=gettext_lazy("Empty for now."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args, products: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        none = pgettext_lazy("product", "None or another")
        self.fields["product"].choices = [("", none), *products]

    def clean_at(self) -> datetime | None:
        """A moment the calendars reach."""
        at = self.cleaned_data["at"]
        if at is not None and not 2000 <= at.year <= 2090:
            raise forms.ValidationError(_("Choose a time between 2000 and 2090."))
        return at


class PolicyForms:
    """The forms of the promises together, filled from the rules in force or from what was sent."""

    def __init__(self, model: ServiceModel, now: datetime, data=None) -> None:
        self._model = model
        policy = model.policy
        self._products = product_choices()
        make = partial(RuleForm, model=model, now=now, products=self._products)
        self.rules = Rows(make, "rules", [rule_values(rule) for rule in policy.rules], data)
        self.options = OptionsForm(data, prefix="options", model=model, initial=_options(model))
        self.trial = TryForm(
            data if data and "try-case_type" in data else None,
            prefix="try",
            products=self._products,
            initial={"case_type": CaseType.INCIDENT, "priority": Priority.P3},
        )
        self._said: list[str] = []

    def changed_by(self, step: str) -> bool:
        """Add, remove or move a rule when a button asks for it; everything typed is kept."""
        if not self.rules.changed_by(step):
            return False
        values = typed(self.options)
        self.options = OptionsForm(prefix="options", model=self._model, initial=values)
        self.trial = TryForm(prefix="try", products=self._products, initial=typed(self.trial))
        return True

    def is_valid(self) -> bool:
        """Whether every row can be read, every case has a rule, and every rule is of use."""
        if not all([self.rules.is_valid(), self.options.is_valid()]):
            return False
        rules = self._rules()
        kinds = list(CaseType), list(Priority)
        for place, takers in unreachable(rules, *kinds).items():
            self.rules.forms[place].add_error("case_types", _never_used(takers))
        missing = uncovered(rules, *kinds)
        if missing:
            self.refuse(_without_rule(missing))
        return self.rules.is_valid() and not missing

    def draft(self) -> ServiceModel:
        """The rules in force with the promises that were written."""
        found = dict(self.options.cleaned_data)
        own = self._model.policy
        events = set(found.pop("first_response_on"))
        if events != set(own.first_response_on):
            ordered = tuple(event for event in RESPONSE_EVENTS if event in events)
        else:
            ordered = own.first_response_on
        note = found.pop("note")
        policy = replace(
            own,
            rules=self._rules(),
            first_response_on=ordered,
            note=own.note if note == _shown_note(self._model) else note,
            **found,
        )
        return replace(self._model, version_id=DRAFT, policy=policy)

    def _rules(self) -> tuple[Rule, ...]:
        """The rules that were written, each with a name of its own for data."""
        rules = []
        for form in self.rules:
            rule = form.as_it_stands()
            known = {each.name for each in rules}
            rules.append(replace(rule, name=own_name(rule.name, known)))
        own = {rule.name: rule for rule in self._model.policy.rules}
        return tuple(_as_stored(rule, own.get(rule.name)) for rule in rules)

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with the whole."""
        self._said.append(sentence)

    def errors(self) -> list[tuple[str, str]]:
        """What is wrong and where, for the summary that takes focus."""
        whole = [("", sentence) for sentence in self._said]
        return [*self.rules.errors(), *errors_of(self.options, self.trial), *whole]


def own_name(name: str, known: set[str], what: str = "rule") -> str:
    """The name, or one that nobody has when it is empty or taken."""
    number = len(known) + 1
    while not name or name in known:
        name, number = f"{what}_{number}", number + 1
    return name


def _as_stored(rule: Rule, own: Rule | None) -> Rule:
    """The rule in force where only the order of what it names is another."""
    if own is None:
        return rule
    same = {
        name: getattr(own, name)
        for name in ("case_types", "priorities", "products", "segments", "organisations")
        if set(getattr(rule, name)) == set(getattr(own, name))
    }
    return replace(rule, **same)


def _never_used(takers: list[int]) -> str:
    numbers = ", ".join(str(place + 1) for place in takers)
    return ngettext(
        "This rule is never used, because rule %(numbers)s comes first and takes all its cases. "
        "Move it up, or remove it.",
        "This rule is never used, because rules %(numbers)s come first and take all its cases. "
        "Move it up, or remove it.",
        len(takers),
    ) % {"numbers": numbers}


def _without_rule(missing: list[tuple[str, str]]) -> str:
    case_type, priority = missing[0]
    named = rule_name(Rule("", "", case_types=(case_type,), priorities=(priority,)))
    return ngettext(
        "No rule is about %(case)s. Add a rule for all other cases, last.",
        "No rule is about %(case)s, and %(others)s other kinds of case. "
        "Add a rule for all other cases, last.",
        len(missing),
    ) % {"case": named, "others": len(missing) - 1}


def _options(model: ServiceModel) -> dict[str, Any]:
    policy = model.policy
    return {
        "first_response_on": list(policy.first_response_on),
        "warning_percent": policy.warning_percent,
        "reopen_days": policy.reopen_days,
        "notice_hours": policy.notice_hours,
        "binds": policy.binds,
        "terms": policy.terms,
        "note": _shown_note(model),
    }


def _shown_note(model: ServiceModel) -> str:
    """The note in the language of the page when the catalogues know it."""
    return _(model.policy.note) if model.policy.note else ""
