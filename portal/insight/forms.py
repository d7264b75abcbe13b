"""Forms of the reports: why a deadline was missed, what was agreed, and which months to compare."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import NO_NULLS
from triage.reporting.models import BreachCause

LONGEST_TEXT = 2000


TEXT_ERRORS = {
    "max_length": _("The text is too long. Use at most 2,000 characters."),
    "null_characters_not_allowed": NO_NULLS,
}


def _text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"class": "ds-input", "rows": rows})


class BreachForm(forms.Form):
    """Cause and measure of a missed deadline; `seen` is the entry that stood when it was shown."""

    cause = forms.ChoiceField(
        label=_("What was the cause?"),
        choices=[("", _("Choose the cause")), *BreachCause.Cause.choices],
        widget=forms.Select(attrs={"class": "ds-input"}),
        error_messages={"required": _("Choose the cause.")},
    )
    explanation = forms.CharField(
        label=_("What happened?"),
        help_text=_("The service owner reads this. Do not write names or personal data."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=_text_area(4),
        error_messages=TEXT_ERRORS,
    )
    measure = forms.CharField(
        label=_("What is done about it?"),
        help_text=_("What you do so that it does not happen again, and by when."),
        max_length=LONGEST_TEXT,
        widget=_text_area(4),
        error_messages={**TEXT_ERRORS, "required": _("Write what is done about it.")},
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class AgreementForm(forms.Form):
    """What was agreed with a service owner; empty takes back what stood."""

    text = forms.CharField(
        label=_("What is agreed next?"),
        help_text=_("One agreement on each line: what, who and by when."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=_text_area(5),
        error_messages=TEXT_ERRORS,
    )
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class BaselineForm(forms.Form):
    """The first and the last month of the baseline."""

    first = forms.ChoiceField(label=_("From month"))
    last = forms.ChoiceField(label=_("To month"))

    def __init__(self, data=None, *, months: Sequence[tuple[str, str]], **options) -> None:
        super().__init__(data, **options)
        for name in ("first", "last"):
            self.fields[name].widget = forms.Select(attrs={"class": "ds-input"})
            self.fields[name].choices = months
