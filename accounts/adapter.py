"""How the sign-in library behaves in this house: its words, its mails, where it leads."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts import letters
from accounts.models import User
from accounts.queries import invitations_for

# What the library calls a mail, and what we call it.
LETTERS = {
    "email_confirmation": "confirm_address",
    "email_confirmation_signup": "confirm_address",
    "account_already_exists": "has_account",
    "unknown_account": "no_account",
    "password_reset_key": "new_password",
    "password_changed": "password_changed",
    "password_reset": "password_changed",
    "password_set": "password_changed",
}
# What the library says after an action; what is left out here is not said.
MESSAGES = {
    "logged_out": _("You are signed out."),
    "password_changed": _("The new password is saved."),
    "password_set": _("The new password is saved."),
    "email_confirmed": _("Your e-mail address is confirmed. You can sign in now."),
    "email_confirmation_failed": _("The address is confirmed on another account already."),
}
PASSWORD_FAULTS = {
    "password_too_short": ngettext_lazy(
        "The password is too short. Use at least %(min_length)d character.",
        "The password is too short. Use at least %(min_length)d characters.",
        "min_length",
    ),
    "password_too_similar": _("The password is too like your e-mail address."),
    "password_too_common": _("Many people use this password. Choose one that is harder to guess."),
    "password_entirely_numeric": _("The password cannot be digits only."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Plain words in every language, mail through the outbox, and no telling who has an account."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "email_taken": _("This address cannot be used."),
        "enter_current_password": _("The current password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "invalid_login": _("The e-mail address or the password is wrong."),
        "invalid_password_reset": _("The link is old or has been used."),
        "rate_limited": _("That was too many tries. Wait a minute and try again."),
        "too_many_login_attempts": _(
            "That was too many tries. Wait five minutes and try again, or choose a new password."
        ),
    }

    def clean_password(self, password: str, user: User | None = None) -> str:
        """The password, when it passes our rules; else what is wrong with it, in our words."""
        try:
            return super().clean_password(password, user)
        except ValidationError as problem:
            raise ValidationError(
                [
                    ValidationError(
                        PASSWORD_FAULTS.get(fault.code, fault.message), fault.code, fault.params
                    )
                    for fault in problem.error_list
                ]
            ) from problem

    def add_message(
        self,
        request,
        level,
        message_template=None,
        message_context=None,
        extra_tags="",
        message=None,
    ) -> None:
        """Say one of our own messages in place of the library's."""
        if not message:
            name = (message_template or "").rpartition("/")[2].removesuffix(".txt")
            message = MESSAGES.get(name)
        if message:
            messages.add_message(request, level, message, extra_tags=extra_tags)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue our letter; in the receiver's language, else the language of the page."""
        kind = LETTERS[template_prefix.rpartition("/")[2]]
        person = context.get("user") or User.objects.filter(email=email.lower()).first()
        # Before the address is confirmed, the name is whatever a stranger wrote: it is left out.
        name = person.name if person and kind == "password_changed" else ""
        links = {
            "confirm_address": context.get("activate_url"),
            "has_account": letters.address_of("account_login"),
            "no_account": letters.address_of("account_signup"),
            "new_password": context.get("password_reset_url"),
        }
        letters.send(
            kind,
            to=email,
            language=person.language if person else translation.get_language() or "nb",
            name=name,
            link=links.get(kind, ""),
            password_link=letters.address_of("account_reset_password"),
            days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS,
        )

    def send_notification_mail(
        self, template_prefix: str, user: User, context=None, email: str | None = None
    ) -> None:
        """Tell the person that the password was changed; the other notices are not ours."""
        if template_prefix.rpartition("/")[2] in LETTERS:
            self.send_mail(template_prefix, email or user.email, {"user": user})

    def get_email_confirmation_url(self, request, emailconfirmation) -> str:
        """The link of the mail; after it one signs in, and goes on to where one was heading."""
        link = letters.address_of("account_confirm_email", emailconfirmation.key)
        target = get_next_redirect_url(request) if request else None
        if not target:
            return link
        sign_in = f"{reverse('account_login')}?{urlencode({'next': target})}"
        return f"{link}?{urlencode({'next': sign_in})}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail that lets one choose a new password."""
        uid, _dash, token = key.partition("-")
        return letters.address_of("account_reset_password_from_key", uid, token)

    def get_login_redirect_url(self, request) -> str:
        """One who is invited sees the invitation first; others come to the front page."""
        if invitations_for(request.user, timezone.now()):
            return reverse("account")
        return reverse(settings.LOGIN_REDIRECT_URL)

    def get_password_change_redirect_url(self, request) -> str:
        """Back to one's own page."""
        return reverse("account")
