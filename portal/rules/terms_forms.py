"""The form of a version of the terms of use."""

from __future__ import annotations

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Language

LONGEST_TEXT = 100_000


class TermsForm(forms.Form):
    """A title, the terms, and the day from which they hold."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("What people call this version, such as “Terms of use 2.0”."),
        max_length=120,
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy("Organisations can sign them as soon as they are published."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Written standard"), choices=Language.choices, initial=Language.NB
    )
    text = forms.CharField(
        label=gettext_lazy("The terms"),
        help_text=gettext_lazy("What is signed. Plain text; an empty line begins a new paragraph."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 16}),
    )

    translation_nb, translation_nn, translation_en = (
        forms.CharField(
            label=label,
            help_text=gettext_lazy("For those who read it so. Leave it empty if there is none."),
            max_length=LONGEST_TEXT,
            required=False,
            widget=forms.Textarea(attrs={"rows": 8}),
        )
        for label in (
            gettext_lazy("Translation to bokmål"),
            gettext_lazy("Translation to nynorsk"),
            gettext_lazy("Translation to English"),
        )
    )

    def clean(self) -> dict:
        """Translations by language; one to the standard that is signed would be another text."""
        data = super().clean()
        found = {code: data.pop(f"translation_{code}", "") for code in Language.values}
        language = data.get("language", "")
        if found.get(language, "").strip():
            self.add_error(
                f"translation_{language}",
                _("The terms are written in this standard already. Leave the translation empty."),
            )
        data["translations"] = {code: text for code, text in found.items() if text.strip()}
        return data

    def clean_valid_from(self) -> date:
        """A day from today on, within ten years."""
        day, today = self.cleaned_data["valid_from"], timezone.localdate()
        if day < today:
            raise ValidationError(_("Terms cannot begin to hold in the past."))
        if day.year > today.year + 10:
            raise ValidationError(_("That is more than ten years from now. Is the year right?"))
        return day
