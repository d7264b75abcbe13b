"""The form of one rule: which cases it is about, what they are promised, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.kinds import Segment
from portal.rules.customers import OrganisationsField, readable_organisations
from portal.rules.promise_words import promise_words
from portal.rules.rows import as_read
from portal.selfservice.calendar_names import calendar_name
from portal.selfservice.promises import COMMITMENT, TARGET_NAMES, names_in, rule_name
from taxonomy.models import Product
from triage.sla.calendar import Calendar, CalendarError
from triage.sla.clock import target_time
from triage.sla.due import due_time
from triage.sla.policy import (
    DECLARATION,
    GUARANTEE,
    TARGET_KINDS,
    PolicyError,
    Rule,
    Target,
)
from triage.sla.service_model import ServiceModel
from triage.tickets import codes
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
LONGEST_REASON = 500


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

    def __init__(
        self,
        *args,
        model: ServiceModel,
        now: datetime,
        products: Iterable[tuple[str, str]],
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._model, self._now = model, now
        self._products = list(products)
        self.fields["name"] = forms.CharField(
            required=False, max_length=LONGEST_NAME, widget=forms.HiddenInput
        )
        self.fields["case_types"] = boxes(_("Types of case"), codes.CASE_TYPES)
        self.fields["priorities"] = boxes(_("Priorities"), codes.PRIORITIES)
        calendars = [(name, calendar_name(name)) for name in model.calendars]
        self.fields["calendar"] = forms.ChoiceField(label=_("Counted by"), choices=calendars)
        for kind in TARGET_KINDS:
            self._add_target(kind)
        self._add_narrowing()

    def _add_narrowing(self) -> None:
        """What makes the rule one for some cases only, and when its promise ends."""
        self.fields["products"] = boxes(_("Products"), self._products)
        self.fields["segments"] = boxes(_("Segments"), Segment.choices)
        self.fields["organisations"] = OrganisationsField(
            label=_("Organisations with an agreement"),
            help_text=_("One on each line, by name or organisation number."),
        )
        self.fields["reason"] = forms.CharField(
            label=_("Why do they get something else than others?"),
            help_text=_(
                "Needed for segments and organisations. Readers see it beside the promise, and it "
                "stands in the report on equal treatment."
            ),
            required=False,
            max_length=LONGEST_REASON,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["until"] = forms.DateField(
            label=_("The promise ends"),
            help_text=_(
                "The last day a case can come in and be promised this. Empty when it does not end."
            ),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields["by_law"] = forms.BooleanField(
            label=_("The time is set by law"),
            help_text=_("Then no agreement, product or end date changes it for these types."),
            required=False,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether the part about some cases only is shown unfolded."""
        names = ("products", "segments", "organisations", "reason", "until", "by_law")
        return any(self[name].value() for name in names)

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
        rule = self.as_it_stands()
        return rule_name(rule, names_in([rule]))

    @property
    def promise(self) -> str:
        """What it promises, as it stands."""
        return promise_words(self.as_it_stands())

    def as_it_stands(self) -> Rule:
        """The rule as far as it can be read; what cannot be is left out."""
        values = as_read(self)
        found = {kind: read_target(values, kind) for kind in TARGET_KINDS}
        return Rule(
            name=values["name"] or "",
            calendar=values["calendar"] or "",
            case_types=_known(values["case_types"], CaseType),
            priorities=_known(values["priorities"], Priority),
            products=_known(values["products"], [slug for slug, _name in self._products]),
            segments=_known(values["segments"], Segment),
            organisations=_read_organisations(values["organisations"]),
            reason=(values["reason"] or "").strip(),
            until=_read_day(values["until"]),
            by_law=bool(values["by_law"]),
            **found,
        )

    def clean(self) -> dict:
        """Amounts within a year, that the calendar has room for."""
        found = super().clean()
        for kind in TARGET_KINDS:
            amount, unit = found.get(kind), found.get(f"{kind}_unit") or HOURS
            if amount is None:
                continue
            calendar = self._model.calendars.get(found.get("calendar", ""))
            fault = too_long(amount, unit, calendar, self._now)
            if fault:
                self.add_error(kind, fault)
        self._check_narrowing(found)
        return found

    def _check_narrowing(self, found: dict) -> None:
        unequal = found.get("segments") or found.get("organisations")
        if unequal and not (found.get("reason") or "").strip():
            self.add_error("reason", _("Write why they get something else than others."))
        if not found.get("by_law"):
            return
        if not found.get("case_types"):
            self.add_error("case_types", _("Choose the types whose time is set by law."))
        if unequal or found.get("products") or found.get("until"):
            self.add_error(
                "by_law", _("What is set by law holds for everybody, and does not end on a day.")
            )


def too_long(amount: int, unit: str, calendar: Calendar | None, now: datetime) -> str:
    """What is wrong with an amount of time that is above a year, or has no room; "" if nothing."""
    if amount > LONGEST[unit]:
        return _("This is more than a year. Is it counted in the right unit?")
    if calendar is None:
        return ""
    try:
        due = due_time(calendar, now, target_time(calendar, now, amount_of(amount, unit)))
    except CalendarError:
        due = None
    if due is None or due > now + LATEST:
        return _("The calendar is open so little that this would take more than three years.")
    return ""


def _known(values: Iterable[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    """Of what was chosen, what exists, in the order of the codes."""
    chosen = set(values or ())
    return tuple(str(each) for each in known if each in chosen)


def _read_organisations(value: str | Iterable[int] | None) -> tuple[int, ...]:
    """Ids as they were read, or from text that is not judged yet."""
    return readable_organisations(value) if isinstance(value, str) else tuple(value or ())


def _read_day(value: str | date | None) -> date | None:
    if not isinstance(value, str):
        return value
    try:
        return parse_date(value)
    except ValueError:
        return None


def amount_of(amount: int, unit: str, commitment: str = DECLARATION) -> Target:
    """A target from an amount and the unit it is counted in."""
    if unit == DAYS:
        return Target(working_days=amount, commitment=commitment)
    return Target(minutes=amount * (60 if unit == HOURS else 1), commitment=commitment)


def read_target(values: dict[str, Any], kind: str) -> Target | None:
    """A target as it was typed; None when nothing is promised or it cannot be read."""
    amount = str(values[kind] if values[kind] is not None else "").strip()
    unit = values[f"{kind}_unit"] or HOURS
    commitment = values.get(f"{kind}_commitment") or DECLARATION
    if not (amount.isascii() and amount.isdecimal() and len(amount) < 7):
        return None
    try:
        return amount_of(int(amount), unit, commitment)
    except PolicyError:
        return None


def rule_values(rule: Rule) -> dict[str, Any]:
    """A rule as the fields of its form hold it."""
    values = {
        "name": rule.name,
        "case_types": list(rule.case_types),
        "priorities": list(rule.priorities),
        "calendar": rule.calendar,
        "products": list(rule.products),
        "segments": list(rule.segments),
        "organisations": rule.organisations,
        "reason": rule.reason,
        "until": rule.until,
        "by_law": rule.by_law,
    }
    for kind in TARGET_KINDS:
        target = rule.target(kind)
        if target is not None:
            amount, unit = amount_in_units(target)
            values |= {
                kind: amount,
                f"{kind}_unit": unit,
                f"{kind}_commitment": target.commitment,
            }
        else:
            values |= {kind: None, f"{kind}_unit": HOURS, f"{kind}_commitment": DECLARATION}
    return values


def amount_in_units(target: Target) -> tuple[int, str]:
    """A target in the largest unit that says it whole."""
    if target.working_days is not None:
        return target.working_days, DAYS
    if target.minutes % 60:
        return target.minutes, MINUTES
    return target.minutes // 60, HOURS


def product_choices() -> list[tuple[str, str]]:
    """The products a rule can name."""
    return [(product.slug, product.name) for product in Product.objects.all()]
