"""The forms on a reading page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.guidance.models import PageFeedback


class FeedbackForm(forms.Form):
    """Why an article did not help; "useful" comes from the button that was pressed."""

    reason = forms.ChoiceField(
        label=_("What was wrong?"),
        choices=PageFeedback.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was wrong.")},
    )
    comment = forms.CharField(
        label=_("What should have been there?"),
        help_text=_("Do not write personal data. You get no answer to what you write here."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    useful = forms.CharField(widget=forms.HiddenInput, initial="no")
