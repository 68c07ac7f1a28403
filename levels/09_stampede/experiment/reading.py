"""What stands on the shelf, and what has to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Cards, Lab, Shop

FIELDS = ("name", "brand", "price", "old_price", "promotion", "pieces")
TRUTH = """
SELECT product.slug, product.name, brand.name,
       CASE WHEN promotion.id IS NULL THEN product.price
            ELSE round(product.price * (100 - promotion.percent) / 100, 2) END,
       CASE WHEN promotion.id IS NOT NULL THEN product.price END,
       promotion.name, figures.pieces
  FROM bookkeeping.figures
  JOIN public.catalog_product AS product ON product.id = figures.product_id
  JOIN public.catalog_brand AS brand ON brand.id = product.brand_id
  LEFT JOIN public.catalog_promotion AS promotion ON promotion.id = product.promotion_id
 WHERE product.is_live
 ORDER BY figures.pieces DESC, product.id
 LIMIT 12
"""


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a page says something else than the database."""

    product: str
    field: str
    page: str
    database: str

    @property
    def values(self) -> dict[str, str]:
        """What a sentence names."""
        return {
            "product": self.product,
            "field": self.field,
            "page": self.page,
            "database": self.database,
        }


def truth_of(shop: Shop) -> Cards:
    """Return the shelf as the database has it, in order."""
    found: Cards = {}
    for slug, *values in shop.sql(TRUTH):
        fields = zip(FIELDS, values, strict=True)
        found[slug] = {name: value for name, value in fields if value is not None}
    return found


def difference(lab: Lab, text: str, truth: Cards) -> Difference | None:
    """Return the first thing that is wrong with the shelf on a page; None where all is right."""
    cards = lab.cards(text)
    for place, (slug, wanted) in enumerate(truth.items()):
        card = cards[place] if place < len(cards) else {}
        if card.get("") != slug:
            return Difference(wanted["name"], "place", card.get("name", "–"), wanted["name"])
        for field in FIELDS:
            said = card.get(field)
            if not lab.is_true(field, wanted.get(field), said):
                there = lab.in_words(field, wanted.get(field))
                return Difference(wanted["name"], field, said or "–", there)
    if len(cards) > len(truth):
        extra = cards[len(truth)]
        return Difference(extra.get("name", "–"), "place", extra.get("name", "–"), "–")
    return None
