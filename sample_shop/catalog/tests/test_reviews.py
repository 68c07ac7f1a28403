"""Writing a review on a product's page."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from catalog.models import Review
from catalog.tests.cards import read_cards
from conftest import MakeProduct


def test_a_guest_signs_with_a_name_and_the_card_follows(
    client: Client, make_product: MakeProduct
) -> None:
    """A review is online at once, also on the front page."""
    product = make_product(stars=(5,))

    response = client.post(
        product.get_absolute_url(), {"stars": 2, "text": "It squeaks.", "author_name": "Olu"}
    )

    card = read_cards(client.get("/").content.decode())[product.slug]
    assert response.url == f"{product.get_absolute_url()}#reviews"
    assert (card["reviews"], card["rating"]) == ("2", "3.5")


def test_a_customer_needs_no_name(client: Client, make_product: MakeProduct, gina: User) -> None:
    """Whoever is logged in signs with the name of the account."""
    product = make_product()
    client.force_login(gina)

    client.post(product.get_absolute_url(), {"stars": 5, "text": "Om.", "author_name": "Olu"})

    review = Review.objects.get()
    assert (review.author, review.author_name) == (gina, "Gina Caputo")


@pytest.mark.parametrize(
    "wrong", [{"stars": 6}, {"stars": 0}, {"stars": ""}, {"text": ""}, {"author_name": ""}]
)
def test_a_wrong_review_is_not_kept(
    client: Client, make_product: MakeProduct, wrong: dict[str, object]
) -> None:
    """The page comes back with what is missing."""
    product = make_product()
    review = {"stars": 5, "text": "Om.", "author_name": "Olu"} | wrong

    response = client.post(product.get_absolute_url(), review)

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not Review.objects.exists()


def test_a_review_needs_the_token_of_the_page(make_product: MakeProduct) -> None:
    """Other sites cannot write reviews in a visitor's name."""
    product = make_product()
    client = Client(enforce_csrf_checks=True)

    response = client.post(
        product.get_absolute_url(), {"stars": 5, "text": "Om.", "author_name": "Olu"}
    )

    assert response.status_code == 403
