"""What the shop must say of its products, worked out in SQL from its own database."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tutor.lab.shop import Shop

Card = dict[str, Any]
"""What stands on the card of a product, by field; fields that are empty are left out."""
Cards = dict[str, Card]
"""By slug, and in order."""

FIELDS = (
    "", "name", "brand", "country", "category", "price", "old_price", "promotion", "stock",
    "picture", "reviews", "rating",
)  # fmt: skip
"""The fields of a card; the first is the product's slug."""
HALF_A_DECIMAL = Decimal("0.05")
PRODUCTS = "catalog_product"
SEALED = r"\s*(?:EXECUTE|FETCH|CALL|DO)\b"
"""A statement that does not say what it reads: something was agreed on before."""

TRUTH = """
SELECT '/category/' || category.slug || '/', product.slug, product.name, brand.name, country.name,
       category.name,
       CASE WHEN promotion.id IS NULL THEN product.price
            ELSE round(product.price * (100 - promotion.percent) / 100, 2) END,
       CASE WHEN promotion.id IS NOT NULL THEN product.price END,
       promotion.name, stock.quantity, image.alt, coalesce(rating.reviews, 0), rating.stars
  FROM catalog_product AS product
  JOIN catalog_brand AS brand ON brand.id = product.brand_id
  JOIN catalog_country AS country ON country.id = brand.country_id
  JOIN catalog_category AS category ON category.id = product.category_id
  JOIN catalog_image AS image ON image.id = product.cover_id
  JOIN catalog_stock AS stock ON stock.product_id = product.id
  LEFT JOIN catalog_promotion AS promotion ON promotion.id = product.promotion_id
  LEFT JOIN (SELECT product_id, count(*) AS reviews, avg(stars) AS stars
               FROM catalog_review WHERE is_published GROUP BY product_id) AS rating
    ON rating.product_id = product.id
 WHERE product.is_live
 ORDER BY category.position, product.published_at DESC, product.id
"""

NEW_NAMES = """
UPDATE catalog_product SET name = name || ' ' || %(token)s || id;
UPDATE catalog_stock SET quantity = 500;
UPDATE catalog_product SET is_live = false
 WHERE id NOT IN (SELECT id FROM catalog_product WHERE is_live ORDER BY random() LIMIT %(few)s);
ANALYZE
"""


class LiveProducts:
    """The products that are live at this moment, on the shelves of their categories."""

    fields = FIELDS[1:]

    def __init__(self, shop: Shop) -> None:
        self.by_path: dict[str, Cards] = {}
        """By the address of their category; one without products has none."""
        for path, *row in shop.sql(TRUTH):
            card = {n: v for n, v in zip(FIELDS, row, strict=True) if v is not None}
            self.by_path.setdefault(path, {})[card[""]] = card

    @property
    def all(self) -> Cards:
        """Every product, as the front page shows them."""
        return {slug: card for cards in self.by_path.values() for slug, card in cards.items()}

    def of(self, path: str) -> Cards:
        """Return what the page at *path* must show: a category's products, else all."""
        return self.by_path.get(path) or self.all

    def names(self, path: str) -> list[str]:
        """Return the names of what the page at *path* must show."""
        return [card["name"] for card in self.of(path).values()]


def rename_products(shop: Shop, token: str, few: int) -> None:
    """Give the products of *shop* names that nobody knows, and leave only a *few* of them live."""
    for statement in NEW_NAMES.strip().split(";\n"):
        shop.sql(statement % {"token": f"'{token}'", "few": few})


def is_true(field: str, truth: Any, said: str | None) -> bool:
    """Return whether a card says what the database says; a rating may be rounded either way."""
    if truth is None or said is None:
        return truth is None and not said
    if field != "rating":
        return str(truth) == said
    try:
        return bool(abs(Decimal(said) - truth) <= HALF_A_DECIMAL)
    except ArithmeticError:
        return False


def in_words(field: str, truth: Any) -> str:
    """Return what the database says, as a card would say it."""
    if truth is None:
        return "–"
    return f"{truth:.1f}" if field == "rating" else str(truth)


def asking_for_products(statements: Iterable[str], readers: Iterable[str] = ()) -> list[str]:
    """Return those of the *statements* that may read products.

    They name the table, or one of its *readers*, or do not say what they read.
    """
    names = "|".join(map(re.escape, (PRODUCTS, *readers)))
    reads = re.compile(rf"(?<!\w)(?:{names})(?!\w)|\A{SEALED}", re.IGNORECASE)
    return [text for text in statements if reads.search(text)]
