"""What was bought."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Checkout, orders and their mails."""

    name = "orders"
