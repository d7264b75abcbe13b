"""The choice of a digest."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.community.models import Subscription
from portal.account.forms import CHOICE_ERRORS, CHOICES_TEMPLATE
from taxonomy.models import Audience, Product

BOXES = {
    "required": False,
    "template_name": CHOICES_TEMPLATE,
    "widget": forms.CheckboxSelectMultiple(attrs={"class": "ds-input"}),
    "error_messages": {
        "invalid_choice": CHOICE_ERRORS["invalid_choice"],
        "invalid_pk_value": CHOICE_ERRORS["invalid_choice"],
        "invalid_list": CHOICE_ERRORS["invalid_choice"],
    },
}


class DigestForm(forms.Form):
    """How often, about which products, and for whom."""

    rhythm = forms.ChoiceField(
        label=_("How often do you want the digest?"),
        choices=Subscription.Rhythm.choices,
        initial=Subscription.Rhythm.WEEKLY,
        template_name=CHOICES_TEMPLATE,
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
        help_text=_("It comes at half past seven in the morning, on working days only."),
        error_messages=CHOICE_ERRORS,
    )
    products = forms.ModelMultipleChoiceField(
        Product.objects.none(),
        label=_("About which products?"),
        help_text=_("Choose none to hear of all of them."),
        **BOXES,
    )
    audiences = forms.ModelMultipleChoiceField(
        Audience.objects.none(),
        label=_("Articles for whom?"),
        help_text=_("Choose none to hear of all articles."),
        **BOXES,
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["products"].queryset = Product.objects.exclude(status=Product.Status.ENDED)
        self.fields["audiences"].queryset = Audience.objects.all()
