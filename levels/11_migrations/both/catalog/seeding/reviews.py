"""Reviews, as people write them."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from catalog.models import Product, Review
from catalog.seeding import words

MOST = 16
"""No product is seeded with more reviews than this."""

STARS = (5, 5, 5, 5, 4, 4, 4, 3, 3, 2, 1)


def draw_reviews(
    products: list[Product], users: list[User], *, newest: datetime, rng: random.Random
) -> Iterator[Review]:
    """Write reviews for *products*: some get none, and about one in six is not published."""
    for product in products:
        how_many = 0 if rng.random() < 0.08 else rng.randint(1, MOST)
        for _ in range(how_many):
            yield _draw_review(product, users, newest=newest, rng=rng)


def _draw_review(
    product: Product, users: list[User], *, newest: datetime, rng: random.Random
) -> Review:
    author = rng.choice(users) if rng.random() < 0.1 else None
    stars = rng.choice(STARS)
    return Review(
        product=product,
        author=author,
        author_name=author.get_full_name() if author else rng.choice(words.REVIEWERS),
        stars=stars,
        text=f"{rng.choice(words.REVIEW_OPENINGS)} {rng.choice(words.REVIEW_ENDINGS[stars])}",
        is_published=rng.random() > 0.16,
        written_at=newest - timedelta(minutes=rng.randrange(1, 400_000)),
    )
