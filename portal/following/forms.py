"""The choice of a digest."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.community.models import Subscription
from portal.account.forms import CHOICE_ERRORS, CHOICES_TEMPLATE, AnyNumberField
from taxonomy.models import Audience, Product


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
    products = AnyNumberField(
        label=_("About which products?"), help_text=_("Choose none to hear of all of them.")
    )
    audiences = AnyNumberField(
        label=_("Articles for whom?"), help_text=_("Choose none to hear of all articles.")
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self._products = {
            row.slug: row for row in Product.objects.exclude(status=Product.Status.ENDED)
        }
        self._audiences = {row.slug: row for row in Audience.objects.all()}
        self.fields["products"].choices = [(slug, row) for slug, row in self._products.items()]
        self.fields["audiences"].choices = [(slug, row) for slug, row in self._audiences.items()]

    def clean_products(self) -> list[Product]:
        """The products that are ticked."""
        return [self._products[slug] for slug in self.cleaned_data["products"]]

    def clean_audiences(self) -> list[Audience]:
        """The audiences that are ticked."""
        return [self._audiences[slug] for slug in self.cleaned_data["audiences"]]
