"""How the sign-in library behaves in this house."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Sends sign-in mail through the outbox, in the receiver's language."""
