"""The forms of the promises: rules in their order, options of the clocks, and a case to try."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal.rules.changing import errors_of
from portal.rules.names import calendar_name
from portal.rules.promise_words import promise_words
from portal.rules.rows import Rows, as_read, typed
from portal.selfservice.promises import COMMITMENT, TARGET_NAMES, rule_name
from triage.sla.calendar import Calendar, CalendarError
from triage.sla.clock import target_time
from triage.sla.due import due_time
from triage.sla.policy import (
    DECLARATION,
    GUARANTEE,
    RESPONSE_EVENTS,
    TARGET_KINDS,
    PolicyError,
    Rule,
    Target,
    uncovered,
    unreachable,
)
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
from triage.tickets.foreseeing import DRAFT
from triage.tickets.kinds import CaseType, Priority

MINUTES, HOURS, DAYS = "minutes", "hours", "days"
UNITS = [
    (MINUTES, gettext_lazy("minutes")),
    (HOURS, gettext_lazy("hours")),
    (DAYS, gettext_lazy("working days")),
]
COMMITMENTS = [(GUARANTEE, COMMITMENT[True]), (DECLARATION, COMMITMENT[False])]
LONGEST = {MINUTES: 365 * 24 * 60, HOURS: 365 * 24, DAYS: 366}  # a year
LATEST = timedelta(days=3 * 366)  # by any calendar
LONGEST_NAME = 60
RESPONSES = {
    "public_reply": gettext_lazy("an answer the requester can read"),
    "waiting_customer": gettext_lazy("asking the requester for more information"),
    "resolved": gettext_lazy("solving the case"),
    "assigned": gettext_lazy("giving the case to somebody"),
    "taken": gettext_lazy("somebody taking the case"),
}


def boxes(label, choices: Iterable, help_text="") -> forms.MultipleChoiceField:
    """Check boxes of which none may be checked."""
    return forms.MultipleChoiceField(
        label=label,
        choices=list(choices),
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class RuleForm(forms.Form):
    """What is promised for some kinds of case."""

    def __init__(self, *args, model: ServiceModel, now: datetime, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._model, self._now = model, now
        self.fields["name"] = forms.CharField(
            required=False, max_length=LONGEST_NAME, widget=forms.HiddenInput
        )
        self.fields["case_types"] = boxes(_("Types of case"), codes.CASE_TYPES)
        self.fields["priorities"] = boxes(_("Priorities"), codes.PRIORITIES)
        calendars = [(name, calendar_name(name)) for name in model.calendars]
        self.fields["calendar"] = forms.ChoiceField(label=_("Counted by"), choices=calendars)
        for kind in TARGET_KINDS:
            self._add_target(kind)

    def _add_target(self, kind: str) -> None:
        name = TARGET_NAMES[kind]
        self.fields[kind] = forms.IntegerField(
            label=name,
            required=False,
            min_value=1,
            widget=forms.NumberInput(attrs={"min": 1}),
            error_messages={"invalid": _("Write a whole number, or nothing.")},
        )
        self.fields[f"{kind}_unit"] = forms.ChoiceField(
            label=_("Counted in"), choices=UNITS, initial=HOURS, required=False
        )
        self.fields[f"{kind}_commitment"] = forms.ChoiceField(
            label=_("Kind of promise"),
            choices=COMMITMENTS,
            initial=DECLARATION,
            required=False,
        )

    @property
    def targets(self) -> list[dict[str, Any]]:
        """The fields of each target together, for the page."""
        return [
            {
                "name": TARGET_NAMES[kind],
                "fields": [self[name] for name in (kind, f"{kind}_unit", f"{kind}_commitment")],
            }
            for kind in TARGET_KINDS
        ]

    @property
    def about(self) -> str:
        """What the rule is about, as it stands."""
        return rule_name(self.as_it_stands())

    @property
    def promise(self) -> str:
        """What it promises, as it stands."""
        return promise_words(self.as_it_stands())

    def as_it_stands(self) -> Rule:
        """The rule as far as it can be read; what cannot be is left out."""
        values = as_read(self)
        found = {kind: _read_target(values, kind) for kind in TARGET_KINDS}
        return Rule(
            name=values["name"] or "",
            calendar=values["calendar"] or "",
            case_types=_known(values["case_types"], CaseType),
            priorities=_known(values["priorities"], Priority),
            **found,
        )

    def clean(self) -> dict:
        """Amounts within a year, that the calendar has room for."""
        found = super().clean()
        for kind in TARGET_KINDS:
            amount, unit = found.get(kind), found.get(f"{kind}_unit") or HOURS
            if amount is None:
                continue
            if amount > LONGEST[unit]:
                self.add_error(
                    kind, _("This is more than a year. Is it counted in the right unit?")
                )
            elif found.get("calendar"):
                calendar = self._model.calendars[found["calendar"]]
                self._check_room(kind, _target(amount, unit), calendar)
        return found

    def _check_room(self, kind: str, target: Target, calendar: Calendar) -> None:
        try:
            length = target_time(calendar, self._now, target)
            due = due_time(calendar, self._now, length)
        except CalendarError:
            due = None
        if due is None or due > self._now + LATEST:
            self.add_error(
                kind,
                _("The calendar is open so little that this would take more than three years."),
            )


def _known(values: Iterable[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    """Of what was chosen, what exists, in the order of the codes."""
    chosen = set(values or ())
    return tuple(str(each) for each in known if each in chosen)


def _target(amount: int, unit: str, commitment: str = DECLARATION) -> Target:
    if unit == DAYS:
        return Target(working_days=amount, commitment=commitment)
    return Target(minutes=amount * (60 if unit == HOURS else 1), commitment=commitment)


def _read_target(values: dict[str, Any], kind: str) -> Target | None:
    """A target as it was typed; None when nothing is promised or it cannot be read."""
    amount = str(values[kind] if values[kind] is not None else "").strip()
    unit = values[f"{kind}_unit"] or HOURS
    commitment = values[f"{kind}_commitment"] or DECLARATION
    if not (amount.isascii() and amount.isdecimal() and len(amount) < 7):
        return None
    try:
        return _target(int(amount), unit, commitment)
    except PolicyError:
        return None


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
        help_text=gettext_lazy("Opened again later, it is given a new deadline for the solution."),
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


class TryForm(forms.Form):
    """A case that comes in now."""

    case_type = forms.ChoiceField(label=gettext_lazy("Type of case"), choices=codes.CASE_TYPES)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=codes.PRIORITIES)


class PolicyForms:
    """The forms of the promises together, filled from the rules in force or from what was sent."""

    def __init__(self, model: ServiceModel, now: datetime, data=None) -> None:
        self._model = model
        policy = model.policy
        make = partial(RuleForm, model=model, now=now)
        self.rules = Rows(make, "rules", [_rule_values(rule) for rule in policy.rules], data)
        self.options = OptionsForm(data, prefix="options", model=model, initial=_options(model))
        self.trial = TryForm(
            data if data and "try-case_type" in data else None,
            prefix="try",
            initial={"case_type": CaseType.INCIDENT, "priority": Priority.P3},
        )
        self._said: list[str] = []

    def changed_by(self, step: str) -> bool:
        """Add, remove or move a rule when a button asks for it; everything typed is kept."""
        if not self.rules.changed_by(step):
            return False
        values = typed(self.options)
        self.options = OptionsForm(prefix="options", model=self._model, initial=values)
        self.trial = TryForm(prefix="try", initial=typed(self.trial))
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
    sets = [(set(each.case_types), set(each.priorities)) for each in (rule, own)]
    if sets[0] != sets[1]:
        return rule
    return replace(rule, case_types=own.case_types, priorities=own.priorities)


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
        "note": _shown_note(model),
    }


def _shown_note(model: ServiceModel) -> str:
    """The note in the language of the page when the catalogues know it."""
    return _(model.policy.note) if model.policy.note else ""


def _rule_values(rule: Rule) -> dict[str, Any]:
    values = {
        "name": rule.name,
        "case_types": list(rule.case_types),
        "priorities": list(rule.priorities),
        "calendar": rule.calendar,
    }
    for kind in TARGET_KINDS:
        target = rule.target(kind)
        if target is not None:
            amount, unit = _amount(target)
            values |= {
                kind: amount,
                f"{kind}_unit": unit,
                f"{kind}_commitment": target.commitment,
            }
        else:
            values |= {kind: None, f"{kind}_unit": HOURS, f"{kind}_commitment": DECLARATION}
    return values


def _amount(target: Target) -> tuple[int, str]:
    """A target in the largest unit that says it whole."""
    if target.working_days is not None:
        return target.working_days, DAYS
    if target.minutes % 60:
        return target.minutes, MINUTES
    return target.minutes // 60, HOURS
