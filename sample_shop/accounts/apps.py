"""Who buys in the shop."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Sign-up, login and the account page."""

    name = "accounts"
