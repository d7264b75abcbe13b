"""E-mail addresses a person has shown to be theirs.

The sign-in library keeps them in its own table; this is the only place that knows it.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser


def confirm_address(user: AbstractBaseUser) -> None:
    """Note that the person's address is theirs, so that they may sign in and accept invitations.

    For people made by an administrator, a command or the sample, and for those who have just used
    a link that was sent to the address.
    """
    address, _made = EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if not address.verified:
        address.set_verified()
        address.set_as_primary(conditional=True)


def confirmed_addresses(user: AbstractBaseUser) -> frozenset[str]:
    """The addresses, in lower case, that the person has confirmed."""
    rows = EmailAddress.objects.filter(user=user, verified=True)
    return frozenset(address.lower() for address in rows.values_list("email", flat=True))
