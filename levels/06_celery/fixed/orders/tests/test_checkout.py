"""Buying what is in the cart."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from unittest.mock import patch

import pytest
from conftest import MakeProduct
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from cart.cart import CartLine
from catalog.models import Promotion, Stock
from orders import tasks
from orders.checkout import OutOfStock, PaymentRefused, place_order
from orders.models import Invoice, Order, OrderLine

BUYER = {"name": "Gina Caputo", "email": "gina@myyogapalace.example", "address": "1 Lotus Lane"}


def test_an_order_takes_from_the_shelf_and_owes_a_mail(
    client: Client, make_product: MakeProduct, promotion: Promotion
) -> None:
    """Lines keep the price of the day, the stock goes down, the cart is empty again."""
    mat = make_product(price="10.00", promotion=promotion, quantity=5)
    client.post(f"/cart/add/{mat.slug}/", {"quantity": 2})

    html = client.post("/checkout/", BUYER, follow=True).content.decode()
    assert not mail.outbox
    tasks.confirm_order(Order.objects.get().pk)

    order = Order.objects.get()
    assert order.total == 17
    assert Stock.objects.get().quantity == 3
    assert order.number in html
    assert [message.to for message in mail.outbox] == [[BUYER["email"]]]
    assert "2 x " + mat.name in mail.outbox[0].body
    assert "bubble" not in html


def test_a_customer_finds_the_order_in_the_account(
    client: Client, make_product: MakeProduct, gina: User
) -> None:
    """The cart survives the login, the order belongs to the account."""
    mat = make_product()
    client.post(f"/cart/add/{mat.slug}/", {"quantity": 1})
    client.post("/login/", {"username": "gina", "password": "namaste"})

    client.post("/checkout/", BUYER)

    assert Order.objects.get().customer == gina
    assert mat.name in client.get("/account/").content.decode()


def test_nobody_buys_more_than_there_is(client: Client, make_product: MakeProduct) -> None:
    """One line too large stops the whole order."""
    plenty, scarce = make_product(quantity=9), make_product(quantity=1)
    client.post(f"/cart/add/{plenty.slug}/", {"quantity": 1})
    client.post(f"/cart/add/{scarce.slug}/", {"quantity": 2})

    html = client.post("/checkout/", BUYER, follow=True).content.decode()

    assert f"Only 1 of {scarce.name} left." in html
    assert not Order.objects.exists()
    assert sorted(Stock.objects.values_list("quantity", flat=True)) == [1, 9]


@pytest.mark.parametrize("missing", BUYER)
def test_an_address_is_needed(client: Client, make_product: MakeProduct, missing: str) -> None:
    """Without name, mail or address nothing is ordered."""
    client.post(f"/cart/add/{make_product().slug}/", {"quantity": 1})

    response = client.post("/checkout/", BUYER | {missing: ""})

    assert "errorlist" in response.content.decode()
    assert not Order.objects.exists()


def test_an_empty_cart_cannot_be_checked_out(client: Client, db: None) -> None:
    """There is nothing to pay for."""
    assert client.get("/checkout/").url == "/cart/"


def test_nobody_hears_of_an_order_before_it_is_certain(
    make_product: MakeProduct,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """All three jobs are published, and only after the commit."""
    line = CartLine(make_product(), 1)

    with (
        patch("celery.app.task.Task.apply_async") as publish,
        django_capture_on_commit_callbacks(execute=True),
    ):
        place_order([line], **BUYER)
        assert not publish.called

    assert publish.call_count == 3


@pytest.mark.django_db(transaction=True)
def test_what_the_bank_refuses_was_never_ordered(make_product: MakeProduct) -> None:
    """No order, no invoice owed, no message, and the piece is back on the shelf."""
    line = CartLine(make_product(quantity=1), 1)

    with patch("celery.app.task.Task.apply_async") as publish, pytest.raises(PaymentRefused):
        place_order([line], **BUYER | {"email": "gina@broke.example"})

    assert not publish.called
    assert not Order.objects.exists()
    assert not Invoice.objects.exists()
    assert Stock.objects.get().quantity == 1


@pytest.mark.django_db(transaction=True)
def test_two_buyers_at_once_do_not_oversell(make_product: MakeProduct) -> None:
    """Of two who want the last two things, in opposite order, exactly one gets both."""
    first, second = (CartLine(make_product(quantity=1), 1) for _ in range(2))
    ready = Barrier(2)

    def buy(lines: list[CartLine]) -> Any:
        ready.wait()
        try:
            return place_order(lines, **BUYER)
        except OutOfStock:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as buyers:
        orders = list(buyers.map(buy, [[first, second], [second, first]]))

    assert len([order for order in orders if order]) == 1
    assert OrderLine.objects.count() == 2
    assert set(Stock.objects.values_list("quantity", flat=True)) == {0}
