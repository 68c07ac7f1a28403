"""Whether whoever reviews a product has bought it here."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Review
from conftest import MakeProduct
from orders.models import Order


@pytest.mark.parametrize("bought", [True, False])
def test_a_review_says_whether_its_author_bought_the_product(
    client: Client, make_product: MakeProduct, gina: User, bought: bool
) -> None:
    """Of this product, and in this account."""
    product, other = make_product(), make_product()
    order = Order.objects.create(customer=gina, name="Gina", email=gina.email, address="Om")
    order.lines.create(product=product if bought else other, name="Mat", price=20, quantity=1)
    client.force_login(gina)

    client.post(product.get_absolute_url(), {"stars": 5, "text": "Om."})

    assert Review.objects.get().bought_here is bought
    assert ("bought here" in client.get(product.get_absolute_url()).content.decode()) is bought


def test_a_guest_has_bought_nothing_here(client: Client, make_product: MakeProduct) -> None:
    """Nobody knows who it is."""
    product = make_product()

    client.post(product.get_absolute_url(), {"stars": 5, "text": "Om.", "author_name": "Olu"})

    assert Review.objects.get().bought_here is False
