"""The people who have an account, and what they bought before."""

import random
import uuid
from datetime import datetime, timedelta

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User

from catalog.models import Product
from orders.models import Order, OrderLine

PASSWORD = "namaste"
"""The password of every seeded account."""

CUSTOMERS = (
    ("betty", "Betty", "", True),
    ("marissa", "Marissa", "", True),
    ("gina", "Gina", "Caputo", False),
    ("asha", "Asha", "Rao", False),
    ("tomas", "Tomás", "Vidal", False),
    ("lotte", "Lotte", "Brandt", False),
)
"""User name, first name, last name, and whether they may use the admin."""


def create_customers(rng: random.Random) -> list[User]:
    """Create the accounts, all with the same password.

    Few rounds make the hash quick to compute; Django replaces it by a strong one at the first
    login.
    """
    password = PBKDF2PasswordHasher().encode(PASSWORD, f"{rng.getrandbits(64):x}", iterations=1000)
    return User.objects.bulk_create(
        User(
            username=username,
            first_name=first_name,
            last_name=last_name,
            email=f"{username}@myyogapalace.example",
            password=password,
            is_staff=works_here,
            is_superuser=works_here,
        )
        for username, first_name, last_name, works_here in CUSTOMERS
    )


def create_past_orders(
    users: list[User], products: list[Product], *, newest: datetime, rng: random.Random
) -> None:
    """Let everyone have bought something three times, if there is anything to buy."""
    if not products:
        return
    orders = Order.objects.bulk_create(
        Order(
            reference=uuid.UUID(int=rng.getrandbits(128), version=4),
            customer=user,
            name=user.get_full_name(),
            email=user.email,
            address=f"{rng.randint(1, 99)} Lotus Lane, Yogaville",
            created_at=newest - timedelta(minutes=rng.randrange(1, 300_000)),
        )
        for user in users
        for _ in range(3)
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            product=product,
            name=product.name,
            price=product.current_price,
            quantity=rng.randint(1, 3),
        )
        for order in orders
        for product in rng.sample(products, min(len(products), rng.randint(1, 4)))
    )
