"""Fill an empty database with a shop of any size."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.text import slugify

from catalog.models import (
    Brand,
    Category,
    Country,
    Image,
    Product,
    Promotion,
    Review,
    Stock,
    Tag,
)
from catalog.seeding import words
from catalog.seeding.customers import create_customers, create_past_orders
from catalog.seeding.names import draw_names, shelf_of
from catalog.seeding.reviews import draw_reviews
from catalog.seeding.warehouse import open_warehouse

NEWEST = datetime(2026, 3, 1, 9, tzinfo=UTC)
"""Everything seeded happened before this moment, so that a seed means the same on any day."""

PROMOTED_PER_200 = 91


class Seeded(NamedTuple):
    """How much was created."""

    products: int
    live: int
    promoted: int
    """Live products in a promotion."""
    reviews: int


@transaction.atomic
def seed_shop(*, products: int, seed: int) -> Seeded:
    """Create a catalogue of *products*, half of them live, with customers and past orders."""
    rng = random.Random(seed)
    created = _create_products(products, rng)
    users = create_customers(rng)
    reviews = Review.objects.bulk_create(
        draw_reviews(created, users, newest=NEWEST, rng=rng), batch_size=5000
    )
    live = [product for product in created if product.is_live]
    create_past_orders(users, live, newest=NEWEST, rng=rng)
    open_warehouse()
    return Seeded(
        products=len(created),
        live=len(live),
        promoted=sum(product.promotion_id is not None for product in live),
        reviews=len(reviews),
    )


def _create_products(how_many: int, rng: random.Random) -> list[Product]:
    brands = _create_brands()
    categories = Category.objects.bulk_create(
        Category(name=shelf.name, slug=shelf.slug, tagline=shelf.tagline, position=position)
        for position, shelf in enumerate(words.SHELVES, start=1)
    )
    promotions = Promotion.objects.bulk_create(
        Promotion(name=name, percent=percent) for name, percent in words.PROMOTIONS
    )
    covers = Image.objects.bulk_create(_draw_covers(how_many, rng))
    names = draw_names(how_many, rng)
    promoted = _draw_promoted(how_many, rng)
    created = Product.objects.bulk_create(
        Product(
            name=names[index],
            slug=slugify(names[index]),
            description=_describe(index, rng),
            brand=rng.choice(brands),
            category=categories[shelf_of(index)],
            cover=covers[index],
            promotion=rng.choice(promotions) if index in promoted else None,
            price=_draw_price(index, rng),
            is_live=_is_live(index),
            published_at=NEWEST - timedelta(minutes=rng.randrange(1, 500_000)),
        )
        for index in range(how_many)
    )
    Stock.objects.bulk_create(
        Stock(product=product, quantity=_draw_quantity(rng)) for product in created
    )
    _tag(created, rng)
    return created


def _create_brands() -> list[Brand]:
    countries = Country.objects.bulk_create(
        Country(code=code, name=name) for code, name in words.COUNTRIES.items()
    )
    by_code = {country.code: country for country in countries}
    return Brand.objects.bulk_create(
        Brand(name=name, country=by_code[code]) for name, code in words.BRANDS
    )


def _is_live(index: int) -> bool:
    """Every other product is a draft that waits for its day."""
    return index % 2 == 0


def _draw_promoted(how_many: int, rng: random.Random) -> set[int]:
    """Choose the same share of the live products and of the drafts: 91 of 200."""
    chosen: set[int] = set()
    for is_live in (True, False):
        half = [index for index in range(how_many) if _is_live(index) is is_live]
        chosen.update(rng.sample(half, len(half) * PROMOTED_PER_200 // 200))
    return chosen


def _draw_covers(how_many: int, rng: random.Random) -> list[Image]:
    covers = []
    for index in range(how_many):
        shelf = words.SHELVES[shelf_of(index)]
        noun = rng.choice(shelf.nouns).lower()
        alt = f"A {noun} in {rng.choice(words.COLOURS)}, {rng.choice(words.SETTINGS)}"
        covers.append(Image(motif=shelf.motif, style_seed=rng.randrange(100_000), alt=alt))
    return covers


def _describe(index: int, rng: random.Random) -> str:
    shelf = words.SHELVES[shelf_of(index)]
    colour, other = rng.sample(words.COLOURS, 2)
    return (
        f"{shelf.sentence} In {colour}, with a seam in {other} that nobody but you will notice. "
        "Made in small batches by people who stretch before lunch."
    )


def _draw_price(index: int, rng: random.Random) -> Decimal:
    low, high = words.SHELVES[shelf_of(index)].prices
    return rng.randrange(low, high) + Decimal(rng.choice(("0.50", "0.90", "0.95", "0.00")))


def _draw_quantity(rng: random.Random) -> int:
    """Most shelves are full, some are nearly empty, a few are empty."""
    luck = rng.random()
    if luck < 0.06:
        return 0
    return rng.randint(1, Stock.LOW) if luck < 0.2 else rng.randint(Stock.LOW + 1, 120)


def _tag(products: list[Product], rng: random.Random) -> None:
    tags = Tag.objects.bulk_create(Tag(name=name) for name in words.TAGS)
    link = Product.tags.through
    link.objects.bulk_create(
        link(product=product, tag=tag)
        for product in products
        for tag in rng.sample(tags, rng.randint(1, 3))
    )
