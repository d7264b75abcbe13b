"""Fields and the form that the sign-in library builds its sign-up form on."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NO_NULLS = _("The text holds characters that cannot be used.")
NAME_ERRORS = {
    "required": _("Write your name."),
    "max_length": _("The name is too long. Use at most 120 characters."),
    "null_characters_not_allowed": NO_NULLS,
}


def check_plain_name(name: str) -> None:
    """Refuse control characters and addresses: names are shown to others and stand in mail."""
    if "://" in name or any(unicodedata.category(sign) in ("Cc", "Cf", "Co") for sign in name):
        raise ValidationError(_("Write the name with letters only, without web addresses."))


class PersonNameField(forms.CharField):
    """A person's name as they write it, on one line."""

    default_validators = [check_plain_name]

    def __init__(self, **options) -> None:
        options = {
            "label": _("Your name"),
            "max_length": 120,
            "widget": forms.TextInput(attrs={"autocomplete": "name"}),
            "error_messages": NAME_ERRORS,
            **options,
        }
        super().__init__(**options)

    def to_python(self, value) -> str:
        """Any run of spaces and line breaks is one space."""
        return " ".join(super().to_python(value).split())


class SignUpForm(forms.Form):
    """What sign-up asks for beside address and password."""

    name = PersonNameField(help_text=_("Others see it when you write to them or ask to join."))

    def signup(self, request, user) -> None:
        """Save the name on the new person, and the language of the page they came by."""
        user.name = self.cleaned_data["name"]
        user.language = request.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])
