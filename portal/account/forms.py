"""Forms for signing in, one's own settings and organisations."""

from __future__ import annotations

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import NO_NULLS, PersonNameField
from accounts.models import Language, MembershipContactRole, NoticeKind, User
from accounts.notices import COMMUNITY_KINDS
from search.text.redaction import find_identity_numbers, mask_identity_numbers

LONGEST_PASSWORD = 1000
NEW_PASSWORD_HELP = _(
    "At least 12 characters. Three or four words that do not belong together are easy to remember "
    "and hard to guess."
)
CHOICES_TEMPLATE = "account/parts/choices.html"
CHOICE_ERRORS = {
    "required": _("Choose one of the alternatives."),
    "invalid_choice": _("Choose one of the alternatives."),
}


def check_no_identity_number(name: str) -> None:
    """Refuse a national identity number: names are shown to everybody."""
    if find_identity_numbers(name):
        raise ValidationError(_("Write the name without a national identity number."))


def _with_help(label, help_text) -> str:
    return f"{label} – {help_text}" if help_text else str(label)


class AnyNumberField(forms.MultipleChoiceField):
    """Boxes of which none, some or all may be ticked: not a field one may skip."""

    def __init__(self, **options) -> None:
        options = {
            "template_name": CHOICES_TEMPLATE,
            "widget": forms.CheckboxSelectMultiple(attrs={"class": "ds-input"}),
            "error_messages": {
                "invalid_choice": CHOICE_ERRORS["invalid_choice"],
                "invalid_list": CHOICE_ERRORS["invalid_choice"],
            },
            **options,
        }
        super().__init__(**options)

    def validate(self, value) -> None:
        """None ticked is an answer too."""
        if value:
            super().validate(value)


class AddressField(forms.EmailField):
    """An e-mail address, in lower case."""

    def __init__(self, *, autocomplete: str = "email", **options) -> None:
        attributes = {"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
        options = {
            "label": _("E-mail address"),
            "max_length": User._meta.get_field("email").max_length,
            "widget": forms.EmailInput(attrs=attributes),
            "error_messages": {
                "required": _("Write the e-mail address."),
                "invalid": _("Write the e-mail address like this: name@organisation.no"),
                "max_length": _("The e-mail address is too long."),
                "null_characters_not_allowed": NO_NULLS,
            },
            **options,
        }
        super().__init__(**options)

    def clean(self, value) -> str:
        """The address in lower case."""
        return super().clean(value).lower()


class PasswordField(forms.CharField):
    """A password, kept exactly as written; may be pasted, and filled in by a password manager."""

    def __init__(self, *, autocomplete: str = "current-password", **options) -> None:
        options = {
            "label": _("Password"),
            "strip": False,
            "max_length": LONGEST_PASSWORD,
            "widget": forms.PasswordInput(attrs={"autocomplete": autocomplete}),
            "error_messages": {
                "required": _("Write the password."),
                "max_length": _("The password is too long."),
                "null_characters_not_allowed": NO_NULLS,
            },
            **options,
        }
        super().__init__(**options)


class NewPasswordField(PasswordField):
    """A password being chosen: asked for once, and checked against our rules."""

    user: User | None = None

    def __init__(self, **options) -> None:
        options = {"label": _("New password"), "help_text": NEW_PASSWORD_HELP, **options}
        super().__init__(autocomplete="new-password", **options)

    def clean(self, value) -> str:
        """The password when it passes the rules."""
        return get_adapter().clean_password(super().clean(value), user=self.user)


# --- signing in and up ------------------------------------------------------------------------


class SignInForm(allauth_forms.LoginForm):
    """Address, password, and whether this device is one's own."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(autocomplete="username")
        self.fields["password"] = PasswordField()
        self.fields["remember"] = forms.BooleanField(
            label=_("Stay signed in for 14 days on this device"), required=False
        )
        self.order_fields(["login", "password", "remember"])


class NewPersonForm(allauth_forms.SignupForm):
    """Name, address and password; says nothing about whether the address has an account."""

    field_order = ["name", "email", "password1"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(check_no_identity_number)
        self.fields["email"] = AddressField(help_text=_("Use your address at work."))
        self.fields["password1"] = PasswordField(
            label=_("Choose a password"),
            autocomplete="new-password",
            help_text=NEW_PASSWORD_HELP,
        )
        self.order_fields(self.field_order)

    def try_save(self, request) -> tuple:
        """Make the account; when the address has one, take as long and answer the same.

        Of two sign-ups with one address at the same moment, the late one is told by mail.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class ForgottenPasswordForm(allauth_forms.ResetPasswordForm):
    """The address a link is sent to."""

    email = AddressField()


class _OneNewPassword:
    """The library asks twice; once is enough when one can ask for a new password by mail."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].user = self.user


class NewPasswordForm(_OneNewPassword, allauth_forms.ResetPasswordKeyForm):
    """The new password, by a link from a mail."""

    password1 = NewPasswordField()


class FirstPasswordForm(_OneNewPassword, allauth_forms.SetPasswordForm):
    """A password for an account that has had none."""

    password1 = NewPasswordField()


class ChangePasswordForm(_OneNewPassword, allauth_forms.ChangePasswordForm):
    """The current password and the new one."""

    oldpassword = PasswordField(label=_("Current password"))
    password1 = NewPasswordField()


# --- my page ----------------------------------------------------------------------------------


class ProfileForm(forms.Form):
    """One's own name and language."""

    name = PersonNameField(validators=[check_no_identity_number])
    language = forms.ChoiceField(
        label=_("Language of pages and mail"),
        choices=Language.choices,
        template_name=CHOICES_TEMPLATE,
        widget=forms.RadioSelect(attrs={"class": "ds-input"}),
        error_messages=CHOICE_ERRORS,
    )


class NoticesForm(forms.Form):
    """Which mails one wants."""

    HELP = {
        NoticeKind.RECEIPT: _("it has the case number, and says when you will have an answer"),
        NoticeKind.ANSWER: _("without it, you look in My cases yourself to see our answer"),
        NoticeKind.THREAD: _("one mail until you have looked, however much is written"),
        NoticeKind.DEADLINE_NEAR: _("gathered, at most one mail an hour, in opening hours"),
        NoticeKind.DEADLINE_MISSED: _("gathered too; the most urgent guarantees at once"),
    }

    kinds = AnyNumberField(label=_("Send me mail about cases"))
    community = AnyNumberField(label=_("Send me mail about the community"))

    def __init__(self, *args, kinds: tuple[NoticeKind, ...], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kinds", "community"):
            self.fields[name].choices = [
                (kind.value, _with_help(kind.label, self.HELP.get(kind)))
                for kind in kinds
                if (kind in COMMUNITY_KINDS) == (name == "community")
            ]

    def wanted(self) -> list[str]:
        """All the kinds that are ticked."""
        return self.cleaned_data["kinds"] + self.cleaned_data["community"]


# --- organisations ----------------------------------------------------------------------------


class DeclineForm(forms.Form):
    """Why somebody is not let in."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("The person reads this. Write one or two sentences."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write a reason, so that the person understands why."),
            "max_length": _("The reason is too long. Use at most 500 characters."),
            "null_characters_not_allowed": NO_NULLS,
        },
    )

    def clean_reason(self) -> str:
        """The reason without national identity numbers."""
        masked = mask_identity_numbers(self.cleaned_data["reason"], get_language() or "nb").text
        return masked[:500]


class InviteForm(forms.Form):
    """The address of a colleague."""

    email = AddressField(
        label=_("Your colleague’s e-mail address"),
        autocomplete="off",
        help_text=_("The invitation can be accepted only by the one who owns this address."),
    )


class RolesForm(forms.Form):
    """The contact roles of a member."""

    HELP = {
        "service_management": _("agreements and how we work together"),
        "information": _("information we send to the organisation"),
        "incident": _("faults and incidents"),
        "ordering": _("orders and changes"),
    }

    roles = AnyNumberField(
        label=_("Contact roles"),
        help_text=_("With a role, the person sees all the organisation’s cases and its members."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [
            (role.value, _with_help(label, self.HELP[role.value]))
            for role, label in MembershipContactRole.ROLES
        ]
