from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, organisations, teams, and who may do what."""

    name = "accounts"
