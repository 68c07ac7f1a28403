"""What the warehouse promises, and what it is sent."""

import csv

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.seeding.warehouse import open_warehouse
from conftest import MakeProduct


@pytest.fixture
def warehouse(db: None) -> None:
    """A warehouse that answers at once."""
    open_warehouse(seconds=0)


def test_the_page_says_what_the_warehouse_said(
    client: Client, make_product: MakeProduct, warehouse: None
) -> None:
    """Date and dock, fresh from the shelf, for nobody to keep."""
    product = make_product()

    response = client.get(f"/product/{product.slug}/delivery/")

    assert f">{chr(65 + product.pk % 6)}-{product.pk}<" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_one_page_asks_the_warehouse_once(
    client: Client,
    make_product: MakeProduct,
    warehouse: None,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """The product, the warehouse, the shelves of the navigation."""
    product = make_product()

    with django_assert_num_queries(3):
        client.get(f"/product/{product.slug}/delivery/")


def test_drafts_have_no_date(client: Client, make_product: MakeProduct, warehouse: None) -> None:
    """What is not for sale does not ship."""
    draft = make_product(is_live=False)

    assert client.get(f"/product/{draft.slug}/delivery/").status_code == 404


def test_the_stock_list_has_every_live_product(client: Client, make_product: MakeProduct) -> None:
    """More rows than are fetched in one go, drafts left out."""
    for _ in range(45):
        make_product(quantity=7)
    make_product(is_live=False)

    response = client.get("/stock.csv")
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))

    assert len(rows) == 45
    assert rows[0] == {"slug": "mat-0", "name": "Mat 0", "price": "20.00", "pieces": "7"}
