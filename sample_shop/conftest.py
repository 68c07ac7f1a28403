"""What the tests of all apps share."""

from collections.abc import Callable
from decimal import Decimal
from itertools import product as combinations
from string import ascii_uppercase

import pytest
from django.contrib.auth.models import User

from catalog.models import (
    Brand,
    Category,
    Country,
    Image,
    Product,
    Promotion,
    Review,
    Stock,
)

MakeProduct = Callable[..., Product]
CODES = ["".join(pair) for pair in combinations(ascii_uppercase, repeat=2)]
"""More two-letter codes than any test needs countries."""


@pytest.fixture
def category(db: None) -> Category:
    """A shelf to lay products on."""
    return Category.objects.create(name="Mats", slug="mats", position=1)


@pytest.fixture
def promotion(db: None) -> Promotion:
    """Fifteen per cent off."""
    return Promotion.objects.create(name="New Moon Sale", percent=15)


@pytest.fixture
def make_product(category: Category) -> MakeProduct:
    """Create live products that share nothing but the shelf; `stars` become published reviews."""

    def make(*, quantity: int = 10, stars: tuple[int, ...] = (), **fields: object) -> Product:
        number = Country.objects.count()
        country = Country.objects.create(code=CODES[number], name=f"Country {number}")
        product = Product.objects.create(
            **{
                "name": f"Mat {number}",
                "slug": f"mat-{number}",
                "description": "Rolls up without an argument.",
                "brand": Brand.objects.create(name=f"Brand {number}", country=country),
                "category": category,
                "cover": Image.objects.create(
                    motif="mat", style_seed=number, alt=f"Picture {number}"
                ),
                "price": Decimal("20.00"),
                "is_live": True,
            }
            | fields
        )
        Stock.objects.create(product=product, quantity=quantity)
        Review.objects.bulk_create(
            Review(product=product, author_name="Asha", stars=each, text="Om.") for each in stars
        )
        return product

    return make


@pytest.fixture
def gina(db: None) -> User:
    """A customer with an account."""
    return User.objects.create_user(
        "gina", "gina@myyogapalace.example", "namaste", first_name="Gina", last_name="Caputo"
    )
