"""The forms of moderators, and the one that reports a post."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http.request import validate_host
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.community.flags import LONGEST_COMMENT
from cms.community.models import LONGEST_REASON, Flag, Question
from taxonomy.models import Product

LONGEST_SEEN = 18  # digits
_NUMBER = re.compile(r"(?:.*/)?(\d{1,18})(?:/.*)?\Z", re.DOTALL)


class StepForm(forms.Form):
    """A step that needs no words; `seen` is the last thing done when the page was drawn."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=10**LONGEST_SEEN
    )
    back = forms.ChoiceField(
        widget=forms.HiddenInput,
        required=False,
        choices=[("queue", "queue"), ("post", "post"), ("thread", "thread")],
    )

    def done_before(self) -> int | None:
        """What the person had seen; None when the form does not say."""
        return self.cleaned_data.get("seen")

    def way_back(self) -> str:
        """Where to go afterwards; the queue unless the form says otherwise."""
        return self.cleaned_data.get("back") or "queue"


class ReasonForm(StepForm):
    """Why something is done; the person it concerns reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy(
            "Whoever it is about reads this. Be kind, and say what would be all right."
        ),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_REASON}),
        error_messages={"required": gettext_lazy("Say why, in a few words.")},
    )


class SilenceForm(ReasonForm):
    """Until when somebody may not write, and why."""

    until = forms.DateField(
        label=gettext_lazy("The last day they cannot write"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write the day as 31.12.2026."),
        },
    )
    field_order = ["until", "reason"]

    def end(self) -> datetime:
        """When they may write again: as the chosen day ends."""
        day = self.cleaned_data["until"] + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time.min))


class MoveForm(StepForm):
    """Which product a question is about."""

    product = forms.ModelChoiceField(
        label=gettext_lazy("What is the question about?"),
        queryset=Product.objects.none(),
        empty_label=gettext_lazy("Choose a product"),
        error_messages={
            "required": gettext_lazy("Choose a product."),
            "invalid_choice": gettext_lazy("Choose one of the products in the list."),
        },
    )

    def __init__(self, *args, question: Question, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].queryset = Product.objects.exclude(pk=question.product_id)


class MergeForm(StepForm):
    """Which question one is led on to: one that looks alike, or an address."""

    into = forms.ChoiceField(
        label=gettext_lazy("Questions that look alike"), required=False, widget=forms.RadioSelect
    )
    address = forms.CharField(
        label=gettext_lazy("Or the address of another question"),
        help_text=gettext_lazy("Paste it from the page of the question, or write its number."),
        required=False,
        max_length=500,
    )

    def __init__(self, *args, question: Question, alike: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._question = question
        self.fields["into"].choices = alike
        if not alike:
            del self.fields["into"]
            self.fields["address"].label = _("The address of the other question")
            self.fields["address"].required = True

    def clean(self) -> dict:
        """The question chosen, as `other`; an address comes before a choice."""
        cleaned = super().clean()
        written = (cleaned.get("address") or "").strip() or cleaned.get("into") or ""
        found = Question.objects.filter(pk=_number_in(written)).first()
        if found is None:
            raise forms.ValidationError(_("Choose the question that is to be left."))
        cleaned["other"] = found
        return cleaned


def _number_in(address: str) -> int | None:
    """The number of a question by its address on this site, or by itself; None for any other."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.hostname and not validate_host(parts.hostname, settings.ALLOWED_HOSTS):
        return None
    number = _NUMBER.match(parts.path)
    return int(number[1]) if number else None


class ReportForm(forms.Form):
    """What is wrong with a post."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.RadioSelect,
        choices=Flag.Reason.choices,
        error_messages={
            "required": gettext_lazy("Choose what is wrong."),
            "invalid_choice": gettext_lazy("Choose one of the reasons in the list."),
        },
    )
    comment = forms.CharField(
        label=gettext_lazy("Tell us more"),
        help_text=gettext_lazy(
            "Only the moderators read this. Do not repeat what should not have been written."
        ),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_COMMENT}),
    )
