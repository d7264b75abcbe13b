"""Forms for saying how it went, for reading answers again and for assessing security cases."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from triage.oversight.models import (
    LONGEST_COMMENT,
    Assessment,
    Criterion,
    Rating,
    ReviewedAnswer,
)
from triage.oversight.reviews import FEWEST, MOST, USUAL

YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


def _text(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST_COMMENT})


class RatingForm(forms.Form):
    """A grade, which is the button that was pressed, and perhaps a word on it."""

    grade = forms.TypedChoiceField(
        coerce=int,
        choices=Rating.Grade.choices,
        error_messages={"required": gettext_lazy("Choose how satisfied you are.")},
    )
    comment = forms.CharField(required=False, max_length=LONGEST_COMMENT)


class DrawForm(forms.Form):
    """Which month, how many, and who reads them besides the managers."""

    month = forms.ChoiceField(
        label=gettext_lazy("Month"),
        error_messages={"required": gettext_lazy("Choose a month.")},
    )
    size = forms.IntegerField(
        label=gettext_lazy("How many answers"), min_value=FEWEST, max_value=MOST, initial=USUAL
    )
    reviewers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Who reads them, besides the managers"),
        help_text=gettext_lazy("Nobody is given an answer they wrote themselves."),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, months: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = months
        staff = User.objects.filter(is_active=True, teams__isnull=False).distinct()
        self.fields["reviewers"].queryset = staff.order_by("name", "pk")


class ReviewForm(forms.Form):
    """Yes or no to each criterion, and perhaps a note."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy("What could be better? For learning, not about a person."),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=_text(3),
    )

    def __init__(self, *args, answer: ReviewedAnswer, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        missing = {"required": _("Choose yes or no.")}
        for criterion in Criterion:
            said = getattr(answer, criterion.value)
            self.fields[criterion.value] = forms.ChoiceField(
                label=criterion.label,
                choices=YES_NO,
                widget=forms.RadioSelect,
                error_messages=missing,
                initial=None if said is None else "yes" if said else "no",
            )
        self.initial.setdefault("note", answer.note)
        self.order_fields([*Criterion.values, "note"])

    def found(self) -> dict[str, bool]:
        """What was said of each criterion."""
        return {name: self.cleaned_data[name] == "yes" for name in Criterion.values}


class AssessForm(forms.Form):
    """Whether a security case is reported, and why."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Must it be reported?"),
        choices=Assessment.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Say what happened to which data, and when it was reported."),
        max_length=LONGEST_COMMENT,
        widget=_text(4),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )
