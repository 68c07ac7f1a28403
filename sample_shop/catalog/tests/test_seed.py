"""The made-up catalogue."""

import random
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import Client
from django.utils.text import slugify

from catalog.models import Product, Review
from catalog.seeding import PASSWORD, seed_shop
from catalog.seeding.names import draw_names

pytestmark = pytest.mark.django_db


def snapshot() -> list[Any]:
    """Everything the cards show, without the keys."""
    return list(
        Product.objects.in_shop_order()
        .values_list(
            "slug",
            "description",
            "brand__name",
            "cover__style_seed",
            "promotion__name",
            "price",
            "stock__quantity",
            "is_live",
            "published_at",
        )
        .annotate(Count("reviews"))
    )


def test_four_hundred_products_are_exactly_these() -> None:
    """200 live and 200 drafts; 91 of each half are in a promotion."""
    seeded = seed_shop(products=400, seed=1)

    for is_live in (True, False):
        half = Product.objects.filter(is_live=is_live)
        assert half.count() == 200
        assert half.exclude(promotion=None).count() == 91
    assert seeded[:3] == (400, 200, 91)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_kind_of_card_occurs(seed: int) -> None:
    """Some products have no reviews, some only unpublished ones, some are sold out."""
    seed_shop(products=400, seed=seed)

    live = Product.objects.live().with_rating()
    assert live.filter(review_count=0).exists()
    assert live.filter(stock__quantity=0).exists()
    assert Review.objects.filter(is_published=False, product__is_live=True).exists()


def test_the_same_seed_makes_the_same_shop() -> None:
    """Two shops of one seed are alike, of another seed they differ."""
    shops = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            seed_shop(products=30, seed=seed)
            shops.append(snapshot())
            transaction.set_rollback(True)

    assert shops[0] == shops[1]
    assert shops[0] != shops[2]


@pytest.mark.parametrize("products", [0, 1, 3, 7])
def test_small_shops_work_too(client: Client, products: int) -> None:
    """A handful of products, or none, is a shop as well."""
    seed_shop(products=products, seed=1)

    assert client.get("/").status_code == 200


def test_names_do_not_run_out() -> None:
    """Later series are numbered, so that every slug is different."""
    names = draw_names(30_000, random.Random(1))

    assert len({slugify(name) for name in names}) == 30_000


def test_the_seeded_accounts_can_log_in(client: Client) -> None:
    """Betty may use the admin, Gina may not."""
    seed_shop(products=4, seed=1)

    assert client.login(username="gina", password=PASSWORD)
    assert client.get("/admin/").status_code == 302
    assert client.login(username="betty", password=PASSWORD)
    assert client.get("/admin/").status_code == 200


def test_a_full_shop_is_left_alone() -> None:
    """The command refuses to mix two catalogues."""
    call_command("seed", products=2, verbosity=0)

    with pytest.raises(CommandError, match="products already"):
        call_command("seed", products=2)
