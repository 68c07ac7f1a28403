"""What a visitor is about to buy."""

from django.apps import AppConfig


class CartConfig(AppConfig):
    """The cart in the visitor's session."""

    name = "cart"
