"""Putting things into the cart."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Promotion
from conftest import MakeProduct


def test_the_cart_adds_up(client: Client, make_product: MakeProduct) -> None:
    """Two of one and one of another, at today's price."""
    mat, block = make_product(price="20.00"), make_product(price="7.50")
    client.post(f"/cart/add/{mat.slug}/", {"quantity": 1})
    client.post(f"/cart/add/{mat.slug}/", {"quantity": 1})

    html = client.post(f"/cart/add/{block.slug}/", {"quantity": 1}, follow=True).content.decode()

    assert 'data-total="47.50"' in html
    assert '<span class="bubble">3</span>' in html


def test_zero_takes_a_product_out(client: Client, make_product: MakeProduct) -> None:
    """An update to none empties the line."""
    mat = make_product()
    client.post(f"/cart/add/{mat.slug}/", {"quantity": 2})

    html = client.post(f"/cart/change/{mat.slug}/", {"quantity": 0}, follow=True).content.decode()

    assert f'data-product="{mat.slug}"' not in html


@pytest.mark.parametrize("quantity", ["", "-1", "100", "many"])
def test_nonsense_changes_nothing(client: Client, make_product: MakeProduct, quantity: str) -> None:
    """Whoever sends nonsense is asked again."""
    mat = make_product()

    html = client.post(f"/cart/add/{mat.slug}/", {"quantity": quantity}, follow=True)

    assert "how many pieces" in html.content.decode()
    assert "cart" not in client.session


def test_products_that_went_offline_leave_the_cart(
    client: Client, make_product: MakeProduct
) -> None:
    """A draft cannot be bought."""
    mat = make_product()
    client.post(f"/cart/add/{mat.slug}/", {"quantity": 1})
    mat.is_live = False
    mat.save()

    assert f'data-product="{mat.slug}"' not in client.get("/cart/").content.decode()


@pytest.mark.parametrize("length", [1, 8])
def test_the_cart_costs_the_same_for_any_length(
    client: Client,
    make_product: MakeProduct,
    promotion: Promotion,
    django_assert_num_queries: DjangoAssertNumQueries,
    length: int,
) -> None:
    """Session, products and navigation: three statements."""
    for _ in range(length):
        client.post(f"/cart/add/{make_product(promotion=promotion).slug}/", {"quantity": 1})
    client.get("/cart/")

    with django_assert_num_queries(3):
        client.get("/cart/")
