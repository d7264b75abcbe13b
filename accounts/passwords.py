"""Links by which somebody chooses a password. How the sign-in library makes them is known here."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings

from accounts.letters import address_of
from accounts.models import User

SECONDS_A_DAY = 24 * 3600
LINK_STANDS = settings.PASSWORD_RESET_TIMEOUT // SECONDS_A_DAY  # days


def password_link(person: User) -> str:
    """The whole address where the person chooses a password; works once, for some days."""
    token = default_token_generator.make_token(person)
    return address_of("account_reset_password_from_key", user_pk_to_url_str(person), token)
