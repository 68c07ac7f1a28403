"""Signing up, logging in and looking at one's orders."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orders.models import Order, OrderLine


def test_a_new_customer_is_logged_in_at_once(client: Client, db: None) -> None:
    """After the sign-up the account page greets by name."""
    form = {
        "username": "olu",
        "email": "olu@myyogapalace.example",
        "password1": "deep-exhale",
        "password2": "deep-exhale",
    }

    html = client.post("/signup/", form, follow=True).content.decode()

    assert 'data-user="olu"' in html


def test_login_and_logout(client: Client, gina: User) -> None:
    """The header knows who is there; after the logout it does not."""
    client.post("/login/", {"username": "gina", "password": "namaste"})
    inside = client.get("/").content.decode()
    client.post("/logout/")
    outside = client.get("/").content.decode()

    assert ">Gina Caputo</a>" in inside
    assert ">Gina Caputo</a>" not in outside
    assert ">Log in</a>" in outside


def test_a_wrong_password_stays_outside(client: Client, gina: User) -> None:
    """The form comes back."""
    response = client.post("/login/", {"username": "gina", "password": "let me in"})

    assert "errorlist" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_account_is_private(client: Client, db: None) -> None:
    """Strangers are sent to the login and come back afterwards."""
    assert client.get("/account/").url == "/login/?next=/account/"


def test_everyone_sees_only_their_own_orders(client: Client, gina: User) -> None:
    """Orders of others are not shown."""
    own = Order.objects.create(customer=gina, name="Gina", email="g@example.org", address="-")
    other = Order.objects.create(name="Olu", email="o@example.org", address="-")
    client.force_login(gina)

    html = client.get("/account/").content.decode()

    assert own.number in html
    assert other.number not in html


@pytest.mark.parametrize("length", [1, 10])
def test_the_account_costs_the_same_for_any_length(
    client: Client,
    gina: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    length: int,
) -> None:
    """Session, user, orders, lines and navigation: five statements."""
    for number in range(length):
        order = Order.objects.create(customer=gina, name="Gina", email="g@x.org", address="-")
        OrderLine.objects.create(order=order, name=f"Mat {number}", price=10, quantity=2)
    client.force_login(gina)

    with django_assert_num_queries(5):
        client.get("/account/")
