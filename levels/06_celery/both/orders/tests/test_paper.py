"""Invoices and the feed, as visitors and marketplaces see them."""

import pytest
from conftest import MakeProduct
from django.test import Client

from catalog.models import Stock
from orders.feed import publish_feed
from orders.invoices import write_invoice
from orders.models import Invoice, Order

BUYER = {"name": "Zoë Łukasz", "email": "zoe@myyogapalace.example", "address": "2 Lotus Lane"}


@pytest.fixture
def order(db: None) -> Order:
    """An order of nothing, by somebody whose name the fonts cannot draw."""
    return Order.objects.create(**BUYER)


def test_an_invoice_is_a_pdf_that_names_the_order(order: Order) -> None:
    """Whatever the buyer is called."""
    pdf = write_invoice(order).pdf

    assert pdf.startswith(b"%PDF")
    assert order.number.encode() in pdf


def test_the_order_leads_to_its_invoice_once_there_is_one(client: Client, order: Order) -> None:
    """An empty one does not count."""
    Invoice.objects.create(order=order)
    address = f"{order.get_absolute_url()}invoice.pdf"
    assert address not in client.get(order.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 404

    write_invoice(order)

    assert address in client.get(order.get_absolute_url()).content.decode()
    assert client.get(address)["Content-Type"] == "application/pdf"


def test_the_feed_is_as_it_was_last_published(client: Client, make_product: MakeProduct) -> None:
    """It does not ask the shelf."""
    mat = make_product(price="9.00", quantity=4)
    assert client.get("/feed/stock.csv").content == b""

    publish_feed()
    Stock.objects.update(quantity=0)

    assert f"{mat.slug},9.00,4" in client.get("/feed/stock.csv").content.decode()
