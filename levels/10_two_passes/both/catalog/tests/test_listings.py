"""Front page, category and search: the same cards, at the same cost for any length."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Category, Promotion, Review, Tag
from catalog.tests.cards import read_cards
from conftest import MakeProduct

COSTS = {"/": 1, "/category/mats/": 3, "/search/?q=mat": 2}
"""How many statements each listing needs, the navigation included."""


@pytest.mark.parametrize("url", COSTS)
@pytest.mark.parametrize("length", [1, 12])
def test_a_listing_costs_the_same_for_any_length(
    client: Client,
    make_product: MakeProduct,
    promotion: Promotion,
    django_assert_num_queries: DjangoAssertNumQueries,
    url: str,
    length: int,
) -> None:
    """Twelve products with promotion and reviews need no more statements than one."""
    for _ in range(length):
        make_product(promotion=promotion, stars=(5, 4))

    with django_assert_num_queries(COSTS[url]):
        html = client.get(url).content.decode()

    assert len(read_cards(html)) == length


def test_a_visitor_without_cookies_gets_no_session(
    client: Client, make_product: MakeProduct
) -> None:
    """The front page has a form now, with a token; it still starts no session."""
    make_product()

    response = client.get("/")

    assert set(response.cookies) == {"csrftoken"}


@pytest.mark.parametrize("url", COSTS)
def test_a_card_tells_everything(
    client: Client, make_product: MakeProduct, promotion: Promotion, url: str
) -> None:
    """Each field carries the value of the database; unpublished reviews do not count."""
    product = make_product(price=Decimal("10.30"), promotion=promotion, quantity=3, stars=(5, 4, 4))
    Review.objects.create(
        product=product, author_name="Colm", stars=1, text="No.", is_published=False
    )

    cards = read_cards(client.get(url).content.decode())

    assert cards[product.slug] == {
        "name": product.name,
        "brand": product.brand.name,
        "country": product.brand.country.name,
        "category": "Mats",
        "price": "8.76",
        "old_price": "10.30",
        "promotion": "New Moon Sale",
        "stock": "3",
        "picture": product.cover.alt,
        "reviews": "3",
        "rating": "4.3",
    }


def test_a_plain_card_leaves_out_what_there_is_not(
    client: Client, make_product: MakeProduct
) -> None:
    """Without promotion no old price; without published reviews a zero and no rating."""
    product = make_product()
    Review.objects.create(
        product=product, author_name="Colm", stars=1, text="No.", is_published=False
    )

    card = read_cards(client.get("/").content.decode())[product.slug]

    assert card["price"] == "20.00"
    assert card["reviews"] == "0"
    assert not {"promotion", "old_price", "rating"} & card.keys()


@pytest.mark.parametrize(
    ("stars", "shown"),
    [
        ((4, 4, 4, 5), "4.3"),
        ((1, 1, 1, 2), "1.3"),
        ((5, 5, 4), "4.7"),
        ((3,), "3.0"),
        ((5,) * 19 + (4,), "5.0"),
        ((1,) * 19 + (2,), "1.1"),
    ],
)
def test_a_rating_is_rounded_half_up(
    client: Client, make_product: MakeProduct, stars: tuple[int, ...], shown: str
) -> None:
    """4.25 is shown as 4.3 and 4.95 as 5.0, on the cards and on the product's page."""
    product = make_product(stars=stars)

    card = read_cards(client.get("/").content.decode())[product.slug]
    page = client.get(product.get_absolute_url()).content.decode()

    assert card["rating"] == shown
    assert f'<span itemprop="ratingValue">{shown}</span>' in page


def test_tags_do_not_multiply_reviews(client: Client, make_product: MakeProduct) -> None:
    """A product that is found by two tags is shown once, with its own number of reviews."""
    product = make_product(stars=(5, 3))
    product.tags.set([Tag.objects.create(name="cork vegan"), Tag.objects.create(name="cork")])

    cards = read_cards(client.get("/search/?q=cork").content.decode())

    assert list(cards) == [product.slug]
    assert cards[product.slug]["reviews"] == "2"


def test_the_front_page_shows_all_live_products_in_order(
    client: Client, make_product: MakeProduct
) -> None:
    """Category by category, the newest first; drafts stay at home."""
    blocks = Category.objects.create(name="Blocks", slug="blocks", position=0)
    make_product(slug="old-mat", published_at="2026-01-01T00:00Z")
    make_product(slug="new-mat", published_at="2026-02-01T00:00Z")
    make_product(slug="draft", is_live=False)
    make_product(slug="block", category=blocks, published_at="2025-01-01T00:00Z")

    html = client.get("/").content.decode()

    assert list(read_cards(html)) == ["block", "new-mat", "old-mat"]
    assert 'data-page="front"' in html
    assert html.rstrip().endswith("</html>")


@pytest.mark.parametrize("url", ["/product/draft/", "/picture/mat-x.svg", "/picture/sofa-1.svg"])
def test_what_is_not_there_is_not_found(
    client: Client, make_product: MakeProduct, url: str
) -> None:
    """Drafts and pictures that nobody can draw answer 404."""
    make_product(slug="draft", is_live=False)

    assert client.get(url).status_code == 404


def test_a_picture_needs_no_query(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The address says all there is to know, and the same address draws the same picture."""
    with django_assert_num_queries(0):
        first, again = (client.get("/picture/mat-4711.svg") for _ in range(2))

    assert first["Content-Type"] == "image/svg+xml"
    assert first.content == again.content


def test_an_empty_search_asks_for_words(client: Client, make_product: MakeProduct) -> None:
    """Without words nothing is listed."""
    make_product()

    response = client.get("/search/")

    assert not read_cards(response.content.decode())


def test_names_are_escaped(client: Client, make_product: MakeProduct, gina: User) -> None:
    """Markup in a name or a review is shown, not run."""
    product = make_product(name="<script>om</script>")
    Review.objects.create(product=product, author=gina, author_name="<b>", stars=5, text="<i>")

    html = (
        client.get("/").content.decode() + client.get(f"/product/{product.slug}/").content.decode()
    )

    assert "<script>om" not in html
    assert "&lt;b&gt;" in html
