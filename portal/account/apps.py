from django.apps import AppConfig


class AccountPagesConfig(AppConfig):
    """Sign-in, sign-up, organisation and own settings."""

    name = "portal.account"
    label = "portal_account"
